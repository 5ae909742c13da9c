#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""kselftest.py RELEASE: tools/testing/selftests in a VM that has the card's
host function and one guest function. Prints TAP, a line for each single test."""

import re
import sys
import time

import frame
import testmod
from card import control, make_card
from host import OPTIONS as HOST
from initramfs import Modules
from patching import patching
from trouble import forget, is_debug, leaks
from tap import Tap
from vm import Lab, vouch_ko

SELFTESTS = "tools/testing/selftests"
LACKS = "# SKIP this kernel lacks "	# that of a few options
UNMEASURED, TAINT, LOCKDOWN = 28, 33, 34	# the records' types
RESULT = re.compile(r"(# )?(ok|not ok) \d+ (.*)")
tap = Tap()


def results(output):
	"""Turn KTAP with tests inside tests into flat lines of our own."""
	for line in output.splitlines():
		found = RESULT.match(line)
		if found:
			skipped = "# SKIP" in found[3]
			name = found[3].removeprefix("- ")
			tap.ok(found[2] == "ok", name if not skipped or "# SKIP" in name else name + " # SKIP")
		else:
			tap.note(line.removeprefix("# "))


def run_tests(host):
	return host.run(f"chroot /ref make -C /src/{SELFTESTS} TARGETS=vouch "
			"OUTPUT=/src/build/selftests run_tests", 3000)


def attest(host, timeout):
	"""Ask for evidence: (error or ok, ms)."""
	name, ms = host.must(f"/share/build/selftests/vouch/attest host {timeout}").split()
	return name, int(ms)


def attribute(host, name):
	return host.must("for card in /sys/class/vouch/*; do grep -q host $card/role && "
			 f"cat $card/{name}; done; true").strip()


def count(host):
	"""Records in the host's log."""
	return int(attribute(host, "count"))


def wait_for(host, name, wanted, seconds=60):
	deadline = time.monotonic() + seconds
	while (value := attribute(host, name)) != wanted and time.monotonic() < deadline:
		time.sleep(0.5)
	return value == wanted


def faults(lab, host):
	"""A card that is late, silent, or restarted behind the driver's back."""
	socket = lab.path("control.sock")
	host.must("echo 2000 > /sys/module/vouch/parameters/timeout_ms")
	control(socket, "delay-ms 1000")
	name, ms = attest(host, 300)
	tap.ok(name == "ETIMEDOUT" and 300 <= ms < 1000, "late evidence: ETIMEDOUT in time", name, ms)
	name, ms = attest(host, 20000)
	tap.ok(name == "ok" and ms >= 1000, "a longer wait gets it", name, ms)
	epoch = int(attribute(host, "epoch"))
	time.sleep(3)
	tap.ok(int(attribute(host, "epoch")) == epoch, "a card that is only late is not reset")

	control(socket, "delay-ms 20000")
	name, ms = attest(host, 0)
	tap.ok(name == "ETIMEDOUT" and 2000 <= ms < 6000, "a silent card: ETIMEDOUT", name, ms)
	# Asking it anything now would show that it lives.
	host.must("timeout 60 sh -c 'until dmesg | grep -q stopped.answering; do sleep 1; done'", 90)
	tap.ok(wait_for(host, "state", "ready") and wait_for(host, "epoch", str(epoch + 1)),
	       "nothing is heard of it: its function is reset", attribute(host, "epoch"))
	control(socket, "delay-ms 0")
	name, ms = attest(host, 20000)
	tap.ok(name == "ok", "and answers again", name, ms)

	before, boots = count(host), int(attribute(host, "boot_count"))
	control(socket, "restart-core")
	tap.ok(wait_for(host, "boot_count", str(boots + 1)), "a restarted card is attached again",
	       control(socket, "status"), attribute(host, "state"))
	tap.ok(count(host) > before, "its history is whole", before)
	host.must("echo 5000 > /sys/module/vouch/parameters/timeout_ms")


def refusals(host):
	"""Without its card: with fail_closed nothing happens that would have been
	recorded, otherwise it happens, and the card is told later."""
	parameters = "/sys/module/vouch/parameters"
	pci = "/sys/bus/pci"
	load = "chroot /ref /usr/sbin/insmod /tmp/v.ko 2>&1; true"
	host.must(f"echo 1 > {parameters}/fail_closed; head -c 4096 /dev/zero > /ref/tmp/v.ko")
	output = host.must(load)
	tap.ok("Invalid module format" in output, "fail_closed: what is recorded goes on", output)
	before = count(host)
	remove = ("for card in /sys/class/vouch/*; do grep -q host $card/role && "
		  "card=$(readlink -f $card/device) && echo 1 > $card/remove; done; true")
	host.must(remove, 60)
	output = host.must(load, 60)
	tap.ok("Operation not permitted" in output, "what is not recorded is refused", output)
	tap.ok("refused module-load 'v.ko'" in host.must("dmesg"), "and the kernel's log says so")
	status, output = host.run(f"echo 0 > {parameters}/fail_closed", 60)
	tap.ok(status and "not permitted" in output, "nor can that be switched off", output)
	status, output = host.run(f"echo all,-module-load > {parameters}/measure", 60)
	tap.ok(status and "not permitted" in output, "nor evaded", output)
	host.must(f"echo 1 > {pci}/rescan", 60)
	tap.ok(wait_for(host, "state", "ready"), "the card is back", attribute(host, "state"))
	host.must(f"echo 0 > {parameters}/fail_closed", 60)
	host.must(remove, 60)
	# The tests before this one have been hard on the card.
	lost = int(host.must(f"cat {parameters}/unrecorded"))
	output = host.must(load, 60)
	tap.ok("Invalid module format" in output, "without fail_closed it goes on", output)
	missed = int(host.must(f"cat {parameters}/unrecorded")) - lost
	tap.ok(missed == 1, "and is counted", missed)
	host.must(f"echo 1 > {pci}/rescan", 60)
	tap.ok(wait_for(host, "state", "ready"), "the card is back", attribute(host, "state"))
	told = host.must("for card in /sys/class/vouch/*; do grep -q host $card/role && "
			 "grep -ao \"1 not recorded, first: module-load 'v.ko': -ENODEV\" $card/log; "
			 "done; true")
	tap.ok(told.count("\n") == 1, "and is told what it missed", told)
	tap.ok(count(host) > before, "its log goes on", before)


