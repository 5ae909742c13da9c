# SPDX-License-Identifier: GPL-2.0-only
"""What the kernel itself tells of the module: how often, and for how long."""

import re

TRACING = "/sys/kernel/tracing"
# A function that was left: its duration, and its name.
LEFT = re.compile(r"^\s*\d+\)\s+[^0-9]?\s*([0-9.]+) us\s+\|\s+(?:(\w+)(?: \[\w+\])?\(\);|\} /\* (\w+))")


def durations(host, functions, command):
	"""{function: us of each call} while a command runs, and what that printed. Functions
	that the kernel cannot trace are not there."""
	known = host.must(f"cut -d' ' -f1 {TRACING}/available_filter_functions").split()
	wanted = [each for each in functions if each in known]
	host.must(f"cd {TRACING} && echo {' '.join(wanted)} > set_ftrace_filter && "
		  "echo 1 > options/funcgraph-tail && echo function_graph > current_tracer && echo > trace")
	output = host.must(command, 900)
	text = host.must(f"cd {TRACING} && cat trace && echo nop > current_tracer && "
			 "echo > set_ftrace_filter && echo > trace", 300)
	found = {}
	for line in text.splitlines():
		match = LEFT.match(line)
		if match:
			found.setdefault(match[2] or match[3], []).append(float(match[1]))
	return found, output


def counts(host, command):
	"""(doorbells, interrupts) of the card while a command runs, by its trace points."""
	each = "vouch_doorbell", "vouch_interrupt"
	host.must(f"cd {TRACING} && echo > trace && for each in {' '.join(each)}; do "
		  "echo 1 > events/vouch/$each/enable; done")
	host.must(command, 900)
	text = host.must(f"cd {TRACING} && echo 0 > events/vouch/enable && "
			 f"for each in {' '.join(each)}; do grep -c \" $each: \" trace; done; echo > trace")
	return tuple(map(int, text.split()))
