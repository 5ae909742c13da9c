#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""bench.py [PART...]: measure, print a table, write build/bench/results.json.

Parts: core (the card in one process), batch (many who ask it at once), verify
(the verifier on a long log), path (card and TPM through one VM), hooks (what a
host pays), probes (what eBPF adds), relay (how often a relay is seen). A goal that is missed is reported; only a part
that cannot be measured makes it fail.
"""

import functools
import json
import os
import subprocess
import sys

import path  # first: it finds the harness
import hooks
import probes
import relay
from vm import BUILD, TREE, VMError, releases

COMMAND = "tools/testing/vm/enter tools/testing/bench/bench.py"
RESULTS = os.path.join(BUILD, "bench/results.json")
FIELDS = ("name", "unit", "ours", "theirs", "ratio", "goal", "ok", "command", "commit", "kernel")
IN_A_VM = ("path", "hooks", "probes", "relay")


def program(name, *args):
	"""A benchmark program: one JSON object a line, each a row."""
	done = subprocess.run([os.path.join(BUILD, "bench", name), *args], stdout=subprocess.PIPE,
			      text=True, check=False)
	if done.returncode:
		raise VMError(f"{name}: exit {done.returncode}")
	return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


PARTS = {
	"core": lambda: program("card-core", os.path.join(BUILD, "bench")),
	"batch": lambda: program("card-batch"),
	"verify": lambda: program("verify-log"),
	"path": path.rows,
	"hooks": hooks.rows,
	"probes": probes.rows,
	"relay": relay.rows,
}


@functools.cache
def commit():
	"""Which tree this is, where it is a repository."""
	done = subprocess.run(["git", "-c", "safe.directory=*", "-C", TREE, "describe", "--always",
			       "--dirty"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
			      text=True, check=False)
	return done.stdout.strip() or None


def finish(row, part):
	"""Fill in what follows from the numbers, and what was measured."""
	ours, theirs, goal = row.get("ours"), row.get("theirs"), row.get("goal")
	if row.get("ratio") is None:
		row["ratio"] = round(ours / theirs, 3) if theirs else None
	if row.get("ok") is None:
		row["ok"] = goal is None or (row["ratio"] is not None and row["ratio"] <= goal)
	row["command"], row["commit"] = f"{COMMAND} {part}", commit()
	row["kernel"] = releases()[0] if part in IN_A_VM else None
	return {field: row.get(field) for field in FIELDS}


def number(value):
	if value is None:
		return "-"
	return f"{value:.3g}" if abs(value) < 100 else f"{value:.0f}"


def show(rows):
	width = max((len(row["name"]) for row in rows), default=0)
	print(f"{'':{width}} {'ours':>9} {'theirs':>9} {'unit':<10} {'ratio':>6} {'goal':>6}")
	for row in rows:
		mark = "" if row["goal"] is None else "  met" if row["ok"] else "  MISSED"
		print(f"{row['name']:{width}} {number(row['ours']):>9} {number(row['theirs']):>9} "
		      f"{row['unit']:<10} {number(row['ratio']):>6} {number(row['goal']):>6}{mark}")


def main():
	wanted = sys.argv[1:] or list(PARTS)
	if set(wanted) - set(PARTS):
		sys.exit(__doc__)
	rows, failed = [], []
	for part in wanted:
		print(f"measuring: {part}", file=sys.stderr)
		try:
			found = [finish(row, part) for row in PARTS[part]()]
			if not found:
				raise VMError("no rows: `make bench` builds its programs anew")
			rows += found
		except (OSError, VMError, KeyError, ValueError) as error:
			failed.append(part)
			print(f"{part}: could not be measured: {error}", file=sys.stderr)
	show(rows)
	os.makedirs(os.path.dirname(RESULTS), exist_ok=True)
	with open(RESULTS, "w", encoding="utf-8") as out:
		json.dump(rows, out, indent=1)
		out.write("\n")
	print(f"\nwritten: build/bench/results.json; {sum(not row['ok'] for row in rows)} goals missed"
	      f"{', not measured: ' + ' '.join(failed) if failed else ''}")
	return 1 if failed else 0


if __name__ == "__main__":
	sys.exit(main())
