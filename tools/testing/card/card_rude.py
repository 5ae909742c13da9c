# SPDX-License-Identifier: GPL-2.0-only
"""A bus that breaks the rules: memory, interrupts and messages."""
import contextlib
import fcntl
import os
import select
import socket
import struct
import time

from card_hostile import DIGEST, answer, becomes, error_of, event
from vfu_bus import BAR2, CONFIG, IRQ_SET, REGION_WRITE, Client, Memory
from vfu_client import FATAL, OP, READY

OTHER = 0x80000000


def test_memory(tap, card):
	with card.function() as host:
		memory = Memory(1 << 20)
		for page in range(256):
			host.client.map(OTHER + (255 - page) * 4096, 4096, memory.fd, (255 - page) * 4096)
		reply = host.call("identify", b"", 120, out_addr=OTHER + 4096 - 60)
		tap.ok(reply.status == 0 and memory.bytes[4096 - 60:4096 - 28] == host.identify()["card_id"],
		       "a buffer across small maps")
		host.client.unmap(OTHER + 4096, 4096)
		tap.ok(answer(host, "identify", b"", 120, out_addr=OTHER + 4096 - 60) == "DMA",
		       "not across a hole")
		host.client.map(OTHER, 4096, memory.fd, 8192)
		memory.bytes[8192:8192 + 48] = DIGEST
		host.client.map(OTHER, 4096, memory.fd, 12288)
		host.call("identify", b"", 120, out_addr=OTHER)
		tap.ok(memory.bytes[8192:8240] == DIGEST and any(memory.bytes[12288:12408]),
		       "a map replaces the one before")
		host.client.unmap(1 << 62, 1 << 62)
		host.client.unmap(0x123000, 4096)
		host.client.unmap(OTHER, 1 << 62)
		tap.ok(answer(host, "identify", b"", 120, out_addr=OTHER + 0x8000) == "DMA",
		       "an unmap forgets every map inside it")
		tap.ok(host.identify()["role"] == 0, "and no other")
		host.client.map(OTHER, 4096, memory.fd, 0, access=1)
		tap.ok(answer(host, "identify", b"", 120, out_addr=OTHER) == "DMA", "read only is that")
		host.client.map(OTHER, 4096)
		tap.ok(answer(host, "identify", b"", 120, out_addr=OTHER) == "DMA",
		       "memory without a file is out of reach")
		refused = "Invalid argument"
		tap.ok(error_of(host.client.map, OTHER, 0, memory.fd) == refused, "no empty map")
		tap.ok(error_of(host.client.map, 2**64 - 4096, 8192, memory.fd) == refused, "none that wraps")
		with open("/dev/zero", "rb") as zero:
			tap.ok(error_of(host.client.map, OTHER, 4096, zero.fileno()) == refused, "no device")
		host.client.unmap(0, 0, flags=2)
		host.set("sq_tail", (host.tail + 1) % 16)
		tap.ok(becomes(host, FATAL), "a ring that was unmapped is fatal")
		memory.close()


def test_interrupts(tap, card):
	with card.function() as host:
		trigger, none, boolean, eventfd = 0x20, 0x01, 0x02, 0x04
		host.client.irq_set(trigger | none, 1, 1)
		tap.ok(event(host, 1), "the client may trigger a vector")
		host.client.irq_set(trigger | boolean, 0, 2, data=b"\1\0")
		tap.ok(event(host, 0) and not event(host, 1, 0), "or those that it names")
		host.client.irq_set(0x08 | none, 1, 1)
		slot = host.submit(OP["identify"], out_len=120)
		tap.ok(not event(host, 1, 0.3), "a masked vector is silent")
		tap.ok(host.client.read(BAR2, 0x800, 8) == struct.pack("<Q", 2), "and pending")
		host.client.irq_set(0x10 | none, 1, 1)
		tap.ok(host.wait(slot).status == 0, "until it is unmasked")
		host.client.irq_set(trigger | eventfd, 1, 1)
		slot = host.submit(OP["identify"], out_len=120)
		time.sleep(0.2)
		tap.ok(not event(host, 1, 0) and host.poll() == 1, "an unplugged vector is silent")
		refused = "Invalid argument"
		reader, writer = os.pipe()
		for text, args in (
				("a pipe", (trigger | eventfd, 0, 1, [writer])),
				("too many", (trigger | none, 0, 3)),
				("wrapping", (trigger | none, 1, 0xffffffff)),
				("two actions", (trigger | 0x08 | none, 0, 1)),
				("two types", (trigger | none | eventfd, 0, 1)),
				("files that do not match", (trigger | eventfd, 0, 2, [host.events[0]])),
				("missing data", (trigger | boolean, 0, 2)),
				("unknown flags", (trigger | none | 0x100, 0, 1))):
			tap.ok(error_of(host.client.irq_set, *args) == refused, f"{text}: refused")
		os.close(reader)
		os.close(writer)
		full = os.eventfd(2**64 - 2 & 0x7fffffff)
		os.eventfd_write(full, 2**64 - 2 - 0x7ffffffe)
		host.client.irq_set(trigger | eventfd, 1, 1, [full])
		tap.ok(host.get("status") == READY, "a full eventfd does not stop the card")
		slot = host.submit(OP["identify"], out_len=120)
		time.sleep(0.2)
		tap.ok(host.poll() == 1, "not even when it interrupts")
		waits = fcntl.fcntl(full, fcntl.F_GETFL) & ~os.O_NONBLOCK
		fcntl.fcntl(full, fcntl.F_SETFL, waits)
		os.eventfd_read(full)
		os.eventfd_write(full, 2**64 - 2)
		fcntl.fcntl(full, fcntl.F_SETFL, waits)
		host.submit(OP["identify"], out_len=120)
		tap.ok(select.select([], [], [], 0.2) and card.control("status").startswith("ok"),
		       "not even when its owner lets writers wait")
		os.close(full)


