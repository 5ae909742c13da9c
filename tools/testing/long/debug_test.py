#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""debug_test.py RELEASE [COUNT]: a short share of what is for the debug kernel,
in one VM, as it is slow to boot: KUnit, a card that lies COUNT times, leaks,
and the proof that a report would have been heard of."""

import sys

import hostile_test
import kunit_test
from lab import main
from trouble import forget


def scenario(tap, lab, release, count):
	socket, host = hostile_test.make(lab, release, memory="1G", **kunit_test.needs(release))
	forget(host)
	kunit_test.cases(tap, host)
	hostile_test.attack(tap, host, socket, count, 10)
	hostile_test.judge(tap, host)
	host.stop()
	tap.ok(True, "the VM powers off with a clean console")


if __name__ == "__main__":
	sys.exit(main("debug", scenario, __doc__, (5000,)))
