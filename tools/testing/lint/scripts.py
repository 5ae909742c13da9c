# SPDX-License-Identifier: GPL-2.0-only
"""Scripts, man pages, and whether each test is run."""

import os
import re

from tree import FILES, TREE, clean, none, read, tap

MAN = re.compile(r"\.[1-8]$")


def interpreter(path):
	with open(os.path.join(TREE, path), "rb") as handle:
		first = handle.readline(80)
	return first.decode(errors="replace").strip() if first.startswith(b"#!") else ""


def shells():
	scripts = [path for path in FILES if re.search(r"/(ba|da)?sh\b", interpreter(path)) or
		   path.endswith(".sh")]
	for folder in sorted({os.path.dirname(path) for path in scripts}):
		group = [path for path in scripts if os.path.dirname(path) == folder]
		clean(f"shellcheck: {folder} ({len(group)})",
		      ["shellcheck", "-x", "-P", "SCRIPTDIR", "-e", "SC2016", *group])
	none("scripts: executable exactly where they have an interpreter",
	     [path for path in FILES if bool(interpreter(path)) !=
	      os.access(os.path.join(TREE, path), os.X_OK)])


def python():
	problems = []
	for path in FILES:
		if path.endswith(".py") or "python" in interpreter(path):
			try:
				compile(read(path), path, "exec")
			except (SyntaxError, ValueError) as error:
				problems.append(f"{path}: {error}")
	none("python: compiles", problems)
	clean("python: pyflakes", ["python3", "-m", "pyflakes",
				   *[path for path in FILES if path.endswith(".py")]])


def man():
	pages = [path for path in FILES if MAN.search(path)]
	tap.note(f"{len(pages)} man pages")
	for path in pages:
		clean(f"mandoc: {path}", ["mandoc", "-T", "lint", "-W", "warning", path])


def tests():
	"""A test that no check runs is none. (Those in tests/ are programs of `make unit`.)"""
	known = set()
	for path in ("tools/testing/check.sh", "tools/testing/long/check.sh"):
		text = read(path)
		for name, folder in re.findall(r"^(\w+)=(tools/\S+)$", text, re.M):
			text = re.sub(rf"\${name}\b", folder, text)
		known.update(re.findall(r"tools/testing/[\w/]+_test\.\w+", text))
	none("scripts: make check or check-long runs every test",
	     [path for path in FILES if re.search(r"_test\.(py|sh)$", path) and
	      path not in known and "/tests/" not in path])


def check():
	shells()
	python()
	man()
	tests()
