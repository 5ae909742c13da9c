# SPDX-License-Identifier: GPL-2.0-only
"""Reports of configfs-tsm in a VM, as attestation agents ask for them."""

import json
import os
import subprocess

from initramfs import Modules
from parties import VERIFY, Answer

PARAMETER = "/sys/module/vouch/parameters/tsm"
REPORTS = "/sys/kernel/config/tsm/report"
SEQUENCE = f"""
	set -e
	mkdir {REPORTS}/agent
	cd {REPORTS}/agent
	cat generation > /tmp/generation
	cat /tmp/inblob > inblob
	cat outblob > /tmp/outblob
	cat auxblob > /tmp/auxblob
	cat provider generation /tmp/generation
	cd /
	rmdir {REPORTS}/agent"""


def enter(vm):
	"""Load the kernel's part, as modprobe would, and let vouch provide."""
	published = Modules(vm.release)
	name = "tsm_report" if "tsm_report" in published.path else "tsm"
	there = vm.must("cut -d' ' -f1 /proc/modules").split()
	for module in published.closure([name]):
		if module not in there:
			vm.put(f"/tmp/{module}.ko", published.read(module))
			vm.must(f"insmod /tmp/{module}.ko", 120)
	vm.must("[ -d /sys/kernel/config/tsm ] || mount -t configfs none /sys/kernel/config; "
		f"echo 1 > {PARAMETER}")


def judge(auditor, out, aux, inblob, policy):
	paths = {name: os.path.join(auditor.folder, name) for name in ("outblob", "auxblob")}
	for name, data in (("outblob", out), ("auxblob", aux)):
		with open(paths[name], "wb") as handle:
			handle.write(data)
	argv = [VERIFY, "--root", auditor.root, "--policy", policy, "--refs", auditor.refs,
		"--nonce", inblob.hex(), "--subject", "both", "--outblob", paths["outblob"],
		"--auxblob", paths["auxblob"]]
	done = subprocess.run([*argv, "--json"], capture_output=True, text=True, check=False)
	return Answer(done.returncode, json.loads(done.stdout), argv)


def judged(tap, auditor, guest):
	"""The file sequence of an agent; its blobs go to the verifier."""
	enter(guest)
	status, output = guest.run("/share/build/selftests/vouch/tsm", 200)
	tap.ok(status == 0 and "ok" in output, "the selftest of reports", output)
	inblob = os.urandom(64)
	guest.put("/tmp/inblob", inblob)
	provider, after, before = guest.must(SEQUENCE, 120).split()
	tap.ok(provider == "vouch" and int(after) == int(before) + 1,
	       "an agent's sequence: provider and generation", provider, before, after)
	out, aux = guest.get("/tmp/outblob"), guest.get("/tmp/auxblob")
	tap.note(f"outblob {len(out)} bytes, auxblob {len(aux)}")
	policy = auditor.policy("report.json", accept=("root-self-asserted", "not-timed"))
	answer = judge(auditor, out, aux, inblob, policy)
	tap.ok(answer.words() == "AUTHENTIC, with warnings: not-timed root-self-asserted",
	       "its blobs are verified", answer.text)
	names = {each["name"] for each in answer.history("kernel", log=1)}
	tap.ok(names == {guest.release}, "and name the guest's kernel", names)
	answer = judge(auditor, out, aux, os.urandom(64), policy)
	tap.ok(answer.refusal() == "NOT AUTHENTIC: nonce", "not for another inblob", answer.refusal())
	status, output = guest.run(f"echo 0 > {PARAMETER}; mkdir {REPORTS}/agent")
	tap.ok(status, "tsm=0: nobody provides reports", output)
	guest.must(f"echo 1 > {PARAMETER}; mkdir {REPORTS}/agent && rmdir {REPORTS}/agent")


def provided(guest, provider):
	"""Whether it is this one that answers, and to what it was asked."""
	status, output = guest.run(f"""
		set -e
		mkdir {REPORTS}/asked
		trap 'cd /; rmdir {REPORTS}/asked' EXIT
		cd {REPORTS}/asked
		head -c 64 /dev/urandom > /tmp/asked
		cat /tmp/asked > inblob
		cat outblob > /tmp/answered
		cat provider
		cmp -s /tmp/asked /tmp/answered && echo the same || true""", 120)
	wanted = ["vouch"] if provider == "vouch" else [provider, "the same"]
	return (status == 0 and output.split("\n")[:-1] == wanted), output


