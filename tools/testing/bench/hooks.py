# SPDX-License-Identifier: GPL-2.0-only
"""What a host pays for being measured: loads, kexec and VMs in one VM, with the
module and without it, in turn; and appends by one caller and by many."""

import json
import shutil

from card import make_card
from vm import Lab, VMError, releases, vouch_ko

PROGRAMS = "/src/build/bench"
TURNS = 4
ROUNDS = 20
IDLE_SECONDS = 10
TRACING = "/sys/kernel/tracing"
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


def turn(host, times, loaded):
	for found in lines(host.must(f"chroot /ref /tmp/hooks {ROUNDS} /tmp/vmlinuz 2>&1", 900)):
		times.setdefault((found["operation"], loaded), []).extend(found["ns"])


def crowd(host, callers, appends):
	rate, samples = lines(host.must(f"chroot /ref {PROGRAMS}/crowd {callers} {appends} 2>&1", 900))
	return {**samples, **rate}


def measure(release):
	"""Times in ns by (operation, with the module); crowds; what rest() has seen."""
	with Lab("bench-hooks") as lab:
		card = lab.card(["host"], state=make_card(lab.path("ca"), lab.path("card")))
		host = lab.host(release, card=card, memory="3G",
				load=("virtio_net", "9p", "9pnet_virtio", "algif_hash"),
				files=[(vouch_ko(release), "/vouch.ko")], append="no_timer_check")
		shutil.copyfile(f"/cache/kernels/{release}/vmlinuz", lab.path("vmlinuz"))
		# A VMM on a file system that cannot tell whether it changed is never known.
		host.must("mount --bind /share /ref/src && "
			  "cp /share/build/bench/hooks /results/vmlinuz /ref/tmp/")
		host.enable_kvm()
		times = {}
		for _ in range(TURNS):
			turn(host, times, False)
			host.must("insmod /vouch.ko", 120)
			turn(host, times, True)
			idle = rest(host)
			crowds = [crowd(host, 1, 400), crowd(host, 64, 40)]
			host.must("rmmod vouch", 120)
		host.stop()
	return times, crowds, idle


def rows():
	"""Results as bench.py wants them: what is added, next to what it is made of."""
	times, (alone, many), idle = measure(releases()[0])

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
	yield {"name": "KVM_CREATE_VM, known VMM / without the module, p50", "unit": "us",
	       "ours": median("vm"), "theirs": median("vm", False), "goal": 1.02}
	for what, seen in zip(("interrupts", "timers and work"), idle):
		yield {"name": f"{what} in {IDLE_SECONDS} s of rest", "unit": "", "ours": seen,
		       "theirs": None, "ok": seen == 0}
	yield {"name": "append, one caller, p50 / p99", "unit": "us", "ours": alone["p50"],
	       "theirs": alone["p99"]}
	yield {"name": "append, 64 callers, p50 / p99", "unit": "us", "ours": many["p50"],
	       "theirs": many["p99"]}
	yield {"name": "appends a second: one caller / 64 callers", "unit": "1/s",
	       "ours": alone["per_second"], "theirs": many["per_second"]}
