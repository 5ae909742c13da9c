#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""kexec_test.py RELEASE [JUMPS]: kernels that load one another, each of which
is in the log once: announced, jumped to, attached. Between two kernels the
card does nothing to memory."""

import collections
import sys

from lab import control, find, main, make_host, records

RESET, ATTACH, KERNEL, CMDLINE = 2, 3, 16, 17
KEXEC = {21: "kexec-kernel", 22: "kexec-initramfs", 23: "kexec-cmdline", 24: "kexec-image",
	 25: "kexec-exec"}


def quiet(lab, host):
	"""Whether the card is off, as it says itself and as its function does."""
	said = control(lab.path("control.sock"), "status")
	config = host.must(f"od -An -tx2 -j4 -N2 /sys/bus/pci/devices/{host.slots['host']}/config")
	return " 0=idle" in said and not int(config, 16) & 4, f"{said}, command {config}"


def history(tap, host, jumps):
	log = records(host)
	tap.ok([number for number, _, _ in log] == list(range(len(log))), "no number is missing or twice")
	kinds = collections.Counter(kind for _, kind, _ in log)
	first = next((number for number, kind, _ in log if kind == ATTACH), 0)
	for kind, name in ((ATTACH, "attach"), (KERNEL, "kernel"), (CMDLINE, "cmdline")):
		tap.ok(kinds[kind] == jumps + 1, f"{jumps + 1} times {name}", kinds[kind])
	for kind, name in KEXEC.items():
		tap.ok(kinds[kind] == jumps, f"{jumps} times {name}", kinds[kind])
	resets = [number for number, kind, _ in log if kind == RESET and number > first]
	tap.ok(not resets, "no reset since the first attach", resets)
	order = [kind for _, kind, _ in log if kind in (ATTACH, KERNEL, 21, 25)]
	tap.ok(order == [ATTACH, KERNEL] + [21, 25, ATTACH, KERNEL] * jumps, "in this order", order)


def scenario(tap, lab, release, jumps):
	_, host = make_host(lab, release)
	host.must("insmod /vouch.ko", 120)
	loud = []
	for jump in range(jumps):
		host.kexec(release)
		off, said = quiet(lab, host)
		if not off:
			loud.append((jump, said))
		host.must("insmod /vouch.ko", 120)
		if jump % 10 == 9:
			tap.note(f"{jump + 1} jumps")
	tap.ok(not loud, "after each jump the card is off and no bus master", loud)
	history(tap, host, jumps)
	tap.ok(find(host, "state") == "ready", "the card works")
	host.stop()
	tap.ok(True, "the VM powers off with a clean console")


if __name__ == "__main__":
	sys.exit(main("kexecs", scenario, __doc__, (50,)))
