# SPDX-License-Identifier: GPL-2.0-only
"""What the tests under fire share: a host VM with a card, and its log."""

import os
import sys

sys.path.insert(1, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../vm"))

# pylint: disable=wrong-import-position
import frame
from card import control, make_card
from qemu import TREE
from tap import Tap
from vm import Lab, vouch_ko

__all__ = ["CLASS", "TREE", "Tap", "control", "find", "main", "make_card", "make_host", "records",
	   "vouch_ko", "wait_for"]

CLASS = "/sys/class/vouch"


def make_host(lab, release, functions=("host",), **options):
	"""A host VM with a card that is told things at control.sock."""
	card = lab.card(list(functions), state=make_card(lab.path("ca"), lab.path("card")),
			args=["--control", lab.path("control.sock")])
	host = lab.host(release, card=card, files=[(vouch_ko(release), "/vouch.ko")], **options)
	return card, host


def find(host, name):
	"""An attribute of the host function that is there."""
	return host.must(f"for card in {CLASS}/*; do grep -qs host $card/role && "
			 f"cat $card/{name} && break; done; true").strip()


def wait_for(host, path, wanted, seconds=60):
	"""Until a file says it; returns what it said last."""
	return host.must(f"n=0; until grep -qsx '{wanted}' {path} || [ $n -ge {seconds * 5} ]; do "
			 f"usleep 200000; n=$((n + 1)); done; cat {path} 2>&1; true",
			 seconds * 2 + 60).strip()


def records(host, start=0):
	"""(number, type, name) of each record of the host's log from one on."""
	text = host.must(f"/share/build/selftests/vouch/records host {start}", 120)
	lines = [line.split(" ", 2) for line in text.splitlines()]
	return [(int(number), int(kind), name) for number, kind, name in lines]


def main(name, scenario, usage, counts=()):
	"""Run scenario(tap, lab, release, *counts): RELEASE, then counts with defaults."""
	arguments = sys.argv[1:]
	if not arguments or len(arguments) > 1 + len(counts):
		sys.exit(usage)
	release, tap = arguments[0], Tap()
	numbers = [int(each) for each in arguments[1:]] + list(counts[len(arguments) - 1:])
	frame.build_selftests()
	return frame.run(tap, Lab(f"{name}-{release}"), lambda lab: scenario(tap, lab, release, *numbers))
