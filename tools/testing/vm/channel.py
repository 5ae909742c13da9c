# SPDX-License-Identifier: GPL-2.0-only
"""Commands for a test VM, over its own virtio-serial port.

The port carries nothing but this protocol, so kernel messages cannot disturb
it. The VM's side is the serve() of the init script.
"""

import base64
import contextlib
import os
import select
import socket
import time

SLOW, PATIENCE = "-debug", 5	# such a kernel takes that many times as long


class VMError(Exception):
	"""A VM failed: silence, a panic, a kernel warning, a time-out."""


class Channel:
	"""The outer end of one VM's control port.

	check() is called about every second of waiting; it raises VMError when the
	VM is gone or its console shows trouble.
	"""

	def __init__(self, name, check, path=None):
		self.name, self.check = name, check
		self.sock, self.buffer, self.number = None, b"", 0
		if path:
			self.listener = socket.socket(socket.AF_UNIX)
			with contextlib.suppress(FileNotFoundError):
				os.unlink(path)		# of an earlier VM of this name
			self.listener.bind(path)
		else:
			self.listener = socket.socket(socket.AF_INET)
			self.listener.bind(("127.0.0.1", 0))
		self.listener.listen(1)
		self.boot = self.release = None

	def heard(self):
		"""Whether the VM has said anything yet."""
		if not self.sock and select.select([self.listener], [], [], 0)[0]:
			self.sock = self.listener.accept()[0]
		return bool(self.sock and select.select([self.sock], [], [], 0)[0])

	def again(self):
		"""Listen for another VM instead."""
		if self.sock:
			self.sock.close()
		self.sock, self.buffer = None, b""

	@property
	def port(self):
		"""The loopback TCP port, where there is no path."""
		return self.listener.getsockname()[1]

	def close(self):
		for sock in (self.sock, self.listener):
			if sock:
				sock.close()
		self.sock = None

	def _wait(self, sock, deadline, what):
		while not select.select([sock], [], [], 1)[0]:
			self.check()
			if time.monotonic() > deadline:
				raise VMError(f"{self.name}: timed out: {what}")

	def _line(self, deadline, what):
		while b"\n" not in self.buffer:
			self._wait(self.sock, deadline, what)
			data = self.sock.recv(65536)
			if not data:
				self.check()
				raise VMError(f"{self.name}: control port closed: {what}")
			self.buffer += data
		line, self.buffer = self.buffer.split(b"\n", 1)
		return line.decode(errors="replace")

	def ready(self, timeout):
		"""Wait for the greeting of a boot not seen before."""
		deadline = time.monotonic() + timeout
		if not self.sock:
			self._wait(self.listener, deadline, "no control port")
			self.sock = self.listener.accept()[0]
		while True:
			words = self._line(deadline, "waiting for the VM's greeting").split()
			if len(words) < 4 or words[0] != "ready" or words[2] == self.boot:
				continue
			self.boot, self.release = words[2], words[3]
			if words[4:]:
				raise VMError(f"{self.name}: came up with trouble: {' '.join(words[4:])}")
			return

	def send(self, command, timeout=60):
		"""Start a command and do not wait: for one that never answers."""
		self.number += 1
		text = base64.b64encode(command.encode()).decode()
		try:
			self.sock.sendall(f"{self.number} {int(timeout)} {text}\n".encode())
		except OSError as error:
			self.check()
			raise VMError(f"{self.name}: control port: {error}") from error

	def run(self, command, timeout=60):
		"""Run a shell command in the VM: (exit status, output as bytes)."""
		if self.release.endswith(SLOW):
			timeout *= PATIENCE
		self.send(command, timeout)
		return self.answer(command, timeout)

	def answer(self, command, timeout=60):
		"""Wait for the answer to what was sent last."""
		deadline = time.monotonic() + timeout + 60
		what = command.strip().split("\n")[0][:80]
		while True:
			words = self._line(deadline, what).split()
			if len(words) != 3 or not all(word.isdigit() for word in words):
				raise VMError(f"{self.name}: unexpected answer to `{what}`: {words}")
			number, status, lines = map(int, words)
			text = "".join(self._line(deadline, what) for _ in range(lines))
			# An earlier command may have been given up on.
			if number == self.number:
				break
		self.check()
		return status, base64.b64decode(text)

	def put(self, path, data, mode=0o644):
		"""Write a file in the VM."""
		self.run(f": > {path}; chmod {mode:o} {path}")
		for start in range(0, len(data), 24576):
			text = base64.b64encode(data[start:start + 24576]).decode()
			status, output = self.run(f"echo {text} | base64 -d >> {path}")
			if status:
				raise VMError(f"{self.name}: cannot write {path}: {output!r}")

	def get(self, path):
		"""Read a file of the VM."""
		status, output = self.run(f"cat {path}")
		if status:
			raise VMError(f"{self.name}: cannot read {path}: {output!r}")
		return output


class Console:
	"""A VM's console log: only ever a reason to fail, never one to pass."""

	TROUBLE = (b"WARNING:", b"BUG:", b"Oops", b"Call Trace", b"Kernel panic",
		   b"UBSAN:", b"KASAN:", b"general protection fault", b"INFO: task",
		   b"unable to handle", b"possible recursive locking")

	def __init__(self, path):
		self.path = path
		self.allowed = ()	# texts that a test expects to see
		self.forget()

	def forget(self):
		"""Begin anew, for another VM."""
		self.offset, self.rest = 0, b""
		if os.path.exists(self.path):
			os.unlink(self.path)

	def trouble(self):
		"""The first line of trouble since the last call, or None."""
		try:
			with open(self.path, "rb") as handle:
				handle.seek(self.offset)
				data = handle.read()
		except FileNotFoundError:
			return None
		self.offset += len(data)
		lines = (self.rest + data).split(b"\n")
		self.rest = lines.pop()
		for line in lines:
			if any(word in line for word in self.TROUBLE) and \
			   not any(word in line for word in self.allowed):
				return line.decode(errors="replace").strip()
		return None

	def has(self, text):
		"""Whether the log has this in it so far."""
		try:
			with open(self.path, "rb") as handle:
				return text in handle.read()
		except FileNotFoundError:
			return False

	def tail(self, count=15):
		try:
			with open(self.path, "rb") as handle:
				lines = handle.read().decode(errors="replace").splitlines()
		except FileNotFoundError:
			return "(no console output)"
		return "\n".join(f"    {line.strip()}" for line in lines[-count:])
