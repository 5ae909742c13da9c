# SPDX-License-Identifier: GPL-2.0-only
"""Drive a card function over its vfio-user socket, without QEMU or a kernel.

Written from the card's interface, and from nothing of the card's own code.
Standard library only.

	client = Client(path)                   the bus: messages, memory, interrupts
	function = Function(client)             the card: rings and commands
	function.enable()
	function.append(64, name="hello", digest=bytes(48))
"""
import os
import select
import struct
import time

from vfu_bus import BAR0, CONFIG, Client, Memory

__all__ = ["Client", "Completion", "Function", "Refused"]

# Card commands and statuses (kmod/uapi/vouch/wire.h).
OP = {"identify": 0x01, "log_state": 0x02, "certs": 0x03, "append": 0x10, "assign": 0x11,
	  "withdraw": 0x12, "attest": 0x20, "receipt": 0x21, "log_read": 0x22,
	  "proximity_open": 0x30, "proximity_close": 0x31}
STATUS = ("OK OPCODE FIELD LENGTH ROLE SMALL FULL QUOTA UNASSIGNED NOT_FOUND STORAGE DMA "
		  "INTERNAL").split()
NO_REF = 2**64 - 1
KEXEC_EXEC, KERNEL, CMDLINE, USER = 25, 16, 17, 64

# Registers (kmod/uapi/vouch/regs.h): offset, bytes.
REGS = {"magic": (0x0, 4), "version": (0x4, 4), "cap": (0x8, 4), "status": (0xc, 4),
		"function": (0x10, 4), "time": (0x18, 8), "control": (0x20, 4), "qsize": (0x24, 4),
		"sq_base": (0x28, 8), "cq_base": (0x30, 8), "sq_tail": (0x1000, 4),
		"cq_head": (0x1004, 4), "challenge": (0x2000, 8), "response": (0x2008, 8)}
READY, FATAL = 1, 2
TRANSFER = 65536


class Refused(Exception):
	"""The card answered a command with a status other than OK."""

	def __init__(self, status):
		super().__init__(STATUS[status] if status < len(STATUS) else str(status))
		self.status = str(self)


class Completion:
	"""One completion as the card posted it."""

	def __init__(self, raw, index):
		(self.cid, self.status, self.out_len, self.result, self.t_rx, self.sq_head,
		 self.phase, self.rsv) = struct.unpack("<HHIQQHHI", raw)
		self.index = index
		self.out = b""
		self.seen = time.clock_gettime_ns(time.CLOCK_MONOTONIC_RAW)


