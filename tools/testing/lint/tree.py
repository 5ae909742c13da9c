# SPDX-License-Identifier: GPL-2.0-only
"""The files of this tree, and running a tool over them."""

import os
import subprocess
import sys

TREE = os.path.abspath(os.path.join(os.path.dirname(__file__), "../../.."))
sys.path.insert(0, os.path.join(TREE, "tools/testing/vm"))
sys.dont_write_bytecode = True

from tap import Tap  # noqa: E402 (a sibling folder)

tap = Tap()


def listed():
	"""What git knows or would add; without git, what is there."""
	git = subprocess.run(["git", "-c", "safe.directory=*", "ls-files", "-z", "-c", "-o",
			      "--exclude-standard"], cwd=TREE, capture_output=True, check=False)
	if git.returncode == 0:
		return [path.decode() for path in git.stdout.split(b"\0") if path]
	found = []
	for folder, folders, files in os.walk(TREE):
		folders[:] = [name for name in folders if name not in (".git", "build")]
		found += [os.path.relpath(os.path.join(folder, name), TREE) for name in files]
	return found


FILES = sorted(path for path in listed() if os.path.isfile(os.path.join(TREE, path)))


def read(path):
	with open(os.path.join(TREE, path), encoding="utf-8", errors="replace") as handle:
		return handle.read()


def binary(path):
	with open(os.path.join(TREE, path), "rb") as handle:
		return b"\0" in handle.read(4096)


def under(*folders, suffix=""):
	"""Files below any of the folders, by suffix (a string or a tuple)."""
	return [path for path in FILES
		if path.startswith(tuple(f"{folder}/" for folder in folders)) and
		path.endswith(suffix)]


def run(argv, **options):
	"""Run a tool in the tree: (status, both outputs)."""
	try:
		done = subprocess.run(argv, stdin=subprocess.DEVNULL, text=True, errors="replace",
				      stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
				      check=False, **{"cwd": TREE, **options})
	except FileNotFoundError as error:
		return 127, str(error)
	return done.returncode, done.stdout


def clean(name, argv, **options):
	"""One test: the tool ends with 0 and has nothing to say."""
	status, output = run(argv, **options)
	tap.ok(status == 0 and not output.strip(), name, output or f"ended with {status}")


def none(name, problems):
	"""One test: the list of problems is empty."""
	tap.ok(not problems, name, *problems)
