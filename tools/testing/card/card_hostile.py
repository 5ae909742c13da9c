# SPDX-License-Identifier: GPL-2.0-only
"""A driver that breaks the rules: the card must answer as documented and live on."""
import os
import select
import struct
import time

from vfu_bus import BAR0, BAR2, CONFIG
from vfu_client import FATAL, NO_REF, OP, READY, STATUS, USER

DIGEST = bytes(range(48))


def error_of(call, *args, **kwargs):
	"""The errno that a message is answered with, or 0."""
	try:
		call(*args, **kwargs)
	except OSError as error:
		return os.strerror(error.errno)
	return 0


def answer(function, opcode, data=b"", out_len=0, **raw):
	"""The status of one raw command."""
	opcode = OP[opcode] if isinstance(opcode, str) else opcode
	return STATUS[function.wait(function.submit(opcode, data, out_len, **raw)).status]


def event(function, vector, seconds=5):
	"""Whether an interrupt comes."""
	if not select.select([function.events[vector]], [], [], seconds)[0]:
		return False
	os.eventfd_read(function.events[vector])
	return True


def becomes(function, status, seconds=10):
	"""Whether STATUS gets there: rings are served after the message that rang."""
	end = time.monotonic() + seconds
	while function.get("status") != status:
		if time.monotonic() > end:
			return False
	return True


def recover(function):
	function.client.reset()
	return function.enable() == READY and function.identify()["function"] >= 0


def fatal(tap, function, text, break_it):
	"""break_it must stop the function, tell the driver, and be cured by a reset."""
	while event(function, 0, 0):
		pass
	break_it()
	tap.ok(becomes(function, FATAL), f"{text}: fatal", function.get("status"))
	tap.ok(event(function, 0), f"{text}: the driver is told")
	tap.ok(recover(function), f"{text}: a reset cures it")


def start_with(function, **registers):
	def begin():
		function.disable()
		for name, value in {"qsize": 16, **registers}.items():
			function.set(name, value)
		function.set("control", 1)
	return begin


def unreachable(function, base):
	def begin():
		start_with(function, sq_base=base, cq_base=function.cq_base())()
		function.set("sq_tail", 1)
	return begin


def test_rings(tap, card):
	with card.function() as host, card.function("guest1") as guest:
		fatal(tap, host, "SQ_TAIL outside the ring", lambda: host.set("sq_tail", 16))
		fatal(tap, host, "SQ_TAIL of all ones", lambda: host.set("sq_tail", 0xffffffff))
		fatal(tap, host, "CQ_HEAD before anything was posted", lambda: host.set("cq_head", 3))
		for size in (0, 1, 3, 512, 0xffffffff):
			fatal(tap, host, f"ring of {size}", start_with(host, qsize=size))
		fatal(tap, host, "ring not aligned", start_with(host, sq_base=host.sq_base() + 64))
		fatal(tap, host, "ring past the end", start_with(host, cq_base=2**64 - 4096,
								  qsize=256))
		fatal(tap, host, "submission ring out of reach", unreachable(host, 0x1000))
		host.disable()
		host.set("sq_tail", 5)
		host.set("cq_head", 500)
		tap.ok(host.get("status") == 0, "doorbells of a stopped queue do nothing")
		host.enable()
		tap.ok(guest.identify()["role"] == 1, "all that did not touch the guest")
		full_ring(tap, guest)
		no_master(tap, host)


def full_ring(tap, guest):
	"""A driver that never reads its completions only stops itself."""
	for _ in range(15):
		guest.submit(OP["identify"], out_len=120)
	time.sleep(0.2)
	guest.busy.clear()
	guest.poll(acknowledge=False)
	tap.ok(len(guest.done) == 15, "a completion ring of 16 takes 15", len(guest.done))
	slot = guest.submit(OP["identify"], out_len=120, cid=77)
	time.sleep(0.2)
	tap.ok(guest.poll(acknowledge=False) == 0, "then the card waits")
	guest.set("cq_head", guest.head)
	guest.busy[77] = guest.busy.pop(slot)
	tap.ok(guest.wait(77).status == 0, "until there is room")


def no_master(tap, host):
	host.bus_master(False)
	slot = host.submit(OP["identify"], out_len=120)
	time.sleep(0.2)
	tap.ok(host.poll() == 0 and host.get("status") == READY, "no DMA without bus mastering")
	host.bus_master(True)
	tap.ok(host.wait(slot).status == 0, "with it the command goes on")


