#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""cycles_test.py RELEASE [CYCLES]: the module goes and comes back under load:
evidence is asked for, modules are loaded, and tasks sleep inside a wrapper."""

import sys
import time

from lab import find, main, make_host, records
from trouble import begin, nothing_lost

ATTACH, MODULE_LOAD = 3, 19
LOAD = """
head -c 4096 /dev/zero > /ref/tmp/v.ko
(while [ ! -e /run/stop ]; do
	/share/build/selftests/vouch/attest host 0 >> /run/asked 2>&1 || usleep 20000
done) &
(while [ ! -e /run/stop ]; do
	chroot /ref /usr/sbin/insmod /tmp/v.ko 2>> /run/loaded
	usleep 10000
done) &
"""
CYCLE = """
n=0
while [ $n -lt {cycles} ]; do
	insmod /vouch.ko || exit 1
	usleep $((n % 7 * 20000))
	tries=0
	until rmmod vouch 2> /run/busy; do
		tries=$((tries + 1))
		[ $tries -lt 3000 ] || {{ cat /run/busy; exit 2; }}
		usleep 10000
	done
	busy=$((busy + (tries > 0)))
	n=$((n + 1))
done
echo $n $busy
"""
BATCH = 10


def sleeper(tap, lab, host):
	"""A load that waits in a wrapper for its file while the module goes."""
	with open(lab.path("large"), "wb") as large:
		large.truncate(256 << 20)
	host.must("insmod /vouch.ko; (chroot /ref /usr/sbin/insmod /mnt/large > /run/slept 2>&1; "
		  "echo done >> /run/slept) </dev/null >/dev/null 2>&1 &", 120)
	host.must("until [ $(cat /sys/module/vouch/refcnt) -gt 0 ] || grep -qs done /run/slept; do "
		  "usleep 1000; done", 120)
	began = time.monotonic()
	status, output = host.run("rmmod vouch", 120)
	tap.ok(status and "temporarily unavailable" in output.lower(),
	       "with a task in a wrapper rmmod says so", status, output)
	host.must("until rmmod vouch 2>/dev/null; do usleep 20000; done", 120)
	took = time.monotonic() - began
	tap.ok(took < 60, "it can go when that task has left, which is soon", took)
	output = host.must("until grep -q done /run/slept; do usleep 100000; done; cat /run/slept", 120)
	tap.ok("Invalid module format" in output, "and the task came to its end", output)


def scenario(tap, lab, release, cycles):
	_, host = make_host(lab, release)
	begin(host)
	host.must("mount --bind /share /ref/src")
	host.must(f"exec </dev/null >/dev/null 2>&1\n{LOAD}")
	began, done, busy = time.monotonic(), 0, 0
	while done < cycles:
		output = host.must(f"busy=0\n{CYCLE.format(cycles=min(BATCH, cycles - done))}", 3600)
		each, refused = output.split()[-2:]
		done, busy = done + int(each), busy + int(refused)
		if done % 100 == 0:
			tap.note(f"{done} cycles, {time.monotonic() - began:.0f} s")
	seconds = time.monotonic() - began
	host.must("touch /run/stop; sleep 1")
	tap.ok(done == cycles, f"{cycles} times the module came and went", done)
	tap.note(f"{seconds:.0f} s, {busy} times rmmod was told to wait")
	asked = host.must("grep -c ^ok /run/asked; true").strip()
	loaded = host.must("grep -c 'Invalid module format' /run/loaded; true").strip()
	tap.ok(int(asked) > 0, "evidence was made meanwhile", asked)
	tap.ok(int(loaded) > cycles, "and modules were loaded", loaded)
	tap.note(f"{asked} times evidence, {loaded} loads")
	sleeper(tap, lab, host)

	host.must("insmod /vouch.ko", 120)
	kinds = [kind for _, kind, _ in records(host)]
	attached = kinds.count(ATTACH)
	tap.ok(attached == cycles + 2, "the log has each attach once", attached, cycles + 2)
	tap.ok(kinds.count(MODULE_LOAD) > 0, "and loads", kinds.count(MODULE_LOAD))
	tap.note(f"{len(kinds)} records, {kinds.count(MODULE_LOAD)} of loads")
	tap.ok(find(host, "state") == "ready", "the card works")
	host.must("rmmod vouch", 60)
	nothing_lost(tap, host)
	host.stop()
	tap.ok(True, "the VM powers off with a clean console")


if __name__ == "__main__":
	sys.exit(main("cycles", scenario, __doc__, (1000,)))
