# SPDX-License-Identifier: GPL-2.0-only
"""The reference card as a child process."""

import contextlib
import os
import socket
import subprocess
import time

from channel import VMError
from qemu import BUILD, TREE, Process

CARDD = os.path.join(BUILD, "bin/vouch-cardd")
CA = os.path.join(TREE, "tools/testing/vm/ca.sh")


def call(*argv, **options):
	"""Run a program that has to succeed; returns what it printed."""
	argv = [str(arg) for arg in argv]
	done = subprocess.run(argv, capture_output=True, text=True, check=False,
			      stdin=subprocess.DEVNULL, **options)
	if done.returncode:
		raise VMError(f"{' '.join(argv)}: exit {done.returncode}\n{done.stdout}{done.stderr}")
	return done.stdout


def make_card(folder, state):
	"""A card's keys, made in its new state folder, and their certificate by the
	CA in a folder, which is made where there is none."""
	request, certificate = os.path.join(folder, "device.csr"), os.path.join(folder, "device.pem")
	if not os.path.exists(os.path.join(folder, "root.pem")):
		call(CA, folder, "init")
	os.makedirs(state, exist_ok=True)
	call(CARDD, "--state", state, "--init")
	call(CARDD, "--state", state, "--csr", request)
	call(CA, folder, "sign", request, certificate)
	call(CARDD, "--state", state, "--install-certificate", certificate)
	return state


def control(path, line):
	"""A line to a card's control socket; returns its answer."""
	with socket.socket(socket.AF_UNIX) as peer:
		peer.settimeout(30)
		peer.connect(path)
		peer.sendall(f"{line}\n".encode())
		answer = peer.makefile().readline().strip()
	if not answer.startswith("ok"):
		raise VMError(f"card: {line}: {answer}")
	return answer


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
