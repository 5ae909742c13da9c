# SPDX-License-Identifier: GPL-2.0-only
"""Livepatches and firmware of a host whose card comes and goes, or comes late."""

import re

import testmod
from vm import VMError

FIRMWARE, VM_START, UNMEASURED, LIVEPATCH = 20, 27, 28, 31	# the records' types
MAKE_VM = ("chroot /ref python3 -c 'import fcntl; "
	   "fcntl.ioctl(open(\"/dev/kvm\"), 0xae01, 0)' 2>&1")
DRIVER = "/sys/devices/virtual/misc/test_firmware"
UPLOAD = "/sys/class/firmware/vouch-up"
PARAMETERS = "/sys/module/vouch/parameters"
KLP = "/sys/kernel/livepatch"
REMOVE = ("for card in /sys/class/vouch/*; do grep -q host $card/role && "
	  "card=$(readlink -f $card/device) && echo 1 > $card/remove; done; true")
READY = ("echo 1 > /sys/bus/pci/rescan; for i in $(seq 300); do "
	 "grep -qs ready $(grep -ls host /sys/class/vouch/*/role | sed s/role/state/) && exit; "
	 "sleep 0.2; done; exit 1")


def settled(name, enabled):
	"""Wait for the end of a patch's transition."""
	state = f"[ ! -e {KLP}/{name} ]"
	if enabled:
		state = f"grep -q 1 {KLP}/{name}/enabled && grep -q 0 {KLP}/{name}/transition"
	return f"for i in $(seq 600); do {state} && exit; sleep 0.2; done; exit 1"