class Function:
	"""A card's function: registers, rings, commands."""

	BASE = 0x40000000

	def __init__(self, client, qsize=16):
		self.client = client
		self.qsize = qsize
		self.memory = Memory(qsize * 2 * TRANSFER + 65536)
		client.map(self.BASE, self.memory.size, self.memory.fd)
		self.events = [os.eventfd(0, os.EFD_NONBLOCK) for _ in range(2)]
		client.irq_set(0x24, 0, 2, self.events)
		self.tail = self.head = 0
		self.phase = 1
		self.done = {}
		self.busy = {}

	def close(self):
		self.client.close()
		self.memory.close()
		for fd in self.events:
			os.close(fd)

	# Registers.
	def get(self, name):
		offset, size = REGS[name]
		return int.from_bytes(self.client.read(BAR0, offset, size), "little")

	def set(self, name, value, wait=True):
		offset, size = REGS[name]
		self.client.write(BAR0, offset, value.to_bytes(size, "little"), wait)

	def bus_master(self, on=True):
		self.client.write(CONFIG, 4, struct.pack("<H", 6 if on else 2))

	def sq_base(self):
		return self.BASE

	def cq_base(self):
		return self.BASE + 32768

	def enable(self, master=True):
		"""Start the rings; returns STATUS."""
		self.tail = self.head = 0
		self.phase = 1
		self.done, self.busy = {}, {}
		self.memory.bytes[0:65536] = bytes(65536)
		if master:
			self.bus_master()
		self.set("qsize", self.qsize)
		self.set("sq_base", self.sq_base())
		self.set("cq_base", self.cq_base())
		self.set("control", 1)
		return self.get("status")

	def disable(self):
		self.set("control", 0)
		return self.get("status")

	def flr(self):
		"""Function level reset through configuration space."""
		at = self.capability(0x10) + 8
		value, = struct.unpack("<H", self.client.read(CONFIG, at, 2))
		self.client.write(CONFIG, at, struct.pack("<H", value | 0x8000))

	def capability(self, wanted):
		at = self.client.read(CONFIG, 0x34, 1)[0]
		while at:
			ident, following = self.client.read(CONFIG, at, 2)
			if ident == wanted:
				return at
			at = following
		return 0

	# Rings.
	def buffers(self, slot):
		at = 65536 + slot * 2 * TRANSFER
		return at, at + TRANSFER

	def submit(self, opcode, data=b"", out_len=0, arg0=0, arg1=0, doorbell=True, **raw):
		"""Queue a command; raw overrides any field. Returns its slot."""
		slot = next(i for i in range(self.qsize) if i not in self.busy)
		at_in, at_out = self.buffers(slot)
		self.memory.bytes[at_in:at_in + len(data)] = data
		field = {"opcode": opcode, "cid": slot, "flags": 0,
				 "in_addr": self.BASE + at_in if data else 0, "in_len": len(data),
				 "out_len": out_len, "out_addr": self.BASE + at_out if out_len else 0,
				 "arg0": arg0, "arg1": arg1, "rsv0": 0, "rsv1": 0}
		field.update(raw)
		at = self.sq_base() - self.BASE + self.tail * 64
		self.memory.bytes[at:at + 64] = struct.pack("<HHIQIIQQQQQ", *field.values())
		self.busy[slot] = at_out
		self.tail = (self.tail + 1) % self.qsize
		if doorbell:
			self.set("sq_tail", self.tail, wait=False)
		return slot

	def poll(self, acknowledge=True):
		"""Take what is new from the completion ring."""
		found = 0
		while True:
			at = self.cq_base() - self.BASE + self.head * 32
			cpl = Completion(self.memory.bytes[at:at + 32], self.head)
			if cpl.phase != self.phase:
				break
			at_out = self.busy.pop(cpl.cid, None)
			if at_out is not None and cpl.status == 0:
				cpl.out = self.memory.bytes[at_out:at_out + cpl.out_len]
			self.done[cpl.cid] = cpl
			self.head = (self.head + 1) % self.qsize
			self.phase ^= self.head == 0
			found += 1
		if found and acknowledge:
			self.set("cq_head", self.head, wait=False)
		return found

	def wait(self, slot, timeout=30):
		"""Wait for the interrupt of a command; returns its completion."""
		end = time.monotonic() + timeout
		while slot not in self.done:
			left = end - time.monotonic()
			if left <= 0 or not select.select([self.events[1]], [], [], left)[0]:
				raise TimeoutError("no completion")
			os.eventfd_read(self.events[1])
			self.poll()
		return self.done.pop(slot)

	def call(self, name, data=b"", out_len=0, arg0=0, arg1=0, **raw):
		opcode = OP[name] if isinstance(name, str) else name
		cpl = self.wait(self.submit(opcode, data, out_len, arg0, arg1, **raw))
		if cpl.status:
			raise Refused(cpl.status)
		return cpl

	# Commands.
	def identify(self):
		raw = self.call("identify", out_len=120).out
		names = ("boot_count epoch log_capacity function role functions attach debug rsv").split()
		value = dict(zip(names, struct.unpack("<QQQHHHHII", raw[80:])))
		return dict(value, card_id=raw[:32], firmware=raw[32:80])

	def log_state(self, log=0):
		raw = self.call("log_state", out_len=136, arg0=log).out
		count, current, ident, _ = struct.unpack("<QQII", raw[:24])
		return {"count": count, "current": current, "log": ident, "instance": raw[24:40],
				"pcr": raw[40:88], "root": raw[88:136]}

	def certs(self):
		raw = self.call("certs", out_len=TRANSFER).out
		size = 4 + int.from_bytes(raw[2:4], "big")
		return raw[:size], raw[size:]

	@staticmethod
	def record(kind, name="", data=b"", digest=None, ref=NO_REF):
		name = name.encode()
		return struct.pack("<HHHHQ48s", kind, int(digest is not None), len(name), len(data), ref,
						   digest or b"") + name + data

	def append(self, kind, name="", data=b"", digest=None, ref=NO_REF):
		raw = self.call("append", self.record(kind, name, data, digest, ref), 56).out
		return int.from_bytes(raw[:8], "little"), raw[8:]

	def assign(self, function):
		raw = self.call("assign", out_len=24, arg0=function).out
		return int.from_bytes(raw[:8], "little"), raw[8:]

	def withdraw(self, function):
		self.call("withdraw", arg0=function)

	def attest(self, nonce, flags=0):
		"""Evidence, and its completion."""
		cpl = self.call("attest", struct.pack("<II", flags, 0) + nonce, 8192)
		return cpl.out, cpl

	def receipt(self, digest):
		return self.call("receipt", digest, 1024).out

	def log_read(self, log=0, start=0):
		cpl = self.call("log_read", out_len=TRANSFER, arg0=log, arg1=start)
		return cpl.out, cpl.result

	def log_all(self, log=0, count=None):
		"""A whole log, as far as this function may read it."""
		data, start = b"", 0
		while count is None or start < count:
			part, following = self.log_read(log, start)
			if following == start:
				break
			data, start = data + part, following
		return data
