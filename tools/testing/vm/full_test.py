#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""full_test.py RELEASE: a card whose log is full is attached to and ready, and
does not pass for one that has recorded this kernel. Prints TAP."""

import os
import re
import sys

import frame
from card import make_card
from tap import Tap
from vm import TREE, Lab, vouch_ko

CAPACITY = 64	# the fewest that a card takes
tap = Tap()


def unit_test():
	"""What vouch.service asks before it lets others start."""
	with open(os.path.join(TREE, "kmod/vouch.service"), encoding="ascii") as unit:
		return re.search(r"^ExecStart=(/bin/sh -c .*)$", unit.read(), re.M)[1]


def attributes(host, *names):
	return [host.must(f"cat /sys/class/vouch/vouch0/{name}").strip() for name in names]


def scenario(lab, release):
	card = lab.card(["host"], state=make_card(lab.path("ca"), lab.path("card")),
			args=["--log-capacity", str(CAPACITY)])
	host = lab.host(release, card=card, files=[(vouch_ko(release), "/vouch.ko")])
	test = unit_test()
	tap.ok(host.run(test)[0], "without the module the unit fails")
	host.must("insmod /vouch.ko", 120)
	found = attributes(host, "state", "recorded")
	tap.ok(found == ["ready", "yes"], "a log with room: ready, and this kernel is recorded", found)
	status, output = host.run(test)
	tap.ok(status == 0, "the unit succeeds", output)

	for _ in range(CAPACITY):
		host.must("rmmod vouch && insmod /vouch.ko", 120)
		if attributes(host, "recorded") != ["yes"]:
			break
	found = attributes(host, "state", "recorded")
	tap.ok(found == ["ready", "no"], "a log that is full: ready, but not recorded", found,
	       *attributes(host, "count"))
	output = host.must("dmesg")
	tap.ok("this kernel could not be recorded" in output, "and the kernel's log says so")
	status, output = host.run(test)
	tap.ok(status, "the unit fails", output)
	host.must("rmmod vouch", 120)
	host.stop()
	tap.ok(True, "the VM powers off with a clean console")


def main():
	release = frame.release(__doc__)
	return frame.run(tap, Lab(f"full-{release}"), scenario, release)


if __name__ == "__main__":
	sys.exit(main())
