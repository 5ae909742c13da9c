# SPDX-License-Identifier: GPL-2.0-only
"""Steps 1 to 6: card, references, host, guest, kexec, altered kernel."""

import hashlib
import json
import os
import sys

from card import call
from host import cmdline
from initramfs import Modules
from parties import HOST_OPTIONS, Auditor, Provider, ThirdParty, new_key, sha384
from vm import TREE, releases, vmlinuz

ALTER = os.path.join(TREE, "tools/testing/demo/alter_kernel.py")
VMM = "/usr/bin/qemu-system-x86_64"
AFFIRMED = "AUTHENTIC, with warnings"
REFUSED = "NOT AUTHENTIC"
ROOT_WARNING = f"{AFFIRMED}: root-self-asserted"


def read_log(vm, log=0):
	"""The card's log as `vouch log` in a VM shows it."""
	return json.loads(vm.must(f"vouch log --json --log {log}", 120))["records"]


class Steps:
	"""The steps share what they make: parties, VMs, the table."""

	def __init__(self, lab, table):
		self.lab, self.table, self.say = lab, table, table.say
		self.first, self.second, self.lts = releases()
		self.asker = new_key(lab.path("asker.pem"))

	def card_made(self):
		self.say("1 a card is made, and a third party certifies it")
		self.third = ThirdParty(self.lab.path("third-party"))
		self.state = self.lab.path("card")
		self.third.make_card(self.state)
		device = call("openssl", "verify", "-CAfile", self.third.root,
			      os.path.join(self.third.folder, "device.pem"))
		self.table.row(1, "the device certificate leads to the third party's root", "OK",
			       device.split(":")[-1].strip())
		made = call("openssl", "req", "-in", f"{self.third.folder}/device.csr", "-noout", "-pubkey")
		certified = call("openssl", "x509", "-in", f"{self.third.folder}/device.pem", "-noout",
				 "-pubkey")
		self.table.row(1, "the certified key is the one made in the card", True, made == certified)
		keys = [name for name in os.listdir(self.state) if "key" in name]
		modes = {oct(os.stat(os.path.join(self.state, name)).st_mode & 0o777) for name in keys}
		self.table.row(1, "the keys in the card are for it alone", {"0o600"}, modes)

	def references_built(self):
		self.say(f"2 references from published packages: {self.first}, {self.second}, "
			 f"{self.lts}, cloud, the VMM")
		self.provider = Provider(self.lab.path("provider"), self.say)
		self.provider.build((self.first, self.second), [cmdline(self.lab, "host")])
		entries = self.provider.entries()
		found = {entry["name"] for entry in entries if entry["kind"] == "kernel"}
		cloud = self.first.replace("-amd64", "-cloud-amd64")
		self.table.row(2, "kernels with references", {self.first, self.second, self.lts, cloud},
			       found)
		labels = sum("build-id" in entry for entry in entries if entry["kind"] == "kernel")
		self.table.row(2, "each kernel has its build-id", len(found), labels)
		vmms = {digest for entry in entries if entry["kind"] == "vmm" for digest in entry["sha384"]}
		self.table.has(2, "the VMM has a reference", sha384(VMM), vmms)
		both = sum(entry["kind"] == "module" and len(entry["sha384"]) == 2 for entry in entries)
		self.table.row(2, "over 10000 modules, each as .ko and as .ko.xz", True, both > 10000)
		self.auditor = Auditor(self.lab.path("auditor"), self.third.root, self.provider)

	def host_booted(self):
		self.say(f"3 the host VM boots {self.first} and loads vouch.ko")
		self.control = self.lab.path("card-control.sock")
		self.card = self.lab.card(["host", "guest1"], self.state,
					  args=["--control", self.control])
		self.host = self.lab.host(self.first, card=self.card, image=self.provider.images)
		log = read_log(self.host)
		kinds = list(dict.fromkeys(record["type"] for record in log))
		self.table.row(3, "how the log begins",
			       ["power-on", "reset", "attach", "kernel", "cmdline", "policy"],
			       kinds[:6])
		self.kernel_reported(log)
		self.host.enable_kvm()
		self.modules_recorded(read_log(self.host))

	def kernel_reported(self, log):
		"""What the kernel said of itself, against what the VM shows."""
		said = {record["type"]: record for record in log}
		self.table.row(3, "the kernel says its release", self.host.release, said["kernel"]["name"])
		notes = self.host.get("/sys/kernel/notes")
		self.table.row(3, "and its build-id", True, bytes.fromhex(said["kernel"]["data"]) in notes)
		cmdline = self.host.get("/proc/cmdline").rstrip(b"\n")
		self.table.row(3, "and its command line", hashlib.sha384(cmdline).hexdigest(),
			       said["cmdline"]["digest"])

	def modules_recorded(self, log):
		"""Every module that is loaded, with the digest of its published file."""
		loaded = {line.split()[0] for line in self.host.must("cat /proc/modules").splitlines()}
		published = Modules(self.first)
		expected = {f"{name}.ko": hashlib.sha384(published.read(name)).hexdigest()
			    for name in loaded - {"vouch"}}
		recorded = {record["name"]: record["digest"] for record in log
			    if record["type"] == "module-load"}
		self.table.row(3, "modules in the log with the digest of their file", len(expected),
			       sum(recorded.get(name) == digest for name, digest in expected.items()))

	def guest_started(self, name):
		"""A fresh instance and a new guest, with the asker's key."""
		self.host.enable_kvm()
		self.host.give_to_vfio(self.host.slots["guest1"])
		self.host.must("vouch assign 1")
		guest = self.host.guest(name, self.lts, function="guest1", **HOST_OPTIONS)
		with open(self.asker, "rb") as handle:
			guest.put("/tmp/asker.pem", handle.read(), 0o600)
		return guest

	def guest_asked(self):
		self.say(f"4 a guest inside the host VM (kernel {self.lts}) asks the card")
		guest = self.guest_started("guest-a")
		nonce, package = self.auditor.ask(guest)
		answer = self.auditor.judge(package, nonce)
		self.table.row(4, "verdict", ROOT_WARNING, answer.words())
		way = answer.result["timing"]["way_ns"]
		self.table.row(4, "timed: 0 < way to the card and back <= 250 ms", True,
			       0 < way <= 250_000_000)
		starts = [each["digest"] for each in answer.history("vm-start")]
		self.table.has(4, "the start of this VM is in the history", sha384(VMM), starts)
		strict = self.auditor.judge(package, nonce, options=["--strict"])
		self.table.row(4, "exit status, and with --strict", (0, 1), (answer.status, strict.status))
		self.say(answer.text.rstrip())
		guest.stop()

	def host_updated(self):
		self.say(f"5 the host kexecs into {self.second}")
		self.host.kexec(self.second)
		self.table.row(5, "the host runs", self.second, self.host.release)
		self.guest = self.guest_started("guest-b")
		self.guest.must("vouch measure /init")
		self.nonce, self.package = self.auditor.ask(self.guest, "--key /tmp/asker.pem")
		self.answer = self.auditor.judge(self.package, self.nonce)
		self.table.row(5, "verdict", ROOT_WARNING, self.answer.words())
		names = [each["name"] for each in self.answer.history("kernel")]
		self.table.row(5, "kernels in the history", [self.first, self.second], names)
		self.table.row(5, "announced, jumped and reported agree", "announced",
			       self.answer.continuity())
		self.say(self.answer.text.rstrip())

	def initramfs_declared(self):
		"""Only the operator vouches for the initramfs: never more than a warning."""
		operator = Provider(self.lab.path("operator"), self.say)
		for release in (self.first, self.second):
			operator.add("initramfs", f"host {release}", self.provider.image(release), release)
		operator.compile("--operator")
		partial = Provider(self.lab.path("partial"), self.say)
		partial.copy_without(self.provider, "initramfs")
		refs = [partial.corim, operator.corim]
		signers = {"operator": f"{operator.key}.pub", "signer": f"{partial.key}.pub"}
		policy = self.auditor.policy("operator.json", **signers, accept=(
			"root-self-asserted", "operator-declared-initramfs"))
		answer = self.auditor.judge(self.package, self.nonce, policy, refs=refs)
		self.table.row(5, "initramfs declared by the operator", (
			f"{AFFIRMED}: operator-declared-initramfs root-self-asserted"), answer.words())
		strict = self.auditor.policy("no-operator.json", **signers)
		answer = self.auditor.judge(self.package, self.nonce, strict, refs=refs)
		self.table.row(5, "the same, where the policy does not accept it", REFUSED, answer.verdict)
		answer = self.auditor.judge(self.package, self.nonce, policy, refs=refs[:1])
		self.table.row(5, "the same, declared by nobody", f"{REFUSED}: initramfs-unknown",
			       answer.refusal())

	def host_altered(self):
		self.say("6 the host kexecs into a kernel that nobody published")
		self.guest.stop()
		altered = self.lab.path("vmlinuz-altered")
		call(sys.executable, ALTER, vmlinuz(self.first), altered)
		self.host.kexec(kernel=altered, image=self.host.image(self.first))
		said = self.host.must("cat /proc/version")
		self.table.row(6, "the running kernel says that it is altered", True, "altered" in said)
		guest = self.guest_started("guest-c")
		nonce, package = self.auditor.ask(guest)
		answer = self.auditor.judge(package, nonce)
		self.table.row(6, "verdict", f"{REFUSED}: kernel-unknown", answer.refusal())
		found = answer.first_bad()
		self.table.row(6, "the record that is named", "kexec-kernel", found.get("type"))
		self.table.row(6, "the digest that is named", sha384(altered), found.get("digest"))
		self.say(answer.text.rstrip())
		guest.stop()
		self.host.stop()
		self.card.stop()
