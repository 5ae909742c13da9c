#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""relay.py [SESSIONS [RELEASE]]: how often a verifier sees relays before a card, and
how often it takes an honest card for one. Writes build/bench/relay.json.

One VM has two guest functions of one card, one of them behind a relay (relay.c). Its
bounds are calibrated on the honest one, as `vouch calibrate` prints them. Then come
sessions of each kind in turn, a few at a time, so that whatever else the machine does
falls on all of them; each is a package that vouch-verify judges.
"""

import json
import os
import re
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.append(os.path.join(HERE, "../vm"))
# pylint: disable=wrong-import-position
import near_lab
from near_lab import NONCE, NearLab, model
from vm import BUILD, TREE, releases

SESSIONS, ROUNDS, TURNS = 200, 64, 10
DIRECT, RELAYED = 1, 2
KINDS = (("no relay", DIRECT, "forward 0"),
	 ("relay, 0 us", RELAYED, "forward 0"),
	 ("relay, 100 us", RELAYED, "forward 100000"),
	 ("relay, 500 us", RELAYED, "forward 500000"),
	 ("relay, 2 ms", RELAYED, "forward 2000000"),
	 ("guesses", RELAYED, "guess"),
	 ("answers reads itself", RELAYED, "self " + str(ROUNDS)),
	 ("asks ahead", RELAYED, "preask " + str(ROUNDS)))
CLIENT = "/tmp/vouch"


class Count:
	"""What became of the sessions of one kind."""

	def __init__(self, name):
		self.name, self.seen, self.codes, self.times = name, [], {}, {"guest": [], "card": []}

	def add(self, result):
		codes = near_lab.about(result) - {"near-untrusted-clock"}
		self.seen.append(not result.get("proximity", {}).get("near", False))
		for code in codes:
			self.codes[code] = self.codes.get(code, 0) + 1
		for clock, times in self.times.items():
			if clock in result.get("proximity", {}):
				times.append(result["proximity"][clock]["min_ns"])

	def row(self):
		return {"kind": self.name, "sessions": len(self.seen), "not_near": sum(self.seen),
			"findings": self.codes,
			**{f"{clock}_min_ns": sorted(times)[len(times) // 2] if times else None
			   for clock, times in self.times.items()}}


def take(near, device, names):
	"""Packages under these names in the Lab's folder."""
	near.host.must(
		f"for name in {' '.join(names)}; do {CLIENT} --device {device} attest --json "
		f"--key /results/key.pem --nonce {NONCE.hex()} --proximity={ROUNDS} "
		"--out /results/$name > /dev/null || exit; done", 1800)


def read(near, name):
	with open(near.lab.path(name), "rb") as file:
		return file.read()


def start(near):
	near.host.must(f"cp /share/build/bin/vouch-static {CLIENT}")


def replay(near, packages, count):
	"""The account of one session in the package after the next one's evidence."""
	for old, new in zip(packages, [*packages[1:], packages[0]]):
		collection = model.strict(model.strict(old).value[2])
		part = model.strict(collection["proximity"][1])
		count.add(near.judge(near.changed(new, lambda now, part=part: now.update(part))))


def measure(near, sessions):
	text = near.host.must(f"{CLIENT} --device {DIRECT} calibrate --json --sessions {sessions} "
			      f"--rounds {ROUNDS} 2> /dev/null", 1800)
	calibration = json.loads(text)
	near.demand(calibration["policy"]["proximity"])
	counts = [Count(kind[0]) for kind in KINDS]
	honest = []
	for turn in range(TURNS):
		names = [f"p{i}" for i in range(sessions * turn // TURNS, sessions * (turn + 1) // TURNS)]
		for count, (_, device, mode) in zip(counts, KINDS):
			near.relay(mode)
			take(near, device, names)
			packages = [read(near, name) for name in names]
			for package in packages:
				count.add(near.judge(package))
			if device == DIRECT:
				honest += packages
		print(f"# turn {turn + 1} of {TURNS}", flush=True)
	counts.append(Count("old session"))
	replay(near, honest, counts[-1])
	return calibration, counts


def real_khz(near):
	"""The VM's time-stamp counter, as its kernel found it out."""
	found = re.findall(r"tsc: (?:Detected|Refined TSC clocksource calibration:) ([0-9.]+) MHz",
			   near.host.must("dmesg"))
	return float(found[-1]) * 1000


def slowed(near, sessions):
	"""A VM that was told that its counter is twice as fast as it is."""
	near.demand(near_lab.bounds(2 ** 32 - 2, ROUNDS))
	count = Count("clock at half its speed")
	names = [f"p{i}" for i in range(sessions)]
	take(near, DIRECT, names)
	for name in names:
		count.add(near.judge(read(near, name)))
	return count


def table(calibration, rows):
	print(f"\n{calibration['sessions']} sessions of {ROUNDS} rounds for the bounds; false alarms "
	      f"at most {calibration['false_alarms_at_most']:.1%}; seen for sure from "
	      f"{calibration['seen_from_ns'] / 1e3:.1f} us\n")
	print(f"{'':24} {'sessions':>8} {'not near':>8} {'guest min':>10} {'card min':>10}  found")
	for row in rows:
		found = ", ".join(f"{code} {count}" for code, count in sorted(row["findings"].items()))
		times = [f"{row[key] / 1e3:.1f}" if row[key] is not None else "-"
			 for key in ("guest_min_ns", "card_min_ns")]
		print(f"{row['kind']:24} {row['sessions']:>8} {row['not_near']:>8} {times[0]:>10} "
		      f"{times[1]:>10}  {found}")


def main():
	sessions = int(sys.argv[1]) if len(sys.argv) > 1 else SESSIONS
	release = sys.argv[2] if len(sys.argv) > 2 else releases()[0]
	subprocess.run(["make", "-s", os.path.relpath(f"{BUILD}/bench/relay", TREE)], cwd=TREE, check=True)
	with NearLab("relay", release) as near:
		start(near)
		calibration, counts = measure(near, sessions)
		khz = real_khz(near)
		near.host.stop()
	with NearLab("relay", release, append=f"tsc=reliable tsc_early_khz={int(2 * khz)}") as near:
		start(near)
		counts.append(slowed(near, sessions))
		near.host.stop()
	rows = [count.row() for count in counts]
	with open(os.path.join(BUILD, "bench/relay.json"), "w", encoding="ascii") as file:
		json.dump({"calibration": calibration, "rounds": ROUNDS, "rows": rows}, file, indent=1)
	table(calibration, rows)


if __name__ == "__main__":
	main()
