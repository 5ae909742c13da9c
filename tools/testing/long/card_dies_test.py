#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""card_dies_test.py RELEASE: the card stops, vanishes, is one of two, and is
killed. Nothing hangs, everyone gets an errno, and what can come back does."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time

from lab import CLASS, TREE, control, find, main, make_card, make_host, records, wait_for
from trouble import begin, nothing_lost

STATE = f"{CLASS}/vouch0/state"
PARAMETERS = "/sys/module/vouch/parameters"
SECOND_SLOT = 0x18
KERNEL = 16
LOAD = ("rm -f /run/stop /run/asked.*; for n in 1 2 3 4; do (while [ ! -e /run/stop ]; do "
	"/share/build/selftests/vouch/attest host 0 >> /run/asked.$n 2>&1; done) & done")
COME_BACK = ("echo 1 > $(readlink -f /sys/class/vouch/vouch0/device)/remove && "
	     "echo 1 > /sys/bus/pci/rescan")


def stopped_before(tap, host):
	"""Another kernel made the card stop; this one has to reset it to begin."""
	pci = host.slots["host"]
	output = host.must(f"chroot /ref python3 /src/tools/testing/long/registers.py {pci}").strip()
	tap.ok(output == "fatal", "a card is stopped while no driver looks", output)
	host.must("insmod /vouch.ko", 120)
	tap.ok(wait_for(host, STATE, "ready", 20) == "ready", "a driver that finds it so resets it",
	       host.must("dmesg | tail -5"))
	tap.ok(KERNEL in [kind for _, kind, _ in records(host)], "and records its kernel")


def load(host):
	host.must(f"{LOAD} </dev/null >/dev/null 2>&1; sleep 1")


def judge(tap, host, what):
	"""What the callers of load() were told, and how soon."""
	host.must("touch /run/stop; sleep 3")
	asked = [line.split() for line in host.must("cat /run/asked.*").splitlines() if " " in line]
	kinds, slowest = {name for name, _ in asked}, max(int(ms) for _, ms in asked)
	tap.ok("ok" in kinds and kinds <= {"ok", "ETIMEDOUT", "EAGAIN", "ENODEV"} and slowest < 5000,
	       f"{what}: callers get an errno in bounded time", kinds, slowest)


def command(host, value):
	"""Set the function's PCI command register behind the driver's back."""
	host.must(f"printf '\\{value:03o}\\000' | dd of=/sys/bus/pci/devices/{host.slots['host']}/config "
		  "bs=1 seek=4 count=2 conv=notrunc 2>&1")


def vanished(tap, host):
	"""The function no longer decodes its addresses: registers read as anything."""
	pci = f"/sys/bus/pci/devices/{host.slots['host']}"
	epoch = int(find(host, "epoch"))
	load(host)
	command(host, 0)
	state = wait_for(host, STATE, "gone", 30)
	tap.ok(state == "gone", "a function that has vanished is gone", state)
	judge(tap, host, "vanished")
	command(host, 6)
	host.must(f"echo 1 > {pci}/reset", 60)
	state = wait_for(host, STATE, "ready", 20)
	tap.ok(state == "ready" and int(find(host, "epoch")) > epoch,
	       "a reset brings it back", state, host.must("dmesg | tail -5"))
	load(host)
	command(host, 0)
	state = wait_for(host, STATE, "gone", 30)
	host.must("touch /run/stop")
	host.must(COME_BACK, 60)
	back = wait_for(host, STATE, "ready", 20)
	tap.ok(state == "gone" and back == "ready", "so do remove and rescan", state, back)


def two(tap, host):
	"""A second host's function takes no records of the kernel's, but a user's."""
	text = host.must(f"for card in {CLASS}/*; do readlink -f $card/device; cat $card/state "
			 "$card/count; done").split()
	slot = f"0000:00:{SECOND_SLOT:02x}.0"
	cards = {path.rsplit("/", 1)[1]: (state, int(count))
		 for path, state, count in zip(text[::3], text[1::3], text[2::3])}
	tap.ok(len(cards) == 2 and all(state == "ready" for state, _ in cards.values()),
	       "two cards are ready", cards)
	before = cards[slot][1]
	output = host.must("head -c 4096 /dev/zero > /ref/tmp/v.ko; "
			   "chroot /ref /usr/sbin/insmod /tmp/v.ko 2>&1; true", 60)
	after = int(host.must(f"cat /sys/bus/pci/devices/{slot}/vouch/*/count"))
	tap.ok("Invalid module format" in output and after == before,
	       "the second takes none of the kernel's records", output, before, after)
	tap.ok("another card takes this kernel's records" in host.must("dmesg"), "and says so")
	host.must(f"echo 1 > /sys/bus/pci/devices/{slot}/remove", 60)
	tap.ok(find(host, "state") == "ready", "it goes without the first")