class Patching:
	"""One host VM with vouch.ko loaded, and where its test modules are."""

	def __init__(self, tap, host, vouch):
		self.tap, self.host, self.vouch = tap, host, vouch
		self.folder = testmod.seen(host, "livepatch")

	def load(self, name, options="", timeout=60):
		"""(exit status, output) of insmod."""
		return self.host.run(f"chroot /ref /usr/sbin/insmod {self.folder}/{name}.ko "
				     f"{options} 2>&1", timeout)

	def enable(self, name, options=""):
		status, output = self.load(name, options)
		if status:
			raise VMError(f"{name}: insmod ended with {status}: {output}")
		self.host.must(settled(name, True), 150)

	def drop(self, name):
		self.host.must(f"[ ! -e {KLP}/{name} ] || echo 0 > {KLP}/{name}/enabled", 60)
		self.host.must(settled(name, False), 150)
		self.host.must(f"for i in $(seq 100); do rmmod {name} && exit; sleep 0.1; done; exit 1")

	def records(self, kind, since):
		"""Names of the records of that type from a number on."""
		lines = self.host.must("chroot /ref /src/build/selftests/vouch/records "
				       f"host {since}")
		return re.findall(rf"^\d+ {kind} (.*)$", lines, re.M)

	def count(self):
		return int(self.host.must("for card in /sys/class/vouch/*; do grep -q host $card/role && "
					  "cat $card/count; done; true"))

	def ask(self, name):
		"""A driver asks for firmware of this name: (exit status, output)."""
		return self.host.run("[ -e /sys/module/test_firmware ] || modprobe test_firmware; "
				     f"mkdir -p /lib/firmware && echo {name} > /lib/firmware/{name} && "
				     f"echo -n {name} > {DRIVER}/trigger_request", 60)

	def upload(self):
		"""Firmware for a driver that did not ask: (exit status, output)."""
		self.host.must(f"[ ! -e {UPLOAD} ] || echo -n vouch-up > {DRIVER}/upload_unregister; "
			       f"echo -n vouch-up > {DRIVER}/upload_register; "
			       f"echo 1 > {UPLOAD}/loading; echo new > {UPLOAD}/data", 60)
		return self.host.run(f"echo 0 > {UPLOAD}/loading", 60)

	def refused(self):
		"""With fail_closed and without a card a patch neither comes nor goes."""
		self.enable("klp_first")
		# Else it is the load of the module that is refused.
		self.host.must(f"echo all,-module-load,-module-present > {PARAMETERS}/measure; "
			       f"echo 1 > {PARAMETERS}/fail_closed")
		since = self.count()
		self.host.must(REMOVE, 60)
		status, output = self.load("klp_second")
		self.tap.ok(status and "not permitted" in output, "no card: a livepatch is refused",
			    output)
		self.tap.ok("refused livepatch 'enable klp_second'" in self.host.must("dmesg"),
			    "and the kernel's log says so")
		status, output = self.ask("refused.bin")
		self.tap.ok(status and "not permitted" in output, "and so is firmware", output)
		status, output = self.upload()
		self.tap.ok(status and "not permitted" in output, "also what a user uploads", output)
		output = self.host.must("dmesg")
		self.tap.ok("refused firmware-load 'refused.bin'" in output and
			    "refused firmware-load 'vouch-up'" in output,
			    "which the kernel's log says, too")
		for name, value in (("enabled", 0), ("enabled", 1), ("force", 1)):
			status, output = self.host.run(f"echo {value} > {KLP}/klp_first/{name}")
			wanted = "not permitted" if (name, value) == ("enabled", 0) else "nvalid"
			self.tap.ok(status and wanted in output, f"{name} = {value}: {wanted}", output)
		self.tap.ok("patched by klp_first" in self.host.must("cat /proc/cmdline"),
			    "what is in force stays")
		self.host.must(READY, 90)
		self.tap.ok(self.records(LIVEPATCH, since) == ["present klp_first"],
			    "a card that comes back is told what is in force",
			    self.records(LIVEPATCH, since))
		self.host.must(f"echo 0 > {PARAMETERS}/fail_closed; echo all > {PARAMETERS}/measure")
		self.drop("klp_first")

	def missed(self):
		"""Without fail_closed it happens, and what was missed is told."""
		self.host.must(REMOVE, 60)
		lost = int(self.host.must(f"cat {PARAMETERS}/unrecorded"))
		self.enable("klp_first")
		# The module, that it was asked for, and that it was done.
		missed = int(self.host.must(f"cat {PARAMETERS}/unrecorded")) - lost
		self.tap.ok(missed == 3, "fail_closed=0: a livepatch goes on and is counted", missed)
		asked, uploaded = self.ask("missed.bin"), self.upload()
		missed = int(self.host.must(f"cat {PARAMETERS}/unrecorded")) - lost - missed
		self.tap.ok(not asked[0] and not uploaded[0] and missed == 2, "and so does firmware",
			    asked, uploaded, missed)
		self.host.must(READY, 90)
		self.drop("klp_first")

	def taken(self):
		"""Where the loader's function is taken, files stand for firmware."""
		since = self.count()
		self.host.must("rmmod vouch", 60)
		self.load("taken", "function=_request_firmware")
		self.host.must(self.vouch, 120)
		status, output = self.ask("taken.bin")
		self.tap.ok(not status and self.records(FIRMWARE, since) == ["taken.bin"],
			    "firmware is recorded as a file where it cannot be as it is used",
			    output, self.records(FIRMWARE, since))
		self.tap.ok("all of _request_firmware: -EBUSY" in self.records(UNMEASURED, since),
			    "and the log says so", self.records(UNMEASURED, since))
		self.host.must(f"rmmod vouch && rmmod taken && {self.vouch}", 120)

	def half_taken(self):
		"""Where the end of VMs is taken, their start is not watched either: what is
		kept of a VM would outlive it.
		"""
		since = self.count()
		self.host.must("rmmod vouch; modprobe kvm-amd || modprobe kvm-intel", 60)
		self.load("taken", "function=kvm_arch_destroy_vm")
		status, output = self.host.run(f"{self.vouch} fail_closed=1 2>&1", 120)
		self.tap.ok(status and "busy" in output,
			    "fail_closed: no module where the end of VMs is not seen", output)
		status, output = self.host.run(MAKE_VM)
		self.tap.ok(not status, "and VMs start as ever", output)
		self.host.must(self.vouch, 120)
		told = self.records(UNMEASURED, since)
		self.tap.ok([each for each in told if "kvm_arch_destroy_vm" in each] and
			    [each for each in told if "kvm_arch_init_vm" in each],
			    "without it the log says that VMs are not seen", told)
		status, output = self.host.run(MAKE_VM)
		self.tap.ok(not status and not self.records(VM_START, since), "nor are they", output)
		self.host.must(f"{REMOVE}; {READY}", 90)
		self.host.must(f"rmmod vouch && rmmod taken && {self.vouch}", 120)
		since = self.count()
		self.host.must(MAKE_VM)
		self.tap.ok(len(self.records(VM_START, since)) == 1, "and then they are again")

	def earlier(self):
		"""A patch that is there before the module."""
		since = self.count()
		self.host.must("rmmod vouch", 60)
		self.enable("klp_first")
		self.enable("klp_second", "function=kimage_free")
		status, output = self.host.run(f"{self.vouch} fail_closed=1 2>&1", 120)
		self.tap.ok(status and "busy" in output,
			    "fail_closed: no module where a patch has its function", output)
		self.host.must(self.vouch, 120)
		told = self.records(LIVEPATCH, since)
		self.tap.ok(told == ["present klp_first", "present klp_second"],
			    "a patch that came before the module is told", told)
		told = self.records(UNMEASURED, since)
		self.tap.ok("all of kimage_free: -EBUSY" in told, "and which hook it has taken", told)
		self.drop("klp_second")
		self.drop("klp_first")
		told = self.records(LIVEPATCH, since)
		self.tap.ok(told[2:] == ["disable klp_second", "unpatched klp_second",
					 "disable klp_first", "unpatched klp_first"],
			    "and that it goes", told)
		self.host.must(f"rmmod vouch && {self.vouch}", 120)


def patching(tap, host, vouch):
	"""@vouch: the command that loads the module."""
	each = Patching(tap, host, vouch)
	each.refused()
	each.missed()
	each.earlier()
	each.taken()
	each.half_taken()
