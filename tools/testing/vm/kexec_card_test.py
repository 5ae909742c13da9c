#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""kexec_card_test.py RELEASE: a kexec image that outlives its card, and a jump that
fails with it. Prints TAP."""

import json
import signal
import sys
import threading
import time

import frame
from card import make_card
from kexec_test import (ABORT, EXEC, FILE, GO, IMAGE, JUMP, attach, boot, come_back, last, log,
			settings, tap)
from vm import Lab

CMDLINE, KERNEL = 23, 16
SECOND_SLOT = 0x18
NOT_TOLD = "was not told that there was no jump"


def pci(host, slot):
	return f"/sys/bus/pci/devices/{host.slots['host'] if slot is None else slot}"


def replaced(lab, card, release):
	"""The card goes and another takes over: that one's log gets what is loaded."""
	other = lab.card(["host"], state=make_card(lab.path("ca"), lab.path("other")), prefix="other")
	host = boot(lab, card, release, "two", args=["-device", json.dumps({
		"driver": "vfio-user-pci", "bus": "pcie.0", "addr": f"{SECOND_SLOT:#x}",
		"socket": {"type": "unix", "path": other.sockets["host"]}})])
	first, second = pci(host, None), pci(host, f"0000:00:{SECOND_SLOT:02x}.0")
	# So that a number in this log is none, or another's, in the other.
	host.must(f"for n in 1 2 3; do echo 1 > {first}/reset; done", 120)
	host.kexec(release, load_only=True)
	was = log(host)
	settings(host, fail_closed=1)
	host.must(f"echo 1 > {first}/remove; echo 1 > {second}/reset", 120)
	records = log(host)
	image, file = last(records, IMAGE), last(records, FILE)
	tap.ok(image.digest == last(was, IMAGE).digest and file.digest == last(was, FILE).digest and
	       last(records, CMDLINE).digest == last(was, CMDLINE).digest and
	       image.ref == file.number > last(records, KERNEL).number,
	       "another card is told what is loaded, and what it was made from", image, file)
	host.jump()
	host.must(f"echo 1 > {first}/remove; insmod /vouch.ko", 120)
	records = log(host)
	jump = last(records, EXEC)
	tap.ok(jump.ref == image.number and jump.digest == image.digest,
	       "and what is jumped to is that", image, jump)
	host.stop()


def times(host, text):
	return int(host.must(f"dmesg | grep -c '{text}'; true"))


def left(lab, card, release):
	"""The card goes while a jump is announced, and the jump fails."""
	host = boot(lab, card, release, "left")
	tap.note(host.must("/kexec --load memory; chroot /ref kexec --version"))
	settings(host, fail_closed=1, timeout_ms=60000)
	served = lab.cards[0]
	served.kill(signal.SIGSTOP)
	threading.Timer(4, served.kill, (signal.SIGCONT,)).start()
	code, output = host.run(f"(sleep 1; {GO}) & {JUMP}", 120)
	tap.ok(code and "Operation not permitted" in output, "no card any more: the jump is refused",
	       output)
	time.sleep(25)
	tap.ok(times(host, NOT_TOLD) == 1, "that it cannot be told is said once",
	       host.must("dmesg | tail -5"))
	come_back(host)
	deadline = time.monotonic() + 30
	while attach(lab) != "attached" and time.monotonic() < deadline:
		time.sleep(0.5)
	records = log(host)
	tap.ok(attach(lab) == "attached" and last(records, ABORT).number > last(records, KERNEL).number,
	       "the card that comes back is told", attach(lab), records[-3:])
	host.stop()


def scenario(lab, release):
	card = lab.card(["host"], state=make_card(lab.path("ca"), lab.path("card")),
			args=["--control", lab.path("control.sock")])
	left(lab, card, release)
	replaced(lab, card, release)


def main():
	release = frame.release(__doc__)
	frame.build_selftests()
	return frame.run(tap, Lab(f"kexec-card-{release}"), scenario, release)


if __name__ == "__main__":
	sys.exit(main())
