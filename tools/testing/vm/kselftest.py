#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""kselftest.py RELEASE: tools/testing/selftests in a VM that has the card's
host function and one guest function. Prints TAP, a line for each single test."""

import json
import os
import re
import subprocess
import sys

from tap import Tap
from vm import BUILD, TREE, Lab, VMError, vouch_ko

CARDD = os.path.join(BUILD, "bin/vouch-cardd")
CA = os.path.join(TREE, "tools/testing/vm/ca.sh")
SELFTESTS = "tools/testing/selftests"
RESULT = re.compile(r"(# )?(ok|not ok) \d+ (.*)")
tap = Tap()


def call(*argv):
	return subprocess.run(argv, check=True, capture_output=True, text=True).stdout


def make_card(lab):
	"""A card with its certificate; returns its state folder."""
	state, ca = lab.path("card"), lab.path("ca")
	request, certificate = lab.path("device.csr"), lab.path("device.pem")
	call(CA, ca, "init")
	os.makedirs(state)
	call(CARDD, "--state", state, "--init")
	call(CARDD, "--state", state, "--csr", request)
	call(CA, ca, "sign", request, certificate)
	call(CARDD, "--state", state, "--install-certificate", certificate)
	return state


def results(output):
	"""Turn KTAP with tests inside tests into flat lines of our own."""
	for line in output.splitlines():
		found = RESULT.match(line)
		if found:
			skipped = "# SKIP" in found[3]
			name = found[3].removeprefix("- ")
			tap.ok(found[2] == "ok", name if not skipped or "# SKIP" in name else name + " # SKIP")
		else:
			tap.note(line.removeprefix("# "))


def run_tests(host):
	return host.run(f"chroot /ref make -C /src/{SELFTESTS} TARGETS=vouch "
			"OUTPUT=/src/build/selftests run_tests", 1000)


def scenario(lab, release):
	card = lab.card(["host", "guest1"], state=make_card(lab))
	host = lab.host(release, card=card, files=[(vouch_ko(release), "/vouch.ko")])
	host.must("mount --bind /share /ref/src")
	status, output = run_tests(host)
	skipped = re.findall(r"^ok \d+ selftests: .* # SKIP", output, re.M)
	programs = re.findall(r"^(?:not )?ok \d+ selftests: ", output, re.M)
	tap.ok(status == 0 and programs and len(skipped) == len(programs),
	       "without the module every program is skipped", output)

	host.must("insmod /vouch.ko", 120)
	status, output = run_tests(host)
	results(output)
	tap.ok(status == 0 and "# SKIP" not in output, "make run_tests succeeds and skips nothing",
	       f"ended with {status}")

	before = json.loads(host.must("printf '{\"count\": %s}' $(cat /sys/class/vouch/*/count | head -n 1)"))
	status, output = host.run("rmmod vouch && insmod /vouch.ko", 120)
	tap.ok(status == 0, "the module goes and comes back", output)
	after = json.loads(host.must("printf '{\"count\": %s}' $(cat /sys/class/vouch/*/count | head -n 1)"))
	tap.ok(after["count"] > before["count"], "and the log has grown by it", before, after)
	host.stop()
	tap.ok(True, "the VM powers off with a clean console")


def main():
	if len(sys.argv) != 2:
		sys.exit(__doc__)
	release = sys.argv[1]
	subprocess.run(["make", "-s", "-C", os.path.join(TREE, SELFTESTS), "TARGETS=vouch",
			f"OUTPUT={BUILD}/selftests", "all"], check=True)
	try:
		with Lab(f"kselftest-{release}") as lab:
			scenario(lab, release)
	except (VMError, subprocess.CalledProcessError) as error:
		tap.ok(False, "the scenario went through", error, getattr(error, "stderr", ""))
	return tap.done()


if __name__ == "__main__":
	sys.exit(main())