def recovery(tap, lab, host, release):
	"""The steps of PCI error recovery, which the reference card cannot ask for."""
	folder = lab.path("aer")
	shutil.copytree(os.path.join(TREE, "tools/testing/kmod/aer"), folder)
	subprocess.run(["make", "-s", "-C", f"/lib/modules/{release}/build", f"M={folder}", "modules"],
		       check=True, capture_output=True, text=True)
	recover = f"chroot /ref /usr/sbin/insmod /mnt/aer/aer.ko device={host.slots['host']}"
	epoch = int(find(host, "epoch"))
	load(host)
	output = host.must(f"{recover} 2>&1; true", 60)
	state = wait_for(host, STATE, "ready", 20)
	tap.ok("canceled" in output and state == "ready" and int(find(host, "epoch")) == epoch + 1,
	       "an error, a slot reset, and the card is back", output, state)
	judge(tap, host, "error recovery")
	output = host.must(f"{recover} fatal=1 2>&1; true", 60)
	state = wait_for(host, STATE, "gone", 20)
	tap.ok("canceled" in output and state == "gone", "an error for good, and it is gone", output, state)
	host.must(f"echo 1 > /sys/bus/pci/devices/{host.slots['host']}/reset", 60)
	state = wait_for(host, STATE, "ready", 20)
	tap.ok(state == "ready", "until somebody resets it", state)


def killed(tap, lab, host, card):
	"""The process behind the function dies while commands are under way.

	They wait in the card then: QEMU asserts when it is talking to a server
	that dies, which is not what is tested.
	"""
	load(host)
	control(lab.path("control.sock"), "delay-ms 20000")
	time.sleep(0.3)
	card.kill(signal.SIGKILL)
	began = time.monotonic()
	state = wait_for(host, STATE, "gone")
	took = time.monotonic() - began
	tap.ok(state == "gone" and took < 30, "a killed card is gone, in bounded time", state, took)
	judge(tap, host, "killed")
	tap.ok("Invalid module format" in host.must("chroot /ref /usr/sbin/insmod /tmp/v.ko 2>&1; true"),
	       "what the hooks see goes on")
	host.must(f"echo 1 > {PARAMETERS}/fail_closed")
	tap.ok("not permitted" in host.must("chroot /ref /usr/sbin/insmod /tmp/v.ko 2>&1; true"),
	       "or with fail_closed does not")
	host.must(COME_BACK, 60)
	tap.ok(host.run(f"[ -e /sys/bus/pci/devices/{host.slots['host']} ]")[0] == 1,
	       "it can be removed, and the bus scanned again")
	status, output = host.run("rmmod vouch", 60)
	tap.ok(status == 0, "and the module goes", output)


def scenario(tap, lab, release):
	other = lab.card(["host"], state=make_card(lab.path("ca"), lab.path("other")), prefix="other")
	args = ["-device", json.dumps({
		"driver": "vfio-user-pci", "bus": "pcie.0", "addr": f"{SECOND_SLOT:#x}",
		"socket": {"type": "unix", "path": other.sockets["host"]}})]
	card, host = make_host(lab, release, args=args)
	begin(host)
	host.must("mount --bind /share /ref/src")
	stopped_before(tap, host)
	host.must(f"echo 1000 > {PARAMETERS}/timeout_ms")
	two(tap, host)
	recovery(tap, lab, host, release)
	vanished(tap, host)
	killed(tap, lab, host, card)
	nothing_lost(tap, host)
	host.stop()
	tap.ok(True, "the VM powers off with a clean console")


if __name__ == "__main__":
	sys.exit(main("card-dies", scenario, __doc__))