def told(host, kind, what):
	"""Wait until the last record of that type has this in it; returns it."""
	log = ("chroot /ref /src/build/selftests/vouch/records host 0 | "
	       f"grep '^[0-9]* {kind} ' | tail -n 1")
	line, tries = "", 0
	while what not in line and tries < 20:
		line, tries = host.must(log), tries + 1
		time.sleep(0.5)
	return line


def warnings(host):
	"""The kernel finds something wrong with itself."""
	module = f"{testmod.seen(host, 'warns')}/warns.ko"
	host.must("echo 1 > /proc/sys/kernel/printk; echo 0 > /proc/sys/kernel/panic_on_warn")
	for option, letter in ("plain=0", "W"), ("plain=1", "X"):
		host.must(f"chroot /ref /usr/sbin/insmod {module} {option} && rmmod warns")
		line = told(host, TAINT, letter)
		tap.ok(letter in line.split(" ", 2)[2], f"taint {letter} is recorded", line)
	host.must("echo 1 > /proc/sys/kernel/panic_on_warn; echo 5 > /proc/sys/kernel/printk")


def without_probes(host):
	"""They were switched off when nobody was there to refuse it."""
	switch = "/sys/kernel/debug/kprobes/enabled"
	host.must(f"rmmod vouch && echo 0 > {switch} && insmod /vouch.ko guests=1", 120)
	line = told(host, UNMEASURED, "lockdown")
	tap.ok("changes of lockdown: -EBUSY" in line, "kprobes that were off before: told", line)
	host.must(f"echo 1 > {switch} && rmmod vouch && insmod /vouch.ko guests=1", 120)


def without_ftrace(host):
	"""It was switched off when the module was not there."""
	switch = "/proc/sys/kernel/ftrace_enabled"
	host.must("rmmod vouch", 120)
	status, output = host.run(f"echo 0 > {switch}")
	if "not supported" in output:
		tap.note("this kernel has no switch for ftrace any more")
		host.must("insmod /vouch.ko guests=1", 120)
		return
	tap.ok(status == 0, "nobody is there to refuse it", output)
	status, output = host.run("insmod /vouch.ko guests=1", 120)
	tap.ok(status and "set kernel.ftrace_enabled to 1" in host.must("dmesg | tail -n 5"),
	       "but the module does not load where it could measure nothing", output)
	host.must(f"echo 1 > {switch} && insmod /vouch.ko guests=1", 120)
	host.must("rmmod vouch && insmod /vouch.ko guests=1", 120)


def lockdown(host):
	"""It only ever goes up, so this comes last."""
	host.must("echo integrity > /ref/sys/kernel/security/lockdown")
	line = told(host, LOCKDOWN, "integrity")
	tap.ok("integrity" in line, "a lockdown that is raised is recorded", line)


def scenario(lab, release):
	card = lab.card(["host", "guest1"], state=make_card(lab.path("ca"), lab.path("card")),
			args=["--control", lab.path("control.sock")])
	fuse = ["fuse"] if "fuse" in Modules(release).path else []
	host = lab.host(release, card=card, files=[(vouch_ko(release), "/vouch.ko")],
			modules=(*HOST["modules"], "test_firmware", *fuse), append="crashkernel=64M")
	host.must("mount --bind /share /ref/src && "
		  "mount -t securityfs securityfs /ref/sys/kernel/security && "
		  "mount --bind /sys/kernel/tracing /ref/sys/kernel/tracing")
	debug = is_debug(host)
	if debug:
		forget(host)
	status, output = run_tests(host)
	skipped = re.findall(r"^ok \d+ selftests: .* # SKIP", output, re.M)
	programs = re.findall(r"^(?:not )?ok \d+ selftests: ", output, re.M)
	tap.ok(status == 0 and programs and len(skipped) == len(programs),
	       "without the module every program is skipped", output)

	host.must("insmod /vouch.ko guests=1", 120)
	status, output = run_tests(host)
	results(output)
	skipped = [line for line in output.splitlines()
		   if "# SKIP" in line and not (debug and LACKS in line)]
	tap.ok(status == 0 and not skipped, "make run_tests succeeds and skips nothing",
	       f"ended with {status}", *skipped)

	faults(lab, host)
	refusals(host)
	before = count(host)
	status, output = host.run("rmmod vouch", 120)
	tap.ok(status == 0, "the module goes", output)
	if debug:
		lost = leaks(host)
		tap.ok(not lost, "and leaves nothing behind that is lost", lost)
	status, output = host.run("insmod /vouch.ko guests=1", 120)
	tap.ok(status == 0, "and comes back", output)
	tap.ok(count(host) > before, "and the log has grown by it", before)
	without_probes(host)
	without_ftrace(host)
	patching(tap, host, "insmod /vouch.ko guests=1")
	warnings(host)
	lockdown(host)
	host.stop()
	tap.ok(True, "the VM powers off with a clean console")


def main():
	release = frame.release(__doc__)
	frame.build_selftests()
	testmod.build("livepatch", release)
	testmod.build("warns", release)
	return frame.run(tap, Lab(f"kselftest-{release}"), scenario, release)


if __name__ == "__main__":
	sys.exit(main())
