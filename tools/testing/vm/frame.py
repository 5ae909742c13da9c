# SPDX-License-Identifier: GPL-2.0-only
"""The frame of a test in VMs: its argument, what it has built, and how it ends."""

import os
import subprocess
import sys

from qemu import BUILD, TREE, vmlinuz
from vm import VMError

SELFTESTS = os.path.join(TREE, "tools/testing/selftests")


def release(usage):
	"""The kernel release that the command line names, where it is there."""
	if len(sys.argv) != 2:
		sys.exit(usage)
	if not os.path.exists(vmlinuz(sys.argv[1])):
		sys.exit(f"did not run: there is no kernel {sys.argv[1]}: make kernels, make debug-kernel")
	return sys.argv[1]


def build(*programs):
	"""Build programs named as in build/."""
	paths = (os.path.relpath(os.path.join(BUILD, each), TREE) for each in programs)
	subprocess.run(["make", "-s", *paths], cwd=TREE, check=True)


def build_selftests():
	subprocess.run(["make", "-s", "-C", SELFTESTS, "TARGETS=vouch", f"OUTPUT={BUILD}/selftests",
			"all"], check=True)


def run(tap, lab, steps, *arguments):
	"""steps(lab, *arguments); a VM that fails is a test that failed. The exit
	status.
	"""
	try:
		with lab:
			steps(lab, *arguments)
	except (VMError, subprocess.CalledProcessError) as error:
		tap.ok(False, "the scenario went through", error, getattr(error, "stderr", ""))
	return tap.done()