def dropped(client):
	"""Whether the card hung up."""
	try:
		client.sock.settimeout(10)
		return client.sock.recv(1) == b""
	except ConnectionResetError:
		return True


def test_protocol(tap, card):
	def client(greet=True):
		return contextlib.closing(Client(card.path("guest2"), greet))

	with client(greet=False) as early:
		tap.ok(error_of(early.info) == "Invalid argument", "nothing before the greeting")
		tap.ok(error_of(early.version, 9) == "Invalid argument", "no other major version")
		major, minor, text = early.version(0, 7)
		tap.ok((major, minor) == (0, 0) and '"max_msg_fds":8' in text, "greeting", text)
		tap.ok(error_of(early.version) == "Invalid argument", "once")
		for command in (0, 6, 11, 12, 14, 15, 0xffff):
			tap.ok(error_of(early.call, command) == "Operation not supported",
			       f"command {command}: not supported")
		for command in (2, 3, 4, 5, 7, 8, 9, 10):
			tap.ok(error_of(early.call, command, b"\0" * 3) == "Invalid argument",
			       f"command {command} cut short: refused")
		body = struct.pack("<QII", 0, 0, 400) + bytes(4)
		tap.ok(error_of(early.call, REGION_WRITE, body) == "Invalid argument",
		       "a write shorter than it says: refused")
		early.send(IRQ_SET, b"", flags=0x10)
		tap.ok(early.info()[2:] == (9, 3), "no reply where none is wanted")
		second = contextlib.closing(Client(card.path("guest2"), greet=False))
		message_id = second.thing.send(1, bytes(4))
		tap.ok(early.info()[0] == 16 and not select.select([second.thing.sock], [], [], 0.5)[0],
		       "a second client waits")
	with second as late:
		tap.ok(late.reply(message_id)[:4] == bytes(4), "until the first has left")
	for text, message in (("size 0", struct.pack("<HHIII", 1, 4, 0, 0, 0)),
			      ("size of 4 GiB", struct.pack("<HHIII", 1, 4, 0xffffffff, 0, 0)),
			      ("a reply", struct.pack("<HHIII", 1, 4, 16, 1, 0))):
		with client() as broken:
			broken.sock.sendall(message)
			tap.ok(dropped(broken), f"{text}: hung up")
	with client() as broken:
		socket.send_fds(broken.sock, [struct.pack("<HHIII", 1, 2, 16, 0, 0)],
				[broken.sock.fileno()] * 20)
		tap.ok(dropped(broken), "too many files: hung up")
	with client() as broken:
		broken.sock.sendall(struct.pack("<HHII", 1, 4, 64, 0)[:7])
	with client() as whole:
		for byte in struct.pack("<HHIIIIIII", 7, 4, 32, 0, 0, 16, 0, 0, 0):
			whole.sock.sendall(bytes([byte]))
		tap.ok(len(whole.reply(7)) == 16, "a message byte by byte")
		try:
			whole.sock.settimeout(1)
			for _ in range(20000):
				whole.send(9, struct.pack("<QII", 0, CONFIG, 4096))
			stuck = False
		except TimeoutError:
			stuck = True
		tap.ok(stuck, "a client that reads no replies is not read either")
		with card.function() as host:
			tap.ok(host.identify()["role"] == 0, "and others are served")
