# SPDX-License-Identifier: GPL-2.0-only
"""Test VMs with the card attached: a host VM and guests nested in it.

    with Lab("demo") as lab:
        card = lab.card(["host", "guest1"])
        host = lab.host(release, card=card, files=[(ko, "vouch.ko")])
        status, text = host.run("insmod /vouch.ko && uname -r")
        guest = host.guest("guest1", release, function="guest1")
        guest.run("ip address")
        guest.stop()
        host.kexec(second)

Everything started dies with the Lab, which also fails when a console shows
a kernel warning. Runs in the reference root only, as root.
"""

import fcntl
import os
import shutil
import signal
import subprocess
import sys
import tempfile

from card import Card
from channel import VMError
from host import Host
from qemu import BUILD, TREE, releases, vmlinuz
from tpm import TPM

__all__ = ["BUILD", "TREE", "Lab", "VMError", "releases", "vmlinuz", "vouch_ko"]


def vouch_ko(release):
	return os.path.join(BUILD, "kmod", release, "vouch.ko")


class Lab:
	"""A folder of results and everything that runs for one test."""

	def __init__(self, name):
		if not os.environ.get("VOUCH_INSIDE"):
			sys.exit("runs in the reference root: tools/testing/vm/enter ...")
		self.build = os.path.join(BUILD, "vm")
		self.name, self.folder = name, os.path.join(self.build, name)
		self.hosts, self.cards, self.tpms = [], [], {}
		os.makedirs(self.build, exist_ok=True)
		# One at a time: a second Lab of this name would clear the first's folder.
		self.lock = open(f"{self.folder}.lock", "w", encoding="ascii")
		fcntl.flock(self.lock, fcntl.LOCK_EX)
		shutil.rmtree(self.folder, ignore_errors=True)
		os.makedirs(self.folder)
		# Without the mounts below it: no /proc, /dev or cache of this machine.
		self.root = tempfile.mkdtemp(prefix="vouch-root-")
		subprocess.run(["mount", "--bind", "/", self.root], check=True)
		self.shares = [("root", self.root, "/ref", "ro"),
			       ("results", self.folder, "/results", "rw"),
			       ("tree", TREE, "/share", "ro")]

	def path(self, name):
		return os.path.join(self.folder, name)

	def card(self, functions, state=None, program=None, args=(), prefix="card"):
		"""Start a card; functions in the order of their PCI slots. Cards of one
		Lab differ in prefix.
		"""
		card = Card(self.folder, functions, state or self.path("card"),
			    program or os.path.join(BUILD, "bin/vouch-cardd"), args, prefix)
		self.cards.append(card)
		return card

	def tpm(self, name="tpm"):
		"""Start a TPM for one VM's life; the same name is the same TPM again."""
		if name in self.tpms:
			self.tpms[name].stop()
		self.tpms[name] = TPM(self.folder, name)
		return self.tpms[name]

	def host(self, release, card=None, name="host", **options):
		"""Start a host VM; options: machine.OPTIONS and host.OPTIONS."""
		host = Host(self, name, card, options)
		self.hosts.append(host)
		host.start(release)
		return host

	def close(self):
		for host in list(self.hosts):
			host.close()
		for process in (*self.cards, *self.tpms.values()):
			process.stop()
		subprocess.run(["umount", self.root], check=False)
		os.rmdir(self.root)
		self.lock.close()

	def __enter__(self):
		signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
		return self

	def __exit__(self, kind, error, trace):
		try:
			if kind is None:
				for host in self.hosts:
					host.check()
		finally:
			self.close()
