# SPDX-License-Identifier: GPL-2.0-only
"""The path through a VM: our card and a TPM (tpm-crb, swtpm) side by side."""

import json
import os
import sys

TREE = os.path.abspath(os.path.join(os.path.dirname(__file__), "../../.."))
sys.path.insert(0, os.path.join(TREE, "tools/testing/vm"))
sys.dont_write_bytecode = True

from card import make_card  # noqa: E402
from vm import Lab, releases, vouch_ko  # noqa: E402

PROGRAM = "/src/build/bench/path"
TURNS = 20
CALLERS = (1, 8, 64)


def measure(release, turns=TURNS):
	"""All operations, in turn, by one caller and by many: {(operation, callers): times}."""
	with Lab("bench") as lab:
		card = lab.card(["host"], state=make_card(lab.path("ca"), lab.path("card")))
		host = lab.host(release, card=card, files=[(vouch_ko(release), "/vouch.ko")],
				append="no_timer_check", args=lab.tpm().args)
		host.must("mount --bind /share /ref/src && insmod /vouch.ko", 120)
		output = host.must(f"chroot /ref {PROGRAM} {turns} 2>&1", 1800)
		host.stop()
	lines = [json.loads(line) for line in output.splitlines() if line.startswith("{")]
	return {(rate["operation"], rate["callers"]): {**rate, **times}
		for rate, times in zip(lines[::2], lines[1::2])}


# What is compared: ours, theirs, the largest good ratio of one caller's medians, and of
# the time that one of 64 callers' requests takes from all.
PAIRS = (
	("attest next to a TPM's Quote, both P-384", "card attest", "tpm quote", 1 / 3, None),
	("attest, P-384, next to a TPM's Quote, P-256", "card attest", "tpm quote-p256", None, None),
	("attest, signatures shared, next to one each", "card attest", "card attest-own", None, None),
	("a package without its log next to the evidence in it", "card package", "card attest", None,
	 None),
	("append, durable, next to NV_Extend, durable", "card append", "tpm nv-extend", 1 / 5, 1 / 20),
	("append, durable, next to PCR_Extend, volatile", "card append", "tpm pcr-extend", None, None),
	("the way alone: identify next to GetRandom", "card info", "tpm random", None, None),
)


def rows():
	"""Results as bench.py wants them."""
	times = measure(releases()[0])
	for name, ours, theirs, median_goal, rate_goal in PAIRS:
		for callers in CALLERS:
			if (ours, callers) not in times:
				continue
			us, them = times[ours, callers], times[theirs, callers]
			label = f"{name}, {callers} caller{'s' if callers > 1 else ''}"
			for which in ("p50", "p99"):
				yield {"name": f"{label}, {which}", "unit": "us", "ours": us[which],
				       "theirs": them[which],
				       "goal": median_goal if (which, callers) == ("p50", 1) else None}
			yield {"name": f"{label}, per second", "unit": "1/s", "ours": us["per_second"],
			       "theirs": them["per_second"],
			       "ratio": round(them["per_second"] / us["per_second"], 3),
			       "goal": rate_goal if callers == 64 else None}
