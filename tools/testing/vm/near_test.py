#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""near_test.py RELEASE: proximity sessions through QEMU and the driver, with an
honest card and with relays before it. Prints TAP.

Nothing is judged by absolute speed: what is near is bounded by most of a second,
and a relay that is far adds more than that.
"""

import json
import os
import signal
import sys
import time

import frame
import near_lab
from near_lab import NearLab
from tap import Tap

DIRECT, RELAYED = 1, 2		# functions, and devices in the VM
BOUND_NS, AWAY_NS = 800_000_000, 900_000_000
ROUNDS, TRIES = 256, 50
NEAR = {"near-untrusted-clock"}
tap = Tap()


def flip(part, number):
	"""A bit of one of the lists."""
	part[number] = part[number][:9] + bytes([part[number][9] ^ 1]) + part[number][10:]


def halve(part):
	times = [int.from_bytes(part[5][i:i + 4], "little") // 2 for i in range(0, len(part[5]), 4)]
	begin, end = part[6]
	part[5] = b"".join(each.to_bytes(4, "little") for each in times)
	part[6] = [begin, begin + (end - begin) // 2]


def judged(near):
	package = near.attest(DIRECT, 64)
	result = near.judge(package)
	tap.ok(near_lab.about(result) == NEAR and result["proximity"]["near"] is True and
	       result["proximity"]["rounds"] == 64, "a card that is here is near", result)
	guest, card = (result["proximity"][clock] for clock in ("guest", "card"))
	tap.ok(near.summary["proximity"]["guest"] == guest and
	       near.summary["proximity"]["card"] == card,
	       "the summary's times are those that the verifier finds", near.summary, result)
	tap.note(f"guest {guest}, card {card}")
	near.demand(near_lab.bounds(1, 64))
	result = near.judge(package)
	tap.ok(near_lab.about(result) == {"proximity-far"} and not result["proximity"]["near"],
	       "with a bound of a nanosecond it is far", result)
	near.demand(near_lab.bounds(BOUND_NS, 65))
	tap.ok(near_lab.about(near.judge(package)) == {"proximity-rounds"}, "too few rounds")
	near.demand(near_lab.bounds(BOUND_NS, 4))
	tap.ok(near_lab.about(near.judge(near.attest(DIRECT))) == {"proximity-missing"},
	       "no session at all")


def altered(near):
	package = near.attest(DIRECT, 16)
	for code, change in (("proximity-challenges", lambda part: flip(part, 3)),
			     ("proximity-responses", lambda part: flip(part, 4)),
			     ("proximity-chain", lambda part: flip(part, 0)),
			     ("proximity-other", lambda part: flip(part, 1)),
			     ("proximity-malformed", lambda part: part.update({5: part[5][4:]}))):
		result = near.judge(near.changed(package, change))
		tap.ok(near_lab.about(result) == {code}, f"altered by the guest: {code}", result)
	# Long enough that the guest's own waiting before it begins is less than half of it.
	near.relay("forward 20000000")
	result = near.judge(near.changed(near.attest(RELAYED, 64), halve))
	tap.ok(near_lab.about(result) == {"proximity-clock"}, "a clock at half its speed", result)


def calibrated(near):
	given = {"version": 1, "role": "guest", "threshold_ms": 0, "bus_threshold_ms": 0,
		 "accept": ["near-untrusted-clock"], "reference_signers": []}
	with open(near.lab.path("given.json"), "w", encoding="ascii") as file:
		json.dump(given, file)
	near.vouch(DIRECT, "calibrate --sessions 20 --over 10 --rounds 16 --margin 1000 "
		   "--policy /mnt/given.json --out /mnt/policy.json 2> /dev/null")
	with open(near.policy, encoding="ascii") as file:
		policy = json.load(file)
	tap.ok({name for name in given if policy[name] != given[name]} ==
	       {"threshold_ms", "bus_threshold_ms"} and policy["proximity"]["rounds"] == 16,
	       "vouch calibrate puts its bounds into a policy", policy)
	found = near.judge(near.attest(DIRECT, 16))
	codes = {each["code"] for each in found["findings"]}
	tap.ok(near_lab.about(found) == NEAR and not codes & {"late", "bus-late", "bus-missing"},
	       "which an honest card meets", policy, found)
	status, output = near.host.run(f"chroot /ref {near.command(DIRECT, 0, 'package')} "
				       "--policy /mnt/policy.json", 600)
	said = json.loads(output)
	tap.ok(status == 0 and said["policy"]["met"] and said["proximity"]["rounds"] == 16,
	       "and the asker says so itself", status, output)
	near.demand(near_lab.bounds(BOUND_NS, 4))


def relays(near):
	for mode, code in ((f"forward {AWAY_NS}", "proximity-far"),
			   ("guess", "proximity-responses"), ("self", "proximity-challenges"),
			   ("preask 4", "proximity-challenges")):
		near.relay(mode)
		result = near.judge(near.attest(RELAYED, 4))
		tap.ok(near_lab.about(result) == {code} and not result.get("proximity", {}).get("near"),
		       f"relay, {mode}: {code}", result)
	near.relay("forward 0")


def eager(near):
	"""What a relay that reads ahead gains on the guest's clock it loses on the card's: here
	the guest's clock is not asked.
	"""
	near.relay(f"eager {AWAY_NS}")
	policy = near_lab.bounds(BOUND_NS, 4)
	policy["bounds"][0]["guest"] = {"min_ns": 2 ** 32 - 2}
	near.demand(policy)
	result = near.judge(near.attest(RELAYED, 4))
	found = [finding for finding in result["findings"] if finding["code"].startswith("proximity")]
	tap.ok([each["code"] for each in found] == ["proximity-far"] and "on the card's clock" in json.dumps(found) and
	       result["proximity"]["card"]["min_ns"] >= AWAY_NS,
	       "a relay that reads ahead: the card's clock finds it", result)
	near.demand(near_lab.bounds(BOUND_NS, 4))
	near.relay("forward 0")


def background(near, name, command):
	"""Start what takes long; its exit status goes to a file."""
	near.host.must(f"rm -f /results/{name}.* /ref/tmp/{name}.pid")
	near.host.put(f"/ref/tmp/{name}", f"""
		{command} > /dev/null 2> /mnt/{name}.err &
		echo $! > /tmp/{name}.pid
		wait $!
		echo $? > /mnt/{name}.status""".encode())
	near.host.must(f"chroot /ref setsid sh /tmp/{name} > /dev/null 2>&1 & "
		       f"until [ -s /ref/tmp/{name}.pid ]; do usleep 20000; done; sleep 1")


def finish(near, name, seconds=300):
	"""Its exit status, its error text, and whether there is a package."""
	near.host.must(f"until [ -s /results/{name}.status ]; do usleep 50000; done", seconds)
	status = int(near.host.must(f"cat /results/{name}.status"))
	return status, near.host.must(f"cat /results/{name}.err"), os.path.exists(near.lab.path(name))


def together(near):
	"""One session after the other, and what goes on beside them."""
	forever = (f"{near_lab.VOUCH} --device {DIRECT} calibrate --sessions 100000 "
		   f"--over 0 --rounds {ROUNDS}")
	alive = "kill -0 $(cat /ref/tmp/forever.pid)"
	background(near, "forever", forever)
	status, output = near.run(DIRECT, None, "beside")
	tap.ok(status == 0 and near.host.run(alive)[0] == 0, "evidence is given while sessions go on",
	       output)
	tries = 0
	while near.host.run(alive)[0] == 0 and tries < TRIES:
		status, output = near.run(DIRECT, ROUNDS, "second")
		if "has a proximity session already" in output:
			break
		tries += 1
	tap.ok(status == 1 and "has a proximity session already" in output and
	       not os.path.exists(near.lab.path("second")), "two at a time: EBUSY", status, output)
	tap.note(f"after {tries} that found a gap")
	near.host.run("kill -KILL $(cat /ref/tmp/forever.pid)")
	for name in ("TERM", "KILL"):
		background(near, "killed", forever)
		near.host.must(f"kill -{name} $(cat /ref/tmp/killed.pid)")
		status, output, _ = finish(near, "killed")
		tap.ok(status == 128 + getattr(signal, f"SIG{name}"), f"SIG{name} ends it", status, output)
		tap.ok(near.run(DIRECT, 4, "next")[0] == 0, "the next session is like any other")


def endless(near):
	near.relay("forward 60000000")
	before = time.monotonic()
	status, output = near.run(RELAYED, ROUNDS, "long")
	took = time.monotonic() - before
	tap.ok(status == 1 and "did not answer in time" in output and took >= 10 and
	       not os.path.exists(near.lab.path("long")), "after ten seconds: ETIMEDOUT", output, took)


def stopped(near):
	"""The card's side stands still in mid-round. (QEMU does not survive one that goes.)"""
	near.relay("forward 20000000")
	background(near, "stopped", near.command(RELAYED, ROUNDS, "stopped"))
	near.process.kill(signal.SIGSTOP)
	before = time.monotonic()
	status, output, made = finish(near, "stopped", 600)
	tap.ok(status == 1 and not made and ("the card is gone" in output or "nonsense" in output),
	       "a card that stops: an error and no package", status, output)
	tap.note(f"after {time.monotonic() - before:.0f} s: {output.strip()}")
	tap.ok(near_lab.about(near.judge(near.attest(DIRECT, 4))) == NEAR, "others are not harmed")
	near.process.kill(signal.SIGCONT)


def scenario(near):
	near.demand(near_lab.bounds(BOUND_NS, 4))
	for step in (judged, altered, calibrated, relays, eager, together, endless, stopped):
		begun = time.monotonic()
		step(near)
		tap.note(f"{step.__name__}: {time.monotonic() - begun:.0f} s")
	near.host.stop()
	tap.ok(True, "the VM powers off with a clean console")


def main():
	release = frame.release(__doc__)
	frame.build("bench/relay")
	return frame.run(tap, NearLab(f"near-{release}", release), scenario)


if __name__ == "__main__":
	sys.exit(main())
