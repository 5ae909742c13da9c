# SPDX-License-Identifier: GPL-2.0-only
"""What a host pays for being measured: loads, kexec and VMs in one VM, with the
module and without it, in turn; and appends by one caller and by many."""

import json
import shutil
import statistics

import traced
from card import make_card
from vm import Lab, VMError, releases, vouch_ko

PROGRAMS = "/src/build/bench"
TURNS = 4
ROUNDS = 20
IDLE_SECONDS = 10
TRACING = traced.TRACING
# Where the time of kexec_file_load goes: all of it, both files being read, and the module's.
PARTS = LOAD, READ, FILES, IMAGE, APPEND = (
	"__x64_sys_kexec_file_load", "kernel_read_file", "vouch_digest_buffer", "vouch_kimage_digest",
	"vouch_event_write")
DISK = "/tmp/disk"
REQUESTS = 500
KEXEC_EVERY, TRACED = 5, 1	# as in hooks.c; times in each turn
PAIRS, VMS = 15, 12		# how often the module comes and goes, VMs each time
STIRS = ("timer/timer_expire_entry", "timer/hrtimer_expire_entry", "workqueue/workqueue_execute_start")


def lines(output):
	return [json.loads(line) for line in output.splitlines() if line.startswith("{")]


def percentile(times, percent):
	return sorted(times)[(len(times) - 1) * percent // 100] / 1000


def interrupts(host):
	"""What the card's lines in /proc/interrupts add up to."""
	output = host.must("awk '/vouch/ { for (i = 2; i <= NF; i++) if ($i ~ /^[0-9]+$/) n += $i } "
			   "END { print n + 0 }' /proc/interrupts")
	return int(output)


def rest(host):
	"""(interrupts of the card, timers and work of the module) while nothing is asked."""
	before = interrupts(host)
	if not before:
		raise VMError("the card's interrupts are not counted")
	switch = f"for each in {' '.join(STIRS)}; do echo %d > {TRACING}/events/$each/enable; done"
	host.must(f"echo > {TRACING}/trace; {switch % 1}; sleep {IDLE_SECONDS}; {switch % 0}",
		  IDLE_SECONDS + 60)
	if not int(host.must(f"grep -c expire_entry {TRACING}/trace; true")):
		raise VMError("nothing is traced")
	return (interrupts(host) - before,
		int(host.must(f"grep -cF '[vouch]' {TRACING}/trace; true")))


def hooks(host, where, rounds, operation=""):
	found = lines(host.must(f"chroot /ref {where}/hooks {rounds} /tmp/vmlinuz {operation} 2>&1", 900))
	return {each["operation"]: each["ns"] for each in found}


def turn(host, times, loaded):
	for operation, ns in hooks(host, DISK, ROUNDS).items():
		times.setdefault((operation, loaded), []).extend(ns)


def vm_pair(host):
	"""(without the module, with it) of new VMs, for a VMM on a disk and one on a tmpfs."""
	def medians():
		return [percentile(hooks(host, where, VMS, "vm")["vm"], 50) for where in (DISK, "/tmp")]

	without = medians()
	host.must("insmod /vouch.ko", 120)
	loaded = medians()
	host.must("rmmod vouch", 120)
	return list(zip(without, loaded))


def breakdown(host, parts):
	"""Times in us of the parts of one kexec_file_load, and of hashing as much by its side."""
	command = f"chroot /ref {DISK}/hooks {KEXEC_EVERY} /tmp/vmlinuz"
	for _ in range(TRACED):
		found, _ = traced.durations(host, PARTS, f"{command} kexec 2>&1")
		if set(PARTS) - set(found):
			raise VMError(f"not traced: {set(PARTS) - set(found)}")
		again = hooks(host, DISK, KEXEC_EVERY, "'hash kexec'")
		loads = len(found[LOAD]) - 1	# the last one unloads
		now = {each: sum(found[each]) / loads for each in PARTS}
		now["records"] = len(found[APPEND]) / loads
		now["hash"] = percentile(again["hash kexec"], 50)
		now["passes"] = (now[FILES] + now[IMAGE] + now[APPEND]) / now["hash"]
		for part, value in now.items():
			parts.setdefault(part, []).append(value)


def per_request(host):
	"""{what: (doorbells, interrupts) for each request}, of one caller and of many."""
	seen = {}
	for name, program, callers, each in (("append, 1 caller", "crowd", 1, REQUESTS),
					     ("append, 64 callers", "crowd", 64, 16),
					     ("attest, 1 caller", "crowd attest", 1, REQUESTS),
					     ("attest, 64 callers", "crowd attest", 64, 16)):
		program, *args = program.split()
		count = traced.counts(host, f"chroot /ref {PROGRAMS}/{program} {callers} {each} "
				      f"{' '.join(args)} > /dev/null")
		seen[name] = [number / callers / each for number in count]
	return seen


def crowd(host, callers, appends):
	rate, samples = lines(host.must(f"chroot /ref {PROGRAMS}/crowd {callers} {appends} 2>&1", 900))
	return {**samples, **rate}


def prepare(host):
	"""hooks on a tmpfs, which cannot tell whether a VMM changed, and on a disk, which can."""
	host.must(f"""
		set -e
		mount --bind /share /ref/src
		cp /share/build/bench/hooks /results/vmlinuz /ref/tmp/
		truncate -s 32M /ref/tmp/image
		chroot /ref /usr/sbin/mke2fs -q -t ext4 /tmp/image
		mkdir /ref{DISK}
		mount -t ext4 -o loop /ref/tmp/image /ref{DISK}
		cp /share/build/bench/hooks /ref{DISK}/
		sync""", 120)
	host.enable_kvm()


def measure(release):
	"""Times in ns by (operation, with the module); and all that is counted."""
	with Lab("bench-hooks") as lab:
		card = lab.card(["host"], state=make_card(lab.path("ca"), lab.path("card")))
		host = lab.host(release, card=card, memory="3G",
				load=("virtio_net", "9p", "9pnet_virtio", "algif_hash", "loop", "ext4"),
				files=[(vouch_ko(release), "/vouch.ko")], append="no_timer_check")
		shutil.copyfile(f"/cache/kernels/{release}/vmlinuz", lab.path("vmlinuz"))
		prepare(host)
		times, parts = {}, {}
		for _ in range(TURNS):
			turn(host, times, False)
			host.must("insmod /vouch.ko", 120)
			turn(host, times, True)
			breakdown(host, parts)
			idle = rest(host)
			crowds = [crowd(host, 1, 400), crowd(host, 64, 40)]
			requests = per_request(host)
			host.must("rmmod vouch", 120)
		pairs = [vm_pair(host) for _ in range(PAIRS)]
		host.stop()
	medians = {part: statistics.median(each) for part, each in parts.items()}
	medians["least"], medians["most"] = min(parts["passes"]), max(parts["passes"])
	return times, crowds, idle, medians, requests, list(zip(*pairs))


def kexec_rows(parts):
	"""Loads, traced, each next to a pass over as many bytes that was made right after it."""
	name = "kexec load, traced: "
	yield {"name": f"{name}all that the module does in it / two SHA-384 passes, p50, "
	       f"ratio in {parts['least'] / 2:.2f} to {parts['most'] / 2:.2f}", "unit": "us", "ours": parts[FILES] + parts[IMAGE] + parts[APPEND], "theirs": 2 * parts["hash"],
	       "ratio": round(parts["passes"] / 2, 3)}
	for part, what in ((FILES, "SHA-384 of the files that are read"), (IMAGE, "SHA-384 of the image")):
		yield {"name": f"{name}{what} / one pass, p50", "unit": "us", "ours": parts[part],
		       "theirs": parts["hash"]}
	for what, value in ((f"its {parts['records']:.0f} records", parts[APPEND]),
			    ("reading both files", parts[READ] - parts[FILES]),
			    ("all of it", parts[LOAD])):
		yield {"name": f"{name}{what}, p50", "unit": "us", "ours": value, "theirs": None}


def rows():
	"""Results as bench.py wants them: what is added, next to what it is made of."""
	times, (alone, many), idle, parts, requests, pairs = measure(releases()[0])

	def median(operation, loaded=True):
		return percentile(times[operation, loaded], 50)

	def added(operation):
		return median(operation) - median(operation, False)

	yield {"name": "module load, 4 MB: added time / SHA-384 of it and one append, p50",
	       "unit": "us", "ours": added("module"),
	       "theirs": median("hash module") + median("append"), "goal": 1.15}
	yield {"name": "kexec load, 100 MB initramfs: added time / two SHA-384 passes over kernel and initramfs, p50",
	       "unit": "us", "ours": added("kexec"), "theirs": 2 * median("hash kexec"),
	       "goal": 1.2}
	yield from kexec_rows(parts)
	for what, each, goal in zip(("known VMM on a disk", "VMM on a tmpfs"), pairs, (1.02, None)):
		ratios = sorted(loaded / without for without, loaded in each)
		# The fourth from either end hold the median of 15 with 96 % confidence.
		yield {"name": f"KVM_CREATE_VM, {what} / without the module, {PAIRS} pairs, "
		       f"ratio in {ratios[3]:.2f} to {ratios[-4]:.2f}", "unit": "us",
		       "ours": statistics.median(loaded for _, loaded in each),
		       "theirs": statistics.median(without for without, _ in each),
		       "ratio": round(statistics.median(ratios), 3), "goal": goal}
	for what, numbers in requests.items():
		for each, number in zip(("doorbells", "interrupts"), numbers):
			yield {"name": f"{each} for each {what}", "unit": "", "ours": number, "theirs": None}
	for what, seen in zip(("interrupts", "timers and work"), idle):
		yield {"name": f"{what} in {IDLE_SECONDS} s of rest", "unit": "", "ours": seen,
		       "theirs": None, "ok": seen == 0}
	yield {"name": "append, one caller, p50 / p99", "unit": "us", "ours": alone["p50"],
	       "theirs": alone["p99"]}
	yield {"name": "append, 64 callers, p50 / p99", "unit": "us", "ours": many["p50"],
	       "theirs": many["p99"]}
	yield {"name": "appends a second: one caller / 64 callers", "unit": "1/s",
	       "ours": alone["per_second"], "theirs": many["per_second"]}
