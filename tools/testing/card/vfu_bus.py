# SPDX-License-Identifier: GPL-2.0-only
"""The bus of a virtual machine, as vfio-user carries it: messages and memory.

Written from the protocol's specification. Standard library only.
"""
import fcntl
import mmap
import os
import socket
import struct

# Protocol commands.
VERSION, DMA_MAP, DMA_UNMAP, GET_INFO, REGION_INFO = 1, 2, 3, 4, 5
IRQ_INFO, IRQ_SET, REGION_READ, REGION_WRITE, RESET = 7, 8, 9, 10, 13
REPLY, NO_REPLY, ERROR = 0x01, 0x10, 0x20
BAR0, BAR2, CONFIG = 0, 2, 7
MSIX = 2


class Client:
	"""The bus between a virtual machine and a function."""

	def __init__(self, path, greet=True, timeout=30):
		self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
		self.sock.settimeout(timeout)
		self.sock.connect(path)
		self.message_id = 0
		if greet:
			self.version()

	def close(self):
		self.sock.close()

	def message(self, command, body=b"", flags=0, size=None):
		self.message_id = (self.message_id + 1) & 0xffff
		size = 16 + len(body) if size is None else size
		return struct.pack("<HHIII", self.message_id, command, size, flags, 0) + body

	def send(self, command, body=b"", fds=(), flags=0, size=None):
		socket.send_fds(self.sock, [self.message(command, body, flags, size)], list(fds))
		return self.message_id

	def receive(self, size):
		data = b""
		while len(data) < size:
			part = self.sock.recv(size - len(data))
			if not part:
				raise ConnectionResetError("the card closed the socket")
			data += part
		return data

	def reply(self, message_id):
		ident, _, size, flags, error = struct.unpack("<HHIII", self.receive(16))
		body = self.receive(size - 16)
		if ident != message_id or not flags & REPLY:
			raise ValueError("a reply to something else")
		if flags & ERROR:
			raise OSError(error, os.strerror(error))
		return body

	def call(self, command, body=b"", fds=()):
		return self.reply(self.send(command, body, fds))

	def version(self, major=0, minor=0):
		text = b'{"capabilities":{"max_msg_fds":8,"max_data_xfer_size":1048576}}\0'
		body = self.call(VERSION, struct.pack("<HH", major, minor) + text)
		return struct.unpack("<HH", body[:4]) + (body[4:].rstrip(b"\0").decode(),)

	def map(self, iova, size, fd=None, offset=0, access=3):
		body = struct.pack("<IIQQQ", 32, access, offset, iova, size)
		self.call(DMA_MAP, body, [] if fd is None else [fd])

	def unmap(self, iova, size, flags=0):
		self.call(DMA_UNMAP, struct.pack("<IIQQ", 24, flags, iova, size))

	def info(self):
		return struct.unpack("<IIII", self.call(GET_INFO, struct.pack("<IIII", 16, 0, 0, 0)))

	def region_info(self, index):
		body = self.call(REGION_INFO, struct.pack("<IIIIQQ", 32, 0, index, 0, 0, 0))
		_, flags, _, _, size, _ = struct.unpack("<IIIIQQ", body)
		return flags, size

	def irq_info(self, index):
		body = self.call(IRQ_INFO, struct.pack("<IIII", 16, 0, index, 0))
		return struct.unpack("<IIII", body)

	def irq_set(self, flags, start, count, fds=(), data=b"", index=MSIX):
		body = struct.pack("<IIIII", 20 + len(data), flags, index, start, count) + data
		self.call(IRQ_SET, body, fds)

	def read(self, region, offset, count):
		body = self.call(REGION_READ, struct.pack("<QII", offset, region, count))
		return body[16:]

	def write(self, region, offset, data, wait=True):
		body = struct.pack("<QII", offset, region, len(data)) + data
		if wait:
			self.call(REGION_WRITE, body)
		else:
			self.send(REGION_WRITE, body, flags=NO_REPLY)

	def reset(self):
		self.call(RESET)


class Memory:
	"""Memory of a virtual machine, one sealed memfd."""

	def __init__(self, size):
		self.size = size
		self.fd = os.memfd_create("vfu", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
		os.ftruncate(self.fd, size)
		fcntl.fcntl(self.fd, fcntl.F_ADD_SEALS, fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW)
		self.bytes = mmap.mmap(self.fd, size)

	def close(self):
		self.bytes.close()
		os.close(self.fd)
