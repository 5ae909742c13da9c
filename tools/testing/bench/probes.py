# SPDX-License-Identifier: GPL-2.0-only
"""What watching a request with eBPF adds to it, in one VM, in turn."""

import json

from card import make_card
from vm import Lab, VMError, releases, vouch_ko

PROGRAM = "/src/build/bench/probes"
OBJECT = "/src/build/bpf/latency.bpf.o"
PINS = "/sys/fs/bpf/vouch"
TURNS, REQUESTS = 150, 20
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


def rows():
	times, inside = measure(releases()[0])
	for operation, goal in (("attest", 1.02), ("identify", None)):
		yield {"name": f"{operation}, watched by eBPF / not, p50", "unit": "us",
		       "ours": times[f"{operation} probed"]["p50"],
		       "theirs": times[operation]["p50"], "goal": goal}
	yield {"name": "in the three programs, for a request / attest p50", "unit": "us",
	       "ours": inside, "theirs": times["attest"]["p50"]}