def test_commands(tap, card):
	with card.function() as host:
		count = host.log_state()["count"]
		record = host.record(USER, "x", b"", DIGEST)
		cases = (
			("unknown command", "OPCODE", (0x7f,), {}),
			("command 0", "OPCODE", (0,), {}),
			("flags", "FIELD", ("identify", b"", 120), {"flags": 1}),
			("reserved field", "FIELD", ("identify", b"", 120), {"rsv1": 1}),
			("argument where there is none", "FIELD", ("identify", b"", 120), {"arg0": 1}),
			("input address without input", "FIELD", ("identify", b"", 120), {"in_addr": 64}),
			("input too long", "LENGTH", ("append", record, 56), {"in_len": 65537}),
			("input of 4 GiB", "LENGTH", ("append", record, 56), {"in_len": 0xffffffff}),
			("output of 4 GiB", "LENGTH", ("identify", b"", 0xffffffff), {}),
			("no input", "LENGTH", ("attest", b"", 8192), {}),
			("output too small", "SMALL", ("identify", b"", 119), {}),
			("no output", "SMALL", ("append", record, 0), {}),
			("input not mapped", "DMA", ("append", record, 56), {"in_addr": 0x1000}),
			("output not mapped", "DMA", ("append", record, 56), {"out_addr": 0x1000}),
			("input that wraps", "DMA", ("append", record, 56), {"in_addr": 2**64 - 8}),
			("output across the end of memory", "DMA", ("identify", b"", 120),
			 {"out_addr": host.BASE + host.memory.size - 8}),
			("record of no type", "FIELD", ("append", host.record(0, "x", b"", DIGEST), 56), {}),
			("record without its digest", "FIELD", ("append", host.record(USER, "x"), 56), {}),
			("name longer than the input", "LENGTH",
			 ("append", struct.pack("<HHHHQ48s", USER, 1, 128, 0, NO_REF, DIGEST), 56), {}),
			("no such log", "NOT_FOUND", ("log_state", b"", 136), {"arg0": 99}),
			("no such function", "NOT_FOUND", ("assign", b"", 24), {"arg0": 99}),
			("the host cannot be assigned", "NOT_FOUND", ("assign", b"", 24), {"arg0": 0}),
		)
		for text, want, args, raw in cases:
			got = answer(host, *args, **raw)
			tap.ok(got == want, f"{text}: {want}", f"got {got}")
		tap.ok(host.log_state()["count"] == count, "none of that left a record")
		same = host.wait(host.submit(OP["identify"], b"", 120))
		tap.ok(same.rsv == 0 and same.sq_head == host.tail, "completions are clean")


def test_registers(tap, card):
	with card.function() as host:
		tap.ok(host.client.read(BAR0, 0, 1) == b"\0" and host.client.read(BAR0, 2, 2) == b"\0\0",
		       "a part of a register reads zero")
		tap.ok(host.client.read(BAR0, 4, 8) == bytes(8), "so do two at once")
		tap.ok(host.client.read(BAR0, 0x1000, 4) == bytes(4), "and a doorbell")
		tap.ok(host.client.read(BAR0, 0x2000, 8) == bytes(8), "and what is reserved")
		low = host.client.read(BAR0, 0x18, 4)
		time.sleep(0.01)
		high = host.client.read(BAR0, 0x1c, 4)
		tap.ok(0 <= host.get("time") - int.from_bytes(low + high, "little") < 10**10,
		       "the clock in two halves")
		before = host.get("sq_base")
		host.set("sq_base", 0x1234000)
		host.set("qsize", 4)
		tap.ok((host.get("sq_base"), host.get("qsize")) == (before, 16),
		       "the rings cannot be moved while they run")
		host.client.write(BAR0, 0x20, b"\0")
		host.client.write(BAR0, 0, b"\xff" * 4)
		tap.ok(host.get("control") == 1 and host.get("magic") == 0x48435556,
		       "other writes do nothing")
		host.disable()
		host.client.write(BAR0, 0x28, struct.pack("<I", 0x5000))
		host.client.write(BAR0, 0x2c, struct.pack("<I", 7))
		tap.ok(host.get("sq_base") == 0x700005000, "a base in two halves")
		host.set("control", 0xfffffffe)
		tap.ok(host.get("control") == 0, "unknown control bits do not stick")
		host.client.write(BAR2, 0, bytes(range(16)))
		tap.ok(host.client.read(BAR2, 0, 16) == bytes(range(16)) and
		       host.client.read(BAR2, 0x800, 8) == bytes(8), "MSI-X table reads back")
		host.client.write(CONFIG, 0, bytes(0x40) * 64)
		tap.ok(host.client.read(CONFIG, 0, 4) == bytes.fromhex("34124376"),
		       "identity cannot be written")
		for region, at, size in ((BAR0, 0x4000, 4), (BAR0, 2**64 - 4, 4), (BAR0, 0x3ffd, 4),
					 (1, 0, 4), (99, 0, 4), (BAR0, 0, 0), (CONFIG, 0, 8192)):
			tap.ok(error_of(host.client.read, region, at, size) == "Invalid argument",
			       f"region {region}, {size} bytes at {at:#x}: refused")
