#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""reports_test.py RELEASE: what the debug kernel has to notice, it does, and
the harness hears of it: without this, a run without a report says nothing."""

import sys

import lab as common
from trouble import PLANTED, forget, insert, leaks, plant


def scenario(tap, lab, release):
	host = lab.host(release, append="kasan_multi_shot")
	for fault, text in PLANTED.items():
		said = plant(host, fault)
		tap.ok(text in said.splitlines()[0], f"{fault} is noticed", said)
	forget(host)
	tap.ok(not leaks(host), "where nothing is lost kmemleak says nothing")
	insert(host, "broken", "fault=leak")
	lost = leaks(host)
	tap.ok(lost.count("unreferenced object") >= 4, "a leak is noticed", lost)
	host.stop()
	tap.ok(True, "and nothing else")


if __name__ == "__main__":
	sys.exit(common.main("reports", scenario, __doc__))
