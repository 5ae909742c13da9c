#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""faults_test.py RELEASE [STEP]: each allocation on the way of a load, a bind,
an open, a request, what is measured and an unload fails once, or every STEP-th
does: a clean errno, nothing lost or unrecorded, and the same works afterwards."""

import re
import sys

from lab import CLASS, find, main, make_host, wait_for
from host import OPTIONS as HOST
from trouble import forget, leaks

FAULTS = "/share/build/selftests/vouch/faults"
HOOKFAULTS = "/share/build/selftests/vouch/hookfaults"
HOOKS = ("module-file", "module-data", "firmware", "kexec-file", "kexec")
REQUESTS = ("open", "certs", "attest", "log-read", "append", "sysfs")
BINDING = (("probe", ""), ("insmod", ""), ("insmod", "fail_closed=1"), ("rmmod", ""))
# Where a task asks for it, each of its allocations; otherwise only fail-nth.
SETUP = """
set -e
cd /sys/kernel/debug
for each in failslab fail_page_alloc; do
	echo 100 > $each/probability
	echo -1 > $each/times
	echo Y > $each/task-filter
	echo 0 > $each/verbose
	echo N > $each/ignore-gfp-wait
done
echo N > fail_page_alloc/ignore-gfp-highmem
echo 0 > fail_page_alloc/min-order
"""
TROUBLE = re.compile(r"WARNING:|BUG:|KASAN|UBSAN|possible (recursive|circular)|"
		     r"inconsistent lock state|refcount_t")
# An interrupt whose folder in /proc could not be made is missed there when it goes.
KERNELS_OWN = "at remove_proc_entry"


def reports(host):
	"""Lines of trouble in the kernel's log, which is then forgotten."""
	return [line for line in host.must("dmesg -c", 60).splitlines()
		if TROUBLE.search(line) and KERNELS_OWN not in line]


def judge(tap, host, what, output, status):
	lines = reports(host)
	failed = re.search(r"(\d+) allocations failed", output)
	tap.ok(status == 0 and failed and not lines, f"{what}: with each allocation failing", status,
	       output, *lines)
	tap.note(output.strip())
	return int(failed[1]) if failed else 0


def hooks(tap, host, step):
	"""What is measured: it happens and is recorded, or with fail_closed it does not."""
	reached = {}
	for closed in (0, 1):
		host.must(f"echo {closed} > /sys/module/vouch/parameters/fail_closed")
		for what in HOOKS + ("jump",) * closed:
			status, output = host.run(f"{HOOKFAULTS} {what} {step}", 7200)
			name = f"{what}, fail_closed={closed}"
			reached[name] = judge(tap, host, name, output, status)
	host.must("echo 0 > /sys/module/vouch/parameters/fail_closed")
	tap.ok(all(reached.values()), "each hook has met a failure", reached)


def scenario(tap, lab, release, step):
	# A failed vmalloc() says so with a call trace: read from the log instead.
	_, host = make_host(lab, release, append="loglevel=4 log_buf_len=4M",
			    modules=(*HOST["modules"], "test_firmware"))
	pci = host.slots["host"]
	host.must("modprobe kvm-amd && modprobe test_firmware && mkdir -p /lib/firmware; "
		  "echo faults > /lib/firmware/faults.bin")
	host.must("insmod /vouch.ko && rmmod vouch", 120)
	forget(host)
	host.must(f"{SETUP}\necho 0 > /proc/sys/kernel/panic_on_warn")
	reports(host)
	host.must("insmod /vouch.ko", 120)
	reached = {}
	for what in REQUESTS:
		status, output = host.run(f"{FAULTS} {what} 1", 600)
		reached[what] = judge(tap, host, what, output, status)
	hooks(tap, host, step)
	for what, parameters in BINDING:
		status, output = host.run(f"{FAULTS} {what} {step} /vouch.ko {pci} {parameters}", 7200)
		reached[what] = judge(tap, host, f"{what} {parameters}".strip(), output, status)
		host.must("echo 0 > /sys/module/vouch/parameters/fail_closed")
		state = wait_for(host, f"{CLASS}/*/state", "ready", 30)
		tap.ok(state == "ready", "the card is there afterwards", state)
	tap.ok(all(reached[what] for what in REQUESTS), "each request has met a failure", reached)
	tap.ok(min(reached[what] for what, _ in BINDING) * step > 20,
	       "and so have load, bind and unload", reached)
	output = host.must("/share/build/selftests/vouch/attest host 20000")
	tap.ok(output.startswith("ok ") and find(host, "state") == "ready", "it gives evidence", output)
	host.must("rmmod vouch", 120)
	lost = leaks(host)
	tap.ok(not lost, "nothing is lost", lost)
	host.stop()
	tap.ok(True, "the VM powers off with a clean console")


if __name__ == "__main__":
	sys.exit(main("faults", scenario, __doc__, (1,)))
