#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""sleep_test.py RELEASE: a host that really sleeps: to idle, on a disk and back
from it, and to memory, as the card's log has it."""

import json
import os
import socket
import subprocess
import sys
import time

import frame
from card import make_card
from machine import VM
from tap import Tap
from vm import BUILD, Lab, vouch_ko

NAMES = {2: "reset", 3: "attach", 4: "detach", 16: "kernel"}	# by the records' types
SLEEP = 40
DISK = "254:0"
PATIENCE = 600
tap = Tap()


def story(host, since):
	"""What of the host's log has to do with sleep, by the selftests' own reader."""
	found = [line.split(" ", 2) for line in host.must(f"/records host {since}").splitlines()]
	return [name if int(kind) == SLEEP else NAMES[int(kind)] for _, kind, name in found
		if int(kind) == SLEEP or int(kind) in NAMES]


def attribute(host, name):
	return host.must(f"cat /sys/class/vouch/vouch?/{name}").strip()


def ready(host):
	host.must("timeout 120 sh -c 'until grep -q ready /sys/class/vouch/*/state; do sleep 1; done'",
		  150)


def press(path):
	"""The power button of a VM."""
	with socket.socket(socket.AF_UNIX) as peer:
		peer.settimeout(60)
		peer.connect(path)
		lines = peer.makefile("rw")
		for command in ("qmp_capabilities", "system_powerdown"):
			lines.write(json.dumps({"execute": command}) + "\n")
			lines.flush()
			while "return" not in lines.readline():
				pass


def boot(lab, card, release, name):
	"""A host without its shares, which do not outlast its sleep."""
	host = lab.host(release, card=card, name=name, memory="768M", cpus=1, modules=("button",),
			append="no_console_suspend ignore_loglevel",
			load=("virtio_net", "9p", "9pnet_virtio", "virtio_blk", "button"),
			files=[(vouch_ko(release), "/vouch.ko"),
			       (f"{BUILD}/selftests/vouch/records", "/records")],
			args=("-drive", f"file={lab.path('disk')},if=virtio,format=raw",
			      "-qmp", f"unix:{lab.path(name)}.qmp,server=on,wait=off"))
	host.must("umount /ref/proc /ref/sys /ref/tmp /ref/mnt && umount -l /ref/dev && "
		  "umount /ref /results /share && rmmod 9p 9pnet_virtio && insmod /vouch.ko", 120)
	ready(host)
	return host


def idle(lab, host):
	since, epoch = attribute(host, "count"), attribute(host, "epoch")
	asleep = f"{host.console.path}"
	command = "echo freeze > /sys/power/state"
	host.channel.send(command, PATIENCE)
	deadline = time.monotonic() + PATIENCE
	while time.monotonic() < deadline:
		with open(asleep, "rb") as handle:
			if b"Freezing remaining freezable tasks completed" in handle.read():
				break
		time.sleep(1)
	time.sleep(5)
	press(lab.path(f"{host.name}.qmp"))
	status, output = host.channel.answer(command, PATIENCE)
	tap.ok(status == 0, "suspend to idle, until somebody presses a button", output)
	told = story(host, since)
	tap.ok(told == ["suspend", "resume"], "is in the log", told)
	tap.ok(attribute(host, "epoch") == epoch, "and the card stays attached")


def disk(lab, card, release, host):
	"""Another kernel of that release is started and gives way to the one that
	slept: it answers the command by which it went to sleep.
	"""
	since = int(attribute(host, "count"))
	host.must("swapon /dev/vda && echo shutdown > /sys/power/disk && "
		  f"{{ echo {DISK} > /sys/power/resume || true; }}")
	command = "touch /run/slept && echo disk > /sys/power/state"
	host.channel.send(command, PATIENCE)
	number = host.channel.number
	host.process.child.wait(PATIENCE)
	VM.check(host)
	host.close()

	host = boot(lab, card, release, "other")
	told = story(host, since)
	tap.ok(told[:2] == ["hibernate", "detach"], "hibernation is in the log", told)
	tap.ok(told[-2:] == ["attach", "kernel"] and "resume" not in told,
	       "and so is the kernel that runs now", told)
	since = int(attribute(host, "count"))
	host.channel.send(f"echo {DISK} > /sys/power/resume", PATIENCE)
	host.channel.number = number
	status, output = host.channel.answer(command, PATIENCE)
	tap.ok(status == 0, "that one gives way to the kernel that slept", output)
	ready(host)
	host.must("[ -e /run/slept ]")
	told = story(host, since)
	tap.ok(told == ["restore", "detach", "attach", "kernel", "resume"],
	       "which is in the log before it happens, and the other comes back", told)
	return host


def memory(host):
	"""The clock wakes it."""
	since = attribute(host, "count")
	host.must("echo +10 > /sys/class/rtc/rtc0/wakealarm && echo mem > /sys/power/state", PATIENCE)
	ready(host)
	told = story(host, since)
	tap.ok(told == ["suspend", "detach", "reset", "attach", "kernel", "resume"],
	       "a suspend to memory, in which the card is reset, is a new root", told)


def scenario(lab, release):
	card = lab.card(["host"], state=make_card(lab.path("ca"), lab.path("card")))
	with open(lab.path("disk"), "wb") as handle:
		os.fchmod(handle.fileno(), 0o600)
		os.posix_fallocate(handle.fileno(), 0, 1 << 30)
	subprocess.run(["mkswap", lab.path("disk")], check=True, capture_output=True)
	host = boot(lab, card, release, "host")
	idle(lab, host)
	host = disk(lab, card, release, host)
	memory(host)
	host.check()
	host.close()	# QEMU does not power off after a suspend to memory


def main():
	release = frame.release(__doc__)
	frame.build_selftests()
	return frame.run(tap, Lab(f"sleep-{release}"), scenario, release)


if __name__ == "__main__":
	sys.exit(main())
