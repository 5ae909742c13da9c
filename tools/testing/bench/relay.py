#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""relay.py [SESSIONS [RELEASE [PART]]]: how often a verifier sees relays before a card,
and how often it takes an honest card for one. Parts: relays, replay, clock; default all.
Writes build/bench/relay-PART.json after each turn, and a table at the end.

One VM has two guest functions of one card, one of them behind a relay (relay.c). Its
bounds are calibrated on the honest one, as `vouch calibrate` prints them. Then come
sessions of each kind in turn, a few at a time, so that whatever else the machine does
falls on all of them; each is a package that vouch-verify judges.
"""

import json
import math
import os
import re
import sys
import tarfile
from concurrent.futures import ThreadPoolExecutor

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.append(os.path.join(HERE, "../vm"))
# pylint: disable=wrong-import-position
import frame
import near_lab
from near_lab import NONCE, NearLab, model
from vm import BUILD, VMError, releases

SESSIONS, ROUNDS, TURNS = 200, 64, 10
DIRECT, RELAYED = 1, 2
KINDS = (("no relay", DIRECT, "forward 0"),
	 ("relay, 0 us", RELAYED, "forward 0"),
	 ("relay, 100 us", RELAYED, "forward 100000"),
	 ("relay, 500 us", RELAYED, "forward 500000"),
	 ("relay, 2 ms", RELAYED, "forward 2000000"),
	 ("reads ahead, 0 us", RELAYED, "eager 0"),
	 ("reads ahead, 100 us", RELAYED, "eager 100000"),
	 ("guesses", RELAYED, "guess"),
	 ("answers reads itself", RELAYED, "self " + str(ROUNDS)),
	 ("asks ahead", RELAYED, "preask " + str(ROUNDS)))
RESULT = os.path.join(BUILD, "bench/relay-{}.json")
CLIENT, KEY, OUT = "/tmp/vouch", "/tmp/key.pem", "/tmp/packages"


class Count:
	"""What became of the sessions of one kind."""

	def __init__(self, name):
		self.name, self.seen, self.codes, self.times = name, [], {}, {"guest": [], "card": []}

	def add(self, result):
		codes = near_lab.about(result) - {"near-untrusted-clock"}
		if "proximity-missing" in codes:
			raise VMError(f"{self.name}: a package without a session: {result}")
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


def save(part, calibration, counts):
	with open(RESULT.format(part), "w", encoding="ascii") as file:
		json.dump({"calibration": calibration, "rounds": ROUNDS,
			   "rows": [count.row() for count in counts]}, file, indent=1)
	print(f"# {part}: {counts[0].row()['sessions']} sessions of each", flush=True)


def take(near, device, count, nonce=NONCE):
	"""That many packages."""
	near.host.must(
		f"rm -rf {OUT}; mkdir {OUT}; for i in $(seq {count}); do {CLIENT} --device {device} "
		f"attest --json --key {KEY} --nonce {nonce.hex()} --proximity={ROUNDS} --out {OUT}/$i "
		f"> /dev/null || exit; done; cp {KEY} /results/key.pem; "
		f"tar -C {OUT} -cf /results/packages.tar .", 1800)
	with tarfile.open(near.lab.path("packages.tar")) as archive:
		return [archive.extractfile(each).read() for each in archive if each.isfile()]


def judge(near, packages, count):
	"""Several at a time: most of it is waiting for a processor."""
	with ThreadPoolExecutor(4) as pool:
		for result in pool.map(near.judge, packages, [f"judged-{i}" for i in range(len(packages))]):
			count.add(result)


def start(near):
	near.host.must(f"cp /share/build/bin/vouch-static {CLIENT}")


def measure(near, sessions):
	text = near.host.must(f"{CLIENT} --device {DIRECT} calibrate --json --sessions {sessions} "
			      f"--rounds {ROUNDS} 2> /dev/null", 1800)
	calibration = json.loads(text)
	near.demand(calibration["policy"]["proximity"])
	counts = [Count(kind[0]) for kind in KINDS]
	for turn in range(TURNS):
		each = sessions * (turn + 1) // TURNS - sessions * turn // TURNS
		for count, (_, device, mode) in zip(counts, KINDS):
			near.relay(mode)
			judge(near, take(near, device, each), count)
		save("relays", calibration, counts)


def replay(near, sessions):
	"""The account of a session for another nonce, after fresh evidence."""
	near.demand(near_lab.bounds(2 ** 32 - 2, ROUNDS))
	made, count = [], Count("old session")
	for old, new in zip(take(near, DIRECT, sessions, bytes(32)), take(near, DIRECT, sessions)):
		part = model.strict(model.strict(model.strict(old).value[2])["proximity"][1])
		made.append(near.changed(new, lambda now, part=part: now.update(part)))
	judge(near, made, count)
	save("replay", None, [count])


def unbounded(near, sessions, name):
	"""Sessions of the honest card, judged by nothing but whether they hold together."""
	near.demand(near_lab.bounds(2 ** 32 - 2, ROUNDS))
	count = Count(name)
	judge(near, take(near, DIRECT, sessions), count)
	return count


def run_relays(sessions, release):
	with NearLab("relay", release) as near:
		start(near)
		measure(near, sessions)
		near.host.stop()


def run_clock(sessions, release):
	"""The kernel says how fast the counter is, and is then told twice as much."""
	with NearLab("relay-clock", release) as near:
		start(near)
		right = unbounded(near, sessions, "clock as it is")
		found = re.findall(r"tsc: (?:Detected|Refined TSC clocksource calibration:) ([0-9.]+) MHz",
				   near.host.must("dmesg"))
		near.host.stop()
	khz = int(float(found[-1]) * 2000)
	with NearLab("relay-clock", release, append=f"tsc=reliable tsc_early_khz={khz}") as near:
		start(near)
		save("clock", None, [right, unbounded(near, sessions, "clock at half its speed")])
		near.host.stop()


def run_replay(sessions, release):
	with NearLab("relay-replay", release) as near:
		start(near)
		replay(near, sessions)
		near.host.stop()


def least(count, of):
	"""The least share that gives so many or more once in twenty: 95 %, one-sided."""
	low, high = 0.0, count / of
	while high - low > 1e-6:
		share = (low + high) / 2
		more = sum(math.comb(of, i) * share ** i * (1 - share) ** (of - i)
			   for i in range(count, of + 1))
		low, high = (share, high) if more < 0.05 else (low, share)
	return low


def between(row):
	"""The share that is not near, at least and at most."""
	count, of = row["not_near"], row["sessions"]
	return least(count, of), 1 - least(of - count, of)


PARTS = {"relays": run_relays, "replay": run_replay, "clock": run_clock}


def load(part):
	with open(RESULT.format(part), encoding="ascii") as file:
		return json.load(file)


def rows():
	"""Results as bench.py wants them."""
	frame.build("bench/relay")
	for part, run in PARTS.items():
		run(SESSIONS, releases()[0])
		for row in load(part)["rows"]:
			yield {"name": f"proximity, {row['kind']}: sessions not near / all", "unit": "sessions",
			       "ours": row["not_near"], "theirs": row["sessions"]}


def table(part):
	result = load(part)
	calibration = result["calibration"]
	if calibration:
		print(f"\n{calibration['sessions']} sessions of {ROUNDS} rounds for the bounds; false alarms "
		      f"at most {calibration['false_alarms_at_most']:.1%}; seen for sure from "
		      f"{calibration['seen_from_ns'] / 1e3:.1f} us")
	print(f"\n{'':24} {'sessions':>8} {'not near':>8} {'95 %':>15} {'guest min':>10} {'card min':>10}  found")
	for row in result["rows"]:
		found = ", ".join(f"{code} {count}" for code, count in sorted(row["findings"].items()))
		times = [f"{row[key] / 1e3:.1f}" if row[key] is not None else "-"
			 for key in ("guest_min_ns", "card_min_ns")]
		share = "{:.1%} to {:.1%}".format(*between(row))
		print(f"{row['kind']:24} {row['sessions']:>8} {row['not_near']:>8} {share:>15} "
		      f"{times[0]:>10} {times[1]:>10}  {found}")


def main():
	sessions = int(sys.argv[1]) if len(sys.argv) > 1 else SESSIONS
	release = sys.argv[2] if len(sys.argv) > 2 else releases()[0]
	frame.build("bench/relay")
	for part in sys.argv[3:] or PARTS:
		PARTS[part](sessions, release)
		table(part)


if __name__ == "__main__":
	main()
