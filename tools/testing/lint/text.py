# SPDX-License-Identifier: GPL-2.0-only
"""What holds for every file, whatever its language."""

import re

from tree import FILES, binary, none, read

SOURCES = (".c", ".h", ".py", ".sh", ".mk", ".rst", ".cddl", ".awk", ".1", ".5", ".8",
	   "Makefile", "Kbuild", "enter", "init", "run")
# Bytes for tests, and texts whose format has no comments.
PLAIN = ("COPYING", ".json", ".gitignore", ".pem", ".hex", ".diag", ".cbor", ".bin", ".txt")
# Written so that they do not match themselves.
UNFINISHED = re.compile(r"\b(TO[D]O|FIX[M]E|XX[X]|HAC[K])\b|place[h]older|"
			r"not (yet )?implement[e]d", re.I)
MACHINE = re.compile(r"/(work|sr[v]|roo[t]/\.cache)/|/tmp/brie[f]|bash[_]jobs")
REGISTRY = re.compile(r"\b((deb|ftp|security|snapshot|packages)[.]debian[.]org|pypi[.]org|"
		      r"registry[.]npmjs|crates[.]io|docker[.]io|proxy[.]golang)\b")
FILE_LINES, FUNCTION_LINES = 300, 60
FUNCTION = re.compile(r"^[A-Za-z_][^;=\n]*\([^;]*?\)\s*\n\{\n(.*?)^\}", re.M | re.S)


def spdx():
	missing = [path for path in FILES
		   if path.endswith(SOURCES) and not path.endswith(PLAIN) and
		   "SPDX-License-Identifier:" not in "".join(read(path).splitlines(True)[:3])]
	none("text: a licence line in every source", missing)


def words():
	found = {"unfinished work": UNFINISHED, "machine paths": MACHINE, "registry hosts": REGISTRY}
	for name, pattern in found.items():
		hits = []
		for path in FILES:
			if path.endswith("COPYING") or "/corpus/" in path or binary(path):
				continue
			for number, line in enumerate(read(path).splitlines(), 1):
				if pattern.search(line):
					hits.append(f"{path}:{number}: {line.strip()[:100]}")
		none(f"text: no {name}", hits)


def whitespace():
	hits = []
	for path in FILES:
		if not path.endswith(SOURCES) or binary(path):
			continue
		text = read(path)
		if text and not text.endswith("\n"):
			hits.append(f"{path}: no newline at the end")
		hits += [f"{path}:{number}: trailing blank"
			 for number, line in enumerate(text.split("\n"), 1) if line != line.rstrip()]
	none("text: whitespace", hits)


def lengths():
	"""One noun a file, one thought a function."""
	problems = [f"{path} has {lines} lines" for path in FILES
		    if path.endswith((".c", ".h", ".py", ".sh")) and
		    (lines := read(path).count("\n")) > FILE_LINES]
	none(f"text: no file above {FILE_LINES} lines", problems)
	problems = []
	for path in FILES:
		if path.endswith(".c"):
			text = read(path)
			found = [(text[:each.start()].count("\n") + 1, each[1].count("\n"))
				 for each in FUNCTION.finditer(text)]
			problems += [f"{path}:{at} has {lines} lines" for at, lines in found
				     if lines > FUNCTION_LINES]
	none(f"text: no C function above {FUNCTION_LINES} lines", problems)


def check():
	spdx()
	words()
	whitespace()
	lengths()
