# SPDX-License-Identifier: GPL-2.0-only
"""A VM whose card's second guest function lies behind a relay, and a verifier."""

import contextlib
import json
import os
import subprocess
import sys
import time

from cryptography.hazmat.primitives import serialization

from card import control, make_card
from qemu import BUILD, TREE, Process
from vm import Lab, VMError, vouch_ko

sys.path.append(os.path.join(TREE, "tools/testing/card"))
import vouch_model as model  # pylint: disable=wrong-import-position

VOUCH = "/src/build/bin/vouch"
VERIFY = os.path.join(BUILD, "bin/vouch-verify")
RELAY = os.path.join(BUILD, "bench/relay")
NONCE = bytes(range(32))
RELAYED = "guest2"
PARTS = ("log", "own", "receipt", "request", "evidence", "proximity")


def bounds(ns, rounds):
	times = {"min_ns": ns}
	return {"rounds": rounds, "bounds": [{"model": "*", "guest": times, "card": times}]}


def about(result):
	"""The findings that are about proximity."""
	return {finding["code"] for finding in result.get("findings", [])
		if finding["code"].startswith(("proximity", "near"))}


class NearLab:
	"""In the VM vouch0 is the host's function, vouch1 a guest's, vouch2 one that is
	reached through the relay."""

	def __init__(self, name, release, **options):
		self.lab, self.release, self.options = Lab(name), release, options
		self.host = self.process = self.policy = None
		self.summary = {}

	def __enter__(self):
		self.lab.__enter__()
		try:
			self._start()
		except BaseException:
			self.lab.close()
			raise
		return self

	def __exit__(self, *error):
		try:
			self.lab.__exit__(*error)
		finally:
			if self.process:
				self.process.kill()

	def _start(self):
		lab = self.lab
		card = lab.card(["host", "guest1", RELAYED],
				state=make_card(lab.path("ca"), lab.path("card")))
		front = lab.path("relay.sock")
		self.process = Process([RELAY, front, card.sockets[RELAYED], lab.path("relay-control.sock")],
				       lab.path("relay.log"))
		deadline = time.monotonic() + 60
		while not os.path.exists(front):
			if not self.process.running() or time.monotonic() > deadline:
				raise VMError(f"relay: {self.process.said()}")
			time.sleep(0.05)
		card.sockets[RELAYED] = front
		self.host = lab.host(self.release, card=card,
				     files=[(vouch_ko(self.release), "/vouch.ko")], **self.options)
		self.host.must("mount --bind /share /ref/src && insmod /vouch.ko guests=1", 300)
		for number in (1, 2):
			self.vouch(0, f"assign {number}")

	def relay(self, mode):
		"""What the relay does from now on."""
		control(self.lab.path("relay-control.sock"), mode)

	def vouch(self, device, args, timeout=600):
		return self.host.must(f"chroot /ref {VOUCH} --device {device} {args}", timeout)

	@staticmethod
	def command(device, rounds, name):
		"""The words of a request; in the VM's chroot."""
		near = f"--proximity={rounds}" if rounds else ""
		return (f"{VOUCH} --device {device} attest --json --key /mnt/key.pem "
			f"--nonce {NONCE.hex()} {near} --out /mnt/{name}")

	def run(self, device, rounds, name, timeout=600):
		"""(exit status, output) of a request whose package goes to the Lab's folder."""
		with contextlib.suppress(FileNotFoundError):
			os.unlink(self.lab.path(name))
		return self.host.run(f"chroot /ref {self.command(device, rounds, name)} 2>&1", timeout)

	def attest(self, device, rounds=None):
		"""A package, and its summary."""
		status, output = self.run(device, rounds, "package")
		if status:
			raise VMError(f"vouch attest: {output}")
		self.summary = json.loads(output)
		with open(self.lab.path("package"), "rb") as file:
			return file.read()

	def changed(self, package, change):
		"""The package of a guest that changed its account and signed that."""
		with open(self.lab.path("key.pem"), "rb") as file:
			key = serialization.load_pem_private_key(file.read(), None)
		collection = model.strict(model.strict(package).value[2])
		parts = {name: collection[name][1] for name in PARTS if name in collection}
		part = model.strict(parts["proximity"])
		change(part)
		return model.package(key, {**parts, "proximity": model.canonical(part)})

	def demand(self, proximity):
		"""The policy from now on."""
		self.policy = self.lab.path("policy.json")
		with open(self.policy, "w", encoding="ascii") as file:
			json.dump({"version": 1, "role": "guest", "threshold_ms": 600000,
				   "reference_signers": [], "accept": ["near-untrusted-clock"],
				   "proximity": proximity}, file)

	def judge(self, package, name="judged"):
		"""The verifier's result; the package is kept under this name."""
		path = self.lab.path(name)
		with open(path, "wb") as file:
			file.write(package)
		done = subprocess.run([VERIFY, "--root", self.lab.path("ca/root.pem"), "--policy", self.policy,
				       "--nonce", NONCE.hex(), "--history", "none", "--json",
				       "--package", path], capture_output=True, text=True, timeout=300,
				      check=False, stdin=subprocess.DEVNULL)
		if not done.stdout:
			raise VMError(f"vouch-verify: {done.stderr}")
		return json.loads(done.stdout)
