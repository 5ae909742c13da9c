#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""kunit_test.py RELEASE: the KUnit suites of tools/testing/kmod/kunit, on a
kernel that has KUnit. Prints TAP, a line for each case."""

import os
import re
import sys

import frame
import testmod
from trouble import forget, leaks
from tap import Tap
from vm import Lab

RESULT = re.compile(r"^(?:\[[^]]*\] )?    (ok|not ok) \d+ (.*)$", re.M)
CASES = 20


def needs(release):
	"""What a host VM needs to run the suites."""
	suites = os.path.join(testmod.build("kunit", release), "vouch-kunit.ko")
	return {"files": [(suites, "/vouch-kunit.ko")], "modules": ("kunit",)}


def cases(tap, host):
	host.must("modprobe kunit", 120)
	host.must("dmesg -c > /dev/null; insmod /vouch-kunit.ko", 300)
	output = host.must("dmesg")
	found = RESULT.findall(output)
	for result, name in found:
		tap.ok(result == "ok" and "# SKIP" not in name, name)
	tap.ok(len(found) == CASES and output.count("KTAP version") >= 4, f"{CASES} cases ran", output)
	host.must("rmmod vouch-kunit")


def scenario(tap, lab, release):
	host = lab.host(release, **needs(release))
	forget(host)
	cases(tap, host)
	lost = leaks(host)
	tap.ok(not lost, "nothing is lost", lost)
	host.stop()
	tap.ok(True, "the VM powers off with a clean console")


def main():
	release, tap = frame.release(__doc__), Tap()
	return frame.run(tap, Lab(f"kunit-{release}"), lambda lab: scenario(tap, lab, release))


if __name__ == "__main__":
	sys.exit(main())
