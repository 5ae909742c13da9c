#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""latency_test.py RELEASE: `vouch latency`, its program under bpftool, and
`vouch attest --ebpf`, in a VM with a card. Prints TAP."""

import json
import os
import shutil
import signal
import sys
import time

import frame
import stamps
import testmod
from card import call, make_card
from stamps import ATTEST, STALL, TRIES, VOUCH, in_root
from tap import Tap
from vm import TREE, Lab, vouch_ko

OBJECT = "/src/build/bpf/latency.bpf.o"
PINS = "/sys/fs/bpf/vouch"
ATTESTS, APPENDS = 20, 200
LONG_US = 1 << 19	# the slot that holds a second begins no earlier
tap = Tap()


class Watch:
	"""`vouch latency` in the background of the VM."""

	def __init__(self, host, *options):
		self.host = host
		host.put("/ref/tmp/watch", f"""
			{VOUCH} latency --json --interval 3600 {' '.join(options)} \\
				> /tmp/lat.out 2> /tmp/lat.err &
			echo $! > /tmp/lat.pid
			wait $!
			echo $? > /tmp/lat.status""".encode())
		host.must("rm -f /ref/tmp/lat.*; chroot /ref setsid sh /tmp/watch > /dev/null 2>&1 & "
			  "until grep -q Watching /ref/tmp/lat.err; do "
			  "[ ! -e /ref/tmp/lat.status ] || { cat /ref/tmp/lat.err; exit 1; }; "
			  "usleep 100000; done", 120)

	def signal(self, name):
		self.host.must(f"kill -{name} $(cat /ref/tmp/lat.pid)")

	def end(self, how="INT"):
		"""Its exit code and its reports."""
		self.signal(how)
		text = self.host.must("until [ -s /ref/tmp/lat.status ]; do usleep 100000; done; "
				      "cat /ref/tmp/lat.status /ref/tmp/lat.out", 120)
		status, *lines = text.splitlines()
		return int(status), [json.loads(line) for line in lines]


def row(report, command):
	return next((each for each in report["commands"] if each["command"] == command), {})


def total(rows, field):
	return sum(each[field] for each in rows)


def counted(host):
	"""Every request is counted, once and in one slot."""
	watch = Watch(host)
	status, output = in_root(host, f"sh -c 'for i in $(seq {ATTESTS}); do {ATTEST} "
				 "--out /tmp/package || exit; done'", 300)
	tap.ok(status == 0, f"{ATTESTS} attestations", output)
	status, reports = watch.end()
	tap.ok(status == 0 and len(reports) == 1, "SIGINT ends it with a last report and success",
	       status, reports)
	report = reports[0]
	found = row(report, "attest")
	for field in ("asked", "answered", "sampled"):
		tap.ok(found.get(field) == ATTESTS, f"{field}: {ATTESTS} attest requests", found)
	tap.ok(total(found["histogram"], "count") == ATTESTS, "each is in one slot", found)
	tap.ok(not (found["failed"] or found["waiting"] or found["unannounced"]),
	       "none failed, waits or came without an interrupt", found)
	tap.ok(0 < found["p50_ns"] <= found["p99_ns"] <= found["max_ns"], "p50, p99, max", found)
	top = found["histogram"][-1]
	tap.ok(top["from_us"] <= found["max_ns"] // 1000 <= top["to_us"],
	       "the longest is in the last slot", found)
	tap.ok(report["dropped"] == report["forgotten"] == 0, "nothing was dropped", report)
	tap.ok(report["interrupts"] >= ATTESTS, "interrupts are counted", report)
	watch = Watch(host, "--device 77")
	in_root(host, f"{ATTEST} --out /tmp/package")
	status, reports = watch.end("TERM")
	tap.ok(status == 0 and reports[0]["commands"] == [], "--device: others are not counted",
	       reports)


def stalled(lab, host):
	"""A card that stands still shows in the slot of that time."""
	watch = Watch(host)
	waited = tries = 0
	while waited < 1e9 and tries < TRIES:
		lab.cards[0].kill(signal.SIGSTOP)
		host.channel.send(f"chroot /ref {ATTEST} --timeout 60000 --json --out /tmp/package "
				  "> /results/stalled.json", 120)
		time.sleep(STALL * (1 + tries))
		lab.cards[0].kill(signal.SIGCONT)
		waited = json.loads(host.must("cat /results/stalled.json"))["elapsed_ns"]
		tries += 1
	_, reports = watch.end()
	found = row(reports[0], "attest")
	late = [slot for slot in found["histogram"] if slot["from_us"] >= LONG_US]
	tap.ok(waited >= 1e9 and total(late, "count") >= 1, "a card that stands still is seen",
	       waited, found)
	top = found["histogram"][-1]
	tap.ok(top["from_us"] <= found["max_ns"] // 1000 <= top["to_us"] and
	       waited / 2 <= found["max_ns"] <= waited,
	       "in the slot of the time that the asker waited", waited, found)
	tap.ok(found["answered"] == tries and found["waiting"] == 0, "and is counted once", found)


def dropped(host):
	"""A reader that sleeps over a small ring loses events, and says how many."""
	watch = Watch(host, "--ring 4")
	watch.signal("STOP")
	status, output = in_root(host, f"/src/build/bench/crowd 1 {APPENDS}", 300)
	tap.ok(status == 0, f"{APPENDS} records while nobody reads the ring", output)
	watch.signal("CONT")
	_, reports = watch.end()
	report = reports[0]
	tap.ok(report["dropped"] > 0, "events were dropped, and counted", report)
	tap.ok(row(report, "append").get("answered") == APPENDS, "their commands are counted whole",
	       row(report, "append"))
	answered, sampled = (total(report["commands"], field) for field in ("answered", "sampled"))
	tap.ok(sampled + report["dropped"] == answered,
	       "what was read and what was dropped is all there was", report)


def by_bpftool(host):
	"""The same program without any of ours."""
	host.must("mount -t bpf bpf /ref/sys/fs/bpf")
	status, output = in_root(host, f"bpftool prog loadall {OBJECT} {PINS} autoattach")
	tap.ok(status == 0, "bpftool loads and attaches it", output)
	for _ in range(5):
		in_root(host, f"{ATTEST} --out /tmp/package")
	text = host.must("chroot /ref bpftool -j map lookup name commands key 0x20 0 0 0")
	found = json.loads(text)["formatted"]["value"]
	tap.ok(found["asked"] == sum(found["slots"]) == 5, "its maps tell of 5 attest requests", text)
	status, output = host.run("rmmod vouch")
	tap.ok(status != 0, "what it watches cannot be unloaded", output)
	host.must(f"rm -r /ref{PINS}")
	status, output = host.run("n=0; until rmmod vouch 2> /dev/null || [ $n = 100 ]; do "
				  "n=$((n + 1)); usleep 100000; done; [ ! -e /sys/module/vouch ]", 120)
	tap.ok(status == 0, "and can when it is gone", output)


def refused(host, text, name, how=f"chroot /ref {VOUCH} latency --count 1"):
	status, output = host.run(f"{how} 2>&1", 60)
	tap.ok(status == 1 and text in output, name, status, output)


def refusals(host):
	"""Each thing that it needs, missing; the module is not loaded."""
	refused(host, "vouch module is not loaded", "no module")
	host.must("insmod /untraced.ko")
	refused(host, "lacks the tracepoints", "a module without the tracepoints")
	host.must("rmmod vouch && insmod /plain.ko", 120)
	refused(host, "vouch module has no BTF", "a module without BTF")
	host.must("mount -t tmpfs none /sys/kernel/btf")
	refused(host, "this kernel has no BTF", "nor a kernel",
		"/share/build/bin/vouch-static latency --count 1")
	host.must("umount /sys/kernel/btf; rmmod vouch && insmod /vouch.ko", 120)
	refused(host, "no permission for eBPF", "no permission",
		f"chroot /ref su nobody -s /bin/sh -c '{VOUCH} latency --count 1'")


def told(host):
	"""A driver that tells of chosen times: 2 ms; a clock that went back by 1 ns, and to
	its start; no interrupt; then 0.3 ms, of a handler that was held up."""
	host.must("insmod /told.ko")
	watch = Watch(host)
	for command in ("5000000 7000000 1", "5000000 4999999 1", "5000000 0 1",
			"5000000 5300000 0", "5000000 5300000 1"):
		host.must(f"echo {command} > /sys/module/vouch/parameters/command")
	_, reports = watch.end()
	found = row(reports[0], "attest")
	tap.ok(found["backwards"] == 2 and found["asked"] == 5, "a clock that went back is counted",
	       found)
	tap.ok([(each["from_us"], each["count"]) for each in found["histogram"]] ==
	       [(256, 2), (1024, 1)] and found["max_ns"] == found["p99_ns"] == 2000000,
	       "and gives no time", found)
	tap.ok(found["answered"] == found["sampled"] == 3 and found["waiting"] == 0,
	       "nor is its command one without an answer", found)
	tap.ok(found["unannounced"] == 1, "unannounced: what no interrupt's handler found", found)
	host.must("n=0; until rmmod vouch || [ $n = 100 ]; do n=$((n + 1)); usleep 100000; done")


def build(lab, release):
	"""Modules that eBPF cannot watch; returns what goes into the VM."""
	folder, plain = lab.path("untraced"), lab.path("plain.ko")
	shutil.copytree(os.path.join(TREE, "tools/testing/kmod/untraced"), folder)
	call("make", "-C", f"/lib/modules/{release}/build", f"M={folder}", "modules")
	call("objcopy", "-R", ".BTF", "-R", ".BTF.base", vouch_ko(release), plain)
	return [(vouch_ko(release), "/vouch.ko"), (plain, "/plain.ko"),
		(os.path.join(testmod.build("told", release), "vouch.ko"), "/told.ko"),
		(os.path.join(folder, "vouch.ko"), "/untraced.ko")]


def scenario(lab, release):
	card = lab.card(["host"], state=make_card(lab.path("ca"), lab.path("card")))
	host = lab.host(release, card=card, files=build(lab, release))
	host.must("mount --bind /share /ref/src && insmod /vouch.ko", 120)
	counted(host)
	stalled(lab, host)
	dropped(host)
	stamps.taken(tap, lab, host)
	stamps.judged(tap, lab, host)
	by_bpftool(host)
	told(host)
	refusals(host)
	host.stop()
	tap.ok(True, "the VM powers off with a clean console")


def main():
	release = frame.release(__doc__)
	frame.build("bench/crowd")
	return frame.run(tap, Lab(f"latency-{release}"), scenario, release)


if __name__ == "__main__":
	sys.exit(main())
