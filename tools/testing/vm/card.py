# SPDX-License-Identifier: GPL-2.0-only
"""The reference card as a child process."""

import contextlib
import os
import time

from channel import VMError
from qemu import Process


class Card(Process):
	"""vouch-cardd with a socket a function."""

	def __init__(self, folder, functions, state, program, args, prefix="card"):
		self.functions, self.state, self.folder = functions, state, folder
		self.sockets = {name: os.path.join(folder, f"{prefix}-{name}.sock")
				for name in functions}
		for path in self.sockets.values():
			with contextlib.suppress(FileNotFoundError):
				os.unlink(path)
		argv = [program, "--state", state]
		for name in functions:
			argv += ["--function", f"{name}={self.sockets[name]}"]
		super().__init__([*argv, *args], os.path.join(folder, f"{prefix}.log"))
		deadline = time.monotonic() + 60
		while not all(os.path.exists(path) for path in self.sockets.values()):
			if not self.running() or time.monotonic() > deadline:
				raise VMError(f"card: no sockets: {self.said()}")
			time.sleep(0.05)
