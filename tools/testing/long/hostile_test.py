#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""hostile_test.py RELEASE [COUNT]: a card that lies to its driver, COUNT
altered completions long. Nothing is reported, nothing hangs, and a card that
behaves again is used again."""

import os
import sys
import time

from lab import CLASS, control, main, make_card, vouch_ko, wait_for
from qemu import BUILD
from trouble import forget, heard, is_debug, leaks

HOSTILE = os.path.join(BUILD, "test/vouch-card-hostile")
STATE = f"{CLASS}/*/state"
THREADS, ROUND = 24, 20
# Registers that lie cost the driver a reset, of which it allows itself one in
# ten seconds: most of the run is to be completions.
ARGUMENTS = ("--seed", "1", "--flood", "250", "--steal", "250", "--echo", "97",
	     "--stall", "2", "--registers", "10", "--gone", "20")
REVIVE = ("for pci in {pci}; do echo 1 > /sys/bus/pci/devices/$pci/remove; done; "
	  "echo 1 > /sys/bus/pci/rescan")


def counters(socket):
	words = control(socket, "status").split()
	return {name: int(value) for name, value in (word.split("=") for word in words[1:])}


def revive(host):
	"""What an operator does with a function that is gone."""
	host.must(REVIVE.format(pci=host.slots["host"]), 120)


def storm(tap, host, socket, count, seconds):
	"""Ask until so many completions were altered, and for so long; returns the
	counters.
	"""
	began = noted = time.monotonic()
	asked, idle, last = 0, 0, counters(socket)
	while last["mutated"] < count:
		before = last["mutated"]
		output = host.must(f"/share/build/selftests/vouch/storm {THREADS} {seconds}", seconds + 300)
		asked += int(output.split()[1])
		last = counters(socket)
		if time.monotonic() - noted > 60:
			noted = time.monotonic()
			tap.note(f"{noted - began:.0f} s: {last['mutated']}; {output.strip()}")
		idle = 0 if last["mutated"] > before else idle + 1
		if idle > 10:
			break
		if "gone" in host.must(f"cat {STATE} 2>&1; true") or idle:
			revive(host)
	tap.note(f"{last['mutated']} altered in {time.monotonic() - began:.0f} s, {asked} requests")
	tap.note(last)
	return last


def make(lab, release, files=(), **options):
	"""A host VM with such a card, which behaves for now: (its socket, VM)."""
	socket = lab.path("hostile.sock")
	card = lab.card(["host"], state=make_card(lab.path("ca"), lab.path("card")),
			program=HOSTILE, args=[*ARGUMENTS, "--hostile", socket])
	control(socket, "heal")
	return socket, lab.host(release, card=card, append="log_buf_len=4M",
				files=[(vouch_ko(release), "/vouch.ko"), *files], **options)


def attack(tap, host, socket, count, seconds=ROUND):
	"""The module comes, is lied to, goes, and comes and goes again."""
	host.must("insmod /vouch.ko timeout_ms=500", 120)
	control(socket, "attack")
	done = storm(tap, host, socket, count, seconds)
	tap.ok(done["mutated"] >= count, f"{count} completions were altered", done)
	tap.ok(done["answers"] >= count // 100, "of these one in a hundred for a command in flight", done)
	tap.ok(all(done[name] for name in ("invented", "outputs", "interrupts", "pauses")),
	       "and what else a card says", done)
	status, output = host.run("rmmod vouch", 120)
	tap.ok(status == 0, "the module goes while the card lies", output)
	control(socket, "heal")
	host.must("insmod /vouch.ko", 120)
	if wait_for(host, STATE, "ready", 60) != "ready":
		revive(host)
	state = wait_for(host, STATE, "ready", 60)
	tap.ok(state == "ready", "a card that behaves again is used again", state)
	output = host.must("/share/build/selftests/vouch/attest host 20000")
	tap.ok(output.startswith("ok "), "and gives evidence", output)
	host.must("rmmod vouch", 120)


def judge(tap, host):
	"""What the debug kernel has noticed, and that it would have."""
	lost = leaks(host)
	tap.ok(not lost, "nothing is lost", lost)
	host.check()
	tap.ok(True, "and nothing reported")
	heard(tap, host)


def scenario(tap, lab, release, count):
	socket, host = make(lab, release)
	debug = is_debug(host)
	if debug:
		forget(host)
	attack(tap, host, socket, count)
	if debug:
		judge(tap, host)
	host.stop()
	tap.ok(True, "the VM powers off with a clean console")


if __name__ == "__main__":
	sys.exit(main("hostile", scenario, __doc__, (1000000,)))
