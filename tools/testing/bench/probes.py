# SPDX-License-Identifier: GPL-2.0-only
"""What watching a request with eBPF adds to it, in one VM, in turn: the median of the
ratios of many pairs, and the interval that holds it with 95 % confidence."""

import json
import math
import statistics

from card import make_card
from vm import Lab, VMError, releases, vouch_ko

PROGRAM = "/src/build/bench/probes"
OBJECT = "/src/build/bpf/latency.bpf.o"
PINS = "/sys/fs/bpf/vouch"
TURNS, REQUESTS = 600, 30
STATISTICS = "/proc/sys/kernel/bpf_stats_enabled"


def lines(output):
	found = [json.loads(line) for line in output.splitlines() if line.startswith("{")]
	return {each["operation"]: each for each in found}


def in_programs(host):
	"""What the kernel itself counts: us in all three programs for one request."""
	host.must("mount -t bpf bpf /ref/sys/fs/bpf; "
		  f"chroot /ref bpftool prog loadall {OBJECT} {PINS} autoattach")
	host.must(f"echo 1 > {STATISTICS}; chroot /ref /src/build/bench/crowd 1 1000 > /dev/null", 300)
	programs = [each for each in json.loads(host.must("chroot /ref bpftool -j prog show"))
		    if each.get("name", "").startswith("vouch_")]
	if len(programs) != 3:
		raise VMError(f"three programs were to be there: {programs}")
	return sum(each["run_time_ns"] / each["run_cnt"] for each in programs) / 1000


def measure(release):
	with Lab("bench-probes") as lab:
		card = lab.card(["host"], state=make_card(lab.path("ca"), lab.path("card")))
		host = lab.host(release, card=card, files=[(vouch_ko(release), "/vouch.ko")])
		host.must("mount --bind /share /ref/src && insmod /vouch.ko", 120)
		times = lines(host.must(f"chroot /ref {PROGRAM} {TURNS} {REQUESTS} 2>&1", 1200))
		inside = in_programs(host)
		host.stop()
	return times, inside


def middle(values):
	"""The median and the order statistics that hold it with 95 % confidence, whatever
	the distribution."""
	values = sorted(values)
	low = math.floor(len(values) / 2 - 0.98 * math.sqrt(len(values)))
	return statistics.median(values), values[low], values[-1 - low]


def rows():
	times, inside = measure(releases()[0])
	for operation in ("attest", "identify"):
		sides = times[operation]
		bare = [(a + b) / 2 for a, b in zip(sides["without"], sides["again"])]
		for what, ours, theirs in (("watched by eBPF / not", sides["probed"], bare),
					   ("not watched / not", sides["again"], sides["without"])):
			ratio, low, high = middle(a / b for a, b in zip(ours, theirs))
			yield {"name": f"{operation}, {what}, {TURNS} pairs, ratio in {low:.3f} to {high:.3f}",
			       "unit": "us", "ours": statistics.median(ours) / 1000,
			       "theirs": statistics.median(theirs) / 1000, "ratio": round(ratio, 3),
			       "goal": 1.02 if ours is times["attest"]["probed"] else None}
		added, low, high = middle((a - b) / 1000 for a, b in zip(sides["probed"], bare))
		yield {"name": f"added to one {operation}, {low:.1f} to {high:.1f}", "unit": "us",
		       "ours": added, "theirs": None}
	yield {"name": "in the three programs, for a request / attest p50", "unit": "us",
	       "ours": inside, "theirs": statistics.median(times["attest"]["without"]) / 1000}
