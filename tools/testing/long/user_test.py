#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""user_test.py RELEASE [SECONDS [SEED]]: a hostile user of the device, and
resets under load, without the other kernel selftests around them."""

import sys

from lab import find, main, make_host
from trouble import begin, nothing_lost

RUN = "VOUCH_FUZZ_SECONDS={} VOUCH_FUZZ_SEED={} /share/build/selftests/vouch/{}"


def scenario(tap, lab, release, seconds, seed):
	_, host = make_host(lab, release, ("host", "guest1"), append="log_buf_len=4M")
	begin(host)
	host.must("insmod /vouch.ko guests=1", 120)
	for program in ("reset", "fuzz"):
		status, output = host.run(RUN.format(seconds, seed, program), seconds + 600)
		tap.ok(status == 0 and "# SKIP" not in output, program, output)
		tap.note(output)
	tap.ok(find(host, "state") == "ready", "the card works")
	status, output = host.run("rmmod vouch", 60)
	tap.ok(status == 0, "the module goes", output)
	nothing_lost(tap, host)
	host.stop()
	tap.ok(True, "the VM powers off with a clean console")


if __name__ == "__main__":
	sys.exit(main("user", scenario, __doc__, (300, 1)))
