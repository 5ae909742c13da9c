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
ROUNDS = 500


def measure(release, rounds=ROUNDS):
	"""All operations, one after another, again and again: {operation: times}."""
	with Lab("bench") as lab:
		card = lab.card(["host"], state=make_card(lab.path("ca"), lab.path("card")))
		host = lab.host(release, card=card, files=[(vouch_ko(release), "/vouch.ko")],
				append="no_timer_check", args=lab.tpm().args)
		host.must("mount --bind /share /ref/src && insmod /vouch.ko", 120)
		output = host.must(f"chroot /ref {PROGRAM} {rounds} 2>&1", 900)
		host.stop()
	times = {}
	for line in output.splitlines():
		if line.startswith("{"):
			found = json.loads(line)
			times[found["operation"]] = found
	return times


# What is compared: ours, theirs, the largest ratio of the medians that is good.
PAIRS = (
	("attest next to a TPM's Quote, both P-384", "vouch attest", "tpm quote", 1.0),
	("append, durable, next to NV_Extend, durable", "vouch append", "tpm nv-extend", 1.0),
	("append, durable, next to PCR_Extend, volatile", "vouch append", "tpm pcr-extend", None),
	("the way alone: identify next to GetRandom", "vouch info", "tpm random", None),
)


def rows():
	"""Results as bench.py wants them."""
	release = releases()[0]
	times = measure(release)
	for name, ours, theirs, goal in PAIRS:
		for which in ("p50", "p99"):
			yield {"name": f"{name}, {which}", "unit": "us",
			       "ours": times[ours][which], "theirs": times[theirs][which],
			       "goal": goal if which == "p50" else None}
