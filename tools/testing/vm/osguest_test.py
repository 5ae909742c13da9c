#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""osguest_test.py RELEASE: a VM's own kernels in its instance log, and what a
verdict on the OS says of them; and that on a host no guest's function takes what
the host's kernel has to say. Prints TAP."""

import hashlib
import json
import os
import sys

sys.path.insert(1, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../demo"))

# pylint: disable=wrong-import-position
import frame
from host import cmdline
from initramfs import Modules
import reports
import testmod
from parties import HOST_OPTIONS, Auditor, Provider, ThirdParty
from tap import Tap
from vm import Lab, releases

sys.dont_write_bytecode = True
CLASS = "/sys/class/vouch"
PARAMETERS = "/sys/module/vouch/parameters"
ROOT = "AUTHENTIC, with warnings: root-self-asserted"
PROBE = "irqbypass"		# a module that is there in every image, and not loaded
tap = Tap()


class Part:
	"""Some functions of a card, in the order of their slots."""

	def __init__(self, card, *functions):
		self.functions, self.sockets = functions, card.sockets


def attribute(vm, role, name):
	return vm.must(f"for card in {CLASS}/*; do grep -qs {role} $card/role && "
		       f"cat $card/{name}; done; true").strip()


def wait_for(vm, role, name, wanted):
	"""Until an attribute says it; returns what it said last."""
	vm.must(f"n=0; until [ $n -ge 300 ] || for card in {CLASS}/*; do grep -qs {role} $card/role && "
		f"grep -qsx '{wanted}' $card/{name} && break; done; do usleep 200000; n=$((n + 1)); done",
		200)
	return attribute(vm, role, name)


def read_log(vm, log="own"):
	return json.loads(vm.must(f"vouch log --json --log {log}", 120))["records"]


def kinds(records):
	return [record["type"] for record in records]


def load(vm, release):
	"""Load a module; its record, if there is one, and what it must say."""
	before = len(read_log(vm))
	vm.must(f"modprobe {PROBE}", 120)
	wanted = hashlib.sha384(Modules(release).read(PROBE)).hexdigest()
	found = [each for each in read_log(vm)[before:] if each["type"] == "module-load"]
	return found, wanted


def kernel_reported(vm, records, what):
	"""The log's last kernel is the one that runs."""
	said = [each for each in records if each["type"] == "kernel"][-1]
	tap.ok(said["name"] == vm.release and
	       bytes.fromhex(said["data"]) in vm.get("/sys/kernel/notes"), what, said)


def unassigned(host, guest, release):
	"""A guest's function whose instance is given, and taken, while it is driven."""
	tap.ok(attribute(guest, "guest", "state") == "unassigned", "without an instance: unassigned",
	       attribute(guest, "guest", "state"))
	guest.must(f"modprobe {PROBE} && rmmod {PROBE}", 120)
	messages = guest.must("dmesg | grep -E 'vouch[0-9:]'")
	tap.ok(messages.count("no instance") == 1 and "could not be recorded" not in messages,
	       "one line says so, and no load does", messages)
	guest.must(f"echo 1 > {PARAMETERS}/fail_closed")
	status, output = guest.run(f"modprobe {PROBE}")
	tap.ok(status and guest.run(f"grep -w {PROBE} /proc/modules")[0],
	       "fail_closed: what cannot be recorded is refused", output)
	guest.must("(until [ -e /run/stop ]; do vouch measure /etc/passwd; done) > /dev/null 2>&1 &")
	host.must("vouch assign 1")
	tap.ok(wait_for(guest, "guest", "state", "ready") == "ready", "assigned, it is ready at once")
	guest.must("touch /run/stop")
	records = read_log(guest)
	tap.ok(kinds(records)[:3] == ["attach", "kernel", "cmdline"] and
	       records[0]["name"] == "unannounced", "its log begins with this kernel, whoever asks",
	       kinds(records)[:4])
	kernel_reported(guest, records, "release and build-id are those of the guest")
	found, wanted = load(guest, release)
	tap.ok([each["digest"] for each in found] == [wanted],
	       "fail_closed: what is recorded is loaded", found)
	guest.must(f"rmmod {PROBE}; echo 0 > {PARAMETERS}/fail_closed")
	host.must("vouch assign 1")
	guest.must("n=0; until vouch log --log own | grep -q kernel || [ $n -ge 300 ]; do "
		   "usleep 200000; n=$((n + 1)); done", 120)
	records = read_log(guest)
	tap.ok(kinds(records).count("kernel") == 1, "another instance: its log has the kernel too",
	       kinds(records)[:5])
	host.must("vouch withdraw 1")
	tap.ok(wait_for(guest, "guest", "state", "unassigned") == "unassigned", "withdrawn: unassigned")
	reports.leaves(tap, host, guest)
	missed = guest.must(f"modprobe {PROBE}; cat {PARAMETERS}/unrecorded").strip()
	tap.ok(missed == "0", "nothing is counted that no log lacks", missed)


def judge(auditor, vm, subject, wanted=None):
	"""A package about a subject, judged for one (the same unless told)."""
	nonce, package = auditor.ask(vm, f"--subject {subject}")
	return auditor.judge(package, nonce, options=["--subject", wanted or subject])


def names(answer, log):
	return [each["name"] for each in answer.history("kernel", log)]


def attested(auditor, guest, old, new):
	"""Verdicts on hypervisor, OS and both, after a kexec in the guest."""
	answer = judge(auditor, guest, "os")
	tap.ok(answer.words() == ROOT, "a verdict on the OS alone", answer.text)
	tap.ok(names(answer, 1) == [old, new] and not names(answer, 0),
	       "names its current and its previous version", answer.text)
	tap.ok(answer.result["root"] == "announced", "the first announced the second", answer.text)
	answer = judge(auditor, guest, "hypervisor")
	tap.ok(answer.words() == ROOT and names(answer, 0) and not names(answer, 1),
	       "one on the hypervisor alone needs no OS", answer.text)
	answer = judge(auditor, guest, "both")
	tap.ok(answer.words() == ROOT and names(answer, 0) and names(answer, 1) == [old, new],
	       "and one on both has both", answer.text)
	answer = judge(auditor, guest, "hypervisor", "os")
	tap.ok(answer.refusal() == "NOT AUTHENTIC: os-not-attested", "no OS, no verdict on it",
	       answer.refusal())


def kexeced(auditor, guest, old, new):
	records = read_log(guest)
	first = [kind for kind in kinds(records) if kind != "reset"][:3]
	tap.ok(first == ["attach", "kernel", "cmdline"],
	       "the guest's log begins with its attach and its kernel", kinds(records)[:5])
	kernel_reported(guest, records, "the kernel is the one that runs")
	found, wanted = load(guest, old)
	tap.ok([each["digest"] for each in found] == [wanted], "a module load has the file's digest",
	       found)
	reports.judged(tap, auditor, guest)
	guest.kexec(new)
	records = read_log(guest)
	tap.ok({"kexec-kernel", "kexec-image", "kexec-exec"} <= set(kinds(records)),
	       "the kexec is in the guest's log", kinds(records))
	kernel_reported(guest, records, "and then the new kernel")
	attested(auditor, guest, old, new)


def nested(auditor, host, release):
	"""The same in a guest under the host's own KVM."""
	host.enable_kvm()
	host.give_to_vfio(host.slots["guest2"])
	host.must("vouch assign 2")
	guest = host.guest("nested", release, function="guest2", **HOST_OPTIONS)
	kernel_reported(guest, read_log(guest), "nested: the guest's log has the guest's kernel")
	answer = judge(auditor, guest, "os")
	tap.ok(names(answer, 2) == [release] and "os-not-attested" not in answer.reasons,
	       "nested: evidence on the OS names it", answer.text)
	answer = judge(auditor, guest, "hypervisor")
	tap.ok(answer.words() == ROOT and names(answer, 0) == [host.release],
	       "nested: a verdict on the hypervisor", answer.text)
	guest.stop()


def bound(vm):
	"""Roles of the functions that the driver has."""
	return vm.must(f"cat {CLASS}/*/role").split()


def host_first(lab, card, release, order):
	"""On a host, in either order of probing: its function is the one."""
	what = " before ".join(order)
	host = lab.host(release, card=Part(card, *order), name=f"order-{order[0]}",
			**{**HOST_OPTIONS, "first": (), "modules": (PROBE, "dummy", "vfio-pci", "vfio_iommu_type1")})
	host.must("insmod /vouch.ko", 120)
	tap.ok(bound(host) == ["host"], f"{what}: only the host's function is driven", bound(host))
	tap.ok("guest function 1: left free" in host.must("dmesg"), f"{what}: the other is never taken")
	tap.ok(host.run("vouch assign 1")[0] == 0, f"{what}: and assigns")
	if order[0] == "host":
		host.stop()
		return
	host.must(f"rmmod vouch; echo 1 > /sys/bus/pci/devices/{host.slots['host']}/remove; "
		  "insmod /vouch.ko", 120)
	tap.ok(bound(host) == ["guest"], "a guest's alone is taken: this may be a guest", bound(host))
	host.must("echo 1 > /sys/bus/pci/rescan; n=0; "
		  f"until [ \"$(cat {CLASS}/*/role)\" = host ] || [ $n -ge 300 ]; do "
		  "usleep 200000; n=$((n + 1)); done", 120)
	tap.ok(bound(host) == ["host"], "until the host's comes, and takes over", bound(host))
	found, wanted = load(host, release)
	tap.ok([each["digest"] for each in found] == [wanted], "records go to the host's log", found)
	kernel_reported(host, read_log(host), "which has the kernel")
	host.must("modprobe vfio_iommu_type1 && modprobe vfio-pci", 120)
	host.give_to_vfio(host.slots["guest1"])
	tap.ok(True, "and vfio-pci gets the other")
	host.must(f"rmmod vouch; cd /sys/bus/pci/devices/{host.slots['guest1']}; "
		  "echo > driver_override; echo $(basename $PWD) > driver/unbind; "
		  "insmod /vouch.ko guests=1", 120)
	tap.ok(sorted(bound(host)) == ["guest", "host"], "guests=1: both are driven", bound(host))
	device = host.must(f"grep -l host {CLASS}/*/role").strip().split("/")[-2]
	host.must(f"vouch --device {device[5:]} assign 1 && modprobe dummy", 120)
	wait_for(host, "guest", "state", "ready")
	tap.ok(attribute(host, "guest", "count") == "1", "and the guest's log has its attach alone",
	       attribute(host, "guest", "count"))
	host.stop()


def scenario(lab, release):
	newest, second, _ = releases()
	new = second if release != second else newest
	third = ThirdParty(lab.path("third-party"))
	third.make_card(lab.path("card"))
	provider = Provider(lab.path("provider"), lambda text: tap.note(text))
	provider.build(sorted({release, new, newest}), [cmdline(lab, "host"), cmdline(lab, "os")])
	auditor = Auditor(lab.path("auditor"), third.root, provider)
	card = lab.card(["host", "guest1", "guest2"], state=lab.path("card"))
	host = lab.host(newest, card=Part(card, "host", "guest2"), image=provider.images)
	options = {**HOST_OPTIONS, "modules": (PROBE,), "memory": "1G"}
	options["files"] = [*options["files"], (f"{testmod.build('provider', release)}/provider.ko",
						"/provider.ko")]
	guest = lab.host(release, card=Part(card, "guest1"), name="os-early", **options)
	unassigned(host, guest, release)
	guest.stop()
	host.must("vouch assign 1")
	guest = lab.host(release, card=Part(card, "guest1"), name="os", memory="1G",
			 image=provider.images)
	kexeced(auditor, guest, release, new)
	guest.stop()
	nested(auditor, host, release)
	host.stop()
	for order in (("guest1", "host"), ("host", "guest1")):
		host_first(lab, card, release, order)


def main():
	release = frame.release(__doc__)
	frame.build_selftests()
	return frame.run(tap, Lab(f"osguest-{release}"), scenario, release)


if __name__ == "__main__":
	sys.exit(main())