def rivals(tap, guest):
	"""The kernel has one provider; vouch is loaded, and so is another."""
	passed, output = provided(guest, "vouch")
	tap.ok(passed, "vouch provides", output)
	status, output = guest.run("insmod /provider.ko")
	tap.ok(status and "busy" in output, "nobody else can then", output)
	guest.must(f"echo 0 > {PARAMETER}")
	status, output = guest.run(f"mkdir {REPORTS}/nobody")
	tap.ok(status, "tsm=0: nobody does", output)
	guest.must("insmod /provider.ko")
	passed, output = provided(guest, "other")
	tap.ok(passed, "or who comes then", output)
	status, output = guest.run(f"echo 1 > {PARAMETER}")
	tap.ok(status and "busy" in output and provided(guest, "other")[0],
	       "tsm=1 does not take it away", output)
	before = guest.must("dmesg").count("no provider of configfs-tsm")
	guest.must("rmmod vouch && insmod /vouch.ko", 120)
	passed, output = provided(guest, "other")
	tap.ok(passed and guest.must("dmesg").count("there is one, or a report is open") and
	       guest.must("dmesg").count("no provider of configfs-tsm") == before + 1,
	       "nor does loading the module, which says so", output)
	guest.must(f"rmmod provider && echo 1 > {PARAMETER}")
	passed, output = provided(guest, "vouch")
	tap.ok(passed, "the other gone, tsm=1 does", output)
	guest.must("rmmod vouch && insmod /vouch.ko tsm=0", 120)
	status, output = guest.run(f"mkdir {REPORTS}/nobody")
	tap.ok(status, "loaded with tsm=0 it leaves it alone", output)
	tap.ok(all(guest.run(f"echo {value} > {PARAMETER}")[0] for value in ("2", "-2", "yes", "''")),
	       "other values are refused")
	guest.must("rmmod vouch")
	status, output = guest.run("insmod /vouch.ko tsm=2")
	tap.ok(status, "also at load", output)
	guest.must("insmod /vouch.ko", 120)


def unassigned(tap, guest):
	status, output = guest.run(f"mkdir {REPORTS}/none && cd {REPORTS}/none && "
				   "head -c 64 /dev/zero > inblob && cat outblob")
	tap.ok(status and "Link has been severed" in output, "without an instance: no report", output)
	guest.must(f"rmdir {REPORTS}/none")


def leaves(tap, host, guest):
	"""The module goes while a report is open, and comes back."""
	status, output = guest.run(f"echo 1 > {PARAMETER}")
	tap.ok(status and "no provider of configfs-tsm" in guest.must("dmesg"),
	       "without the kernel's part: one line, and the module is there", output)
	enter(guest)
	unassigned(tap, guest)
	host.must("vouch assign 1")
	rivals(tap, guest)
	read = (f"mkdir {REPORTS}/open && cd {REPORTS}/open && head -c 64 /dev/zero > inblob && "
		"cat outblob > /tmp/first && exec 3< outblob && cd / && ")
	status, output = guest.run(f"{read} rmmod vouch && cmp - /tmp/first <&3", 120)
	tap.ok(status == 0, "rmmod with a report open: it stays readable", output)
	status, output = guest.run(f"cd {REPORTS}/open && head -c 64 /dev/urandom > inblob && cat outblob")
	tap.ok(status, "but no new one is made", output)
	status, output = guest.run("insmod /vouch.ko", 120)
	tap.ok(status == 0 and guest.run(f"cat {REPORTS}/open/provider")[0],
	       "the module comes back, and reports when that one is closed", output)
	guest.must(f"rmdir {REPORTS}/open; echo 1 > {PARAMETER}; mkdir {REPORTS}/open && "
		   f"grep -q vouch {REPORTS}/open/provider && rmdir {REPORTS}/open")
	host.must("vouch withdraw 1")
