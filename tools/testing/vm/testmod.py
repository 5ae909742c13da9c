# SPDX-License-Identifier: GPL-2.0-only
"""Modules of tools/testing/kmod, built for a release."""

import os
import subprocess

from qemu import BUILD, TREE

FOLDER = os.path.join(BUILD, "testmod")
DEBUG_KERNEL = "/cache/debug-kernel/build"


def build(name, release):
	"""The folder with the modules of tools/testing/kmod/NAME; its sources are
	linked, the rest is made.
	"""
	source = os.path.join(TREE, "tools/testing/kmod", name)
	folder = os.path.join(FOLDER, release, name)
	os.makedirs(folder, exist_ok=True)
	for each in os.listdir(source):
		path = os.path.join(folder, each)
		if not os.path.islink(path):
			os.symlink(os.path.join(source, each), path)
	kernel = f"/lib/modules/{release}/build"
	if not os.path.exists(kernel):
		kernel = DEBUG_KERNEL
	subprocess.run(["make", "-s", "-C", kernel, f"M={folder}", "modules"], check=True)
	return folder


def seen(host, name):
	"""Where build()'s folder is for a chroot into /ref of a host VM."""
	return f"/src/build/testmod/{host.release}/{name}"
