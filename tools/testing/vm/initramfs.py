#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Reproducible initramfs: the same inputs make the same bytes.

    initramfs.py --release REL --out FILE [--modules A,B] [--load A,B]
                 [--file SOURCE:DESTINATION]... [--first PATH]

Holds busybox, the test init, the named modules of the published kernel REL
with all that they need, decompressed, and any extra files. `--load` modules
are loaded at boot in that order; the rest wait for modprobe. `--first` is an
extra file that is loaded before any of them.
"""

import argparse
import lzma
import os
import stat
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
KERNELS = os.environ.get("VOUCH_KERNELS", "/cache/kernels")
BUSYBOX = "/bin/busybox"
FOLDERS = ("bin", "dev", "etc", "lib", "mnt", "proc", "ref", "results", "root",
	   "run", "sbin", "share", "sys", "tmp", "usr", "usr/bin", "usr/sbin", "var")


class Archive:
	"""A newc cpio archive: sorted, owned by root, all times zero."""

	def __init__(self):
		self.entries = {}

	def folder(self, path):
		path = path.strip("/")
		if path and path not in self.entries:
			self.folder(os.path.dirname(path))
			self.entries[path] = (stat.S_IFDIR | 0o755, b"")

	def link(self, path, target):
		self._add(path, stat.S_IFLNK | 0o777, target.encode())

	def file(self, path, data, mode=0o644):
		self._add(path, stat.S_IFREG | mode, data)

	def copy(self, path, source):
		with open(source, "rb") as handle:
			data = handle.read()
		self.file(path, data, 0o755 if os.access(source, os.X_OK) else 0o644)

	def _add(self, path, mode, data):
		path = path.strip("/")
		self.folder(os.path.dirname(path))
		self.entries[path] = (mode, data)

	def bytes(self):
		out = bytearray()
		for number, path in enumerate(sorted(self.entries), 1):
			mode, data = self.entries[path]
			append(out, number, mode, path, data)
		append(out, 0, 0, "TRAILER!!!", b"")
		out += b"\0" * (-len(out) % 512)
		return bytes(out)


def append(out, number, mode, path, data):
	name = path.encode() + b"\0"
	links = 2 if stat.S_ISDIR(mode) else 1
	fields = (number, mode, 0, 0, links, 0, len(data), 0, 0, 0, 0, len(name), 0)
	out += b"070701" + b"".join(b"%08x" % field for field in fields) + name
	out += b"\0" * (-len(out) % 4)
	out += data
	out += b"\0" * (-len(out) % 4)


def plain(path):
	"""A module's own name: kernel/a/b-c.ko.xz is b_c."""
	return os.path.basename(path).split(".ko")[0].replace("-", "_")


class Modules:
	"""The modules of one published kernel."""

	def __init__(self, release, kernels=KERNELS):
		self.release = release
		self.root = os.path.join(kernels, release, "lib/modules", release)
		self.path, self.needs = {}, {}
		with open(os.path.join(self.root, "modules.dep"), encoding="ascii") as handle:
			for line in handle:
				path, needs = line.split(":", 1)
				self.path[plain(path)] = path
				self.needs[plain(path)] = [plain(need) for need in needs.split()]
		with open(os.path.join(self.root, "modules.builtin"), encoding="ascii") as handle:
			self.builtin = {plain(line.strip()) for line in handle}

	def closure(self, names):
		"""The named modules and all that they need, in load order."""
		order = []
		for name in names:
			name = plain(name)
			if name in self.builtin:
				continue
			if name not in self.path:
				raise LookupError(f"{self.release} has no module {name}")
			# modules.dep lists what is needed with the nearest first.
			for each in [*reversed(self.needs[name]), name]:
				if each not in order:
					order.append(each)
		return order

	def read(self, name):
		with open(os.path.join(self.root, self.path[name]), "rb") as handle:
			data = handle.read()
		return lzma.decompress(data) if self.path[name].endswith(".xz") else data


def add_modules(archive, modules, names):
	"""Put modules and a modules.dep that modprobe reads into the archive."""
	folder = f"lib/modules/{modules.release}"
	order = modules.closure(names)
	for name in order:
		archive.file(f"{folder}/{name}.ko", modules.read(name))
	lines = (f"{name}.ko:" + "".join(f" {need}.ko" for need in modules.needs[name])
		 for name in order)
	archive.file(f"{folder}/modules.dep", "".join(f"{line}\n" for line in lines).encode())


def build(release, modules=(), load=(), files=(), first=()):
	"""The initramfs as uncompressed bytes; files are (source, destination)."""
	archive = Archive()
	for folder in FOLDERS:
		archive.folder(folder)
	archive.copy("bin/busybox", BUSYBOX)
	applets = subprocess.run([BUSYBOX, "--list"], check=True, capture_output=True, text=True)
	for applet in applets.stdout.split():
		if applet != "busybox":
			archive.link(f"bin/{applet}", "busybox")
	archive.copy("init", os.path.join(HERE, "init"))
	published = Modules(release)
	add_modules(archive, published, [*load, *modules])
	loaded = "".join(f"{name}\n" for name in published.closure(load))
	archive.file("etc/modules", loaded.encode())
	archive.file("etc/first", "".join(f"{path}\n" for path in first).encode())
	for source, destination in files:
		archive.copy(destination, source)
	return archive.bytes()


def write(path, data):
	"""Compress and put in place whole. One thread: more would change the bytes."""
	packed = subprocess.run(["zstd", "-q", "-3", "--single-thread", "-c"],
				input=data, check=True, capture_output=True).stdout
	os.makedirs(os.path.dirname(os.path.abspath(path)), exist_ok=True)
	with open(f"{path}.new", "wb") as handle:
		handle.write(packed)
	os.replace(f"{path}.new", path)


def main():
	parser = argparse.ArgumentParser(description="Build a reproducible initramfs.")
	parser.add_argument("--release", required=True)
	parser.add_argument("--out", required=True)
	parser.add_argument("--modules", default="", help="in the archive, for modprobe")
	parser.add_argument("--load", default="", help="loaded at boot, in this order")
	parser.add_argument("--file", action="append", default=[], metavar="SOURCE:DESTINATION")
	parser.add_argument("--first", action="append", default=[], metavar="PATH",
			    help="a module from --file, loaded before any other")
	args = parser.parse_args()
	try:
		write(args.out, build(args.release, args.modules.replace(",", " ").split(),
				      args.load.replace(",", " ").split(),
				      [each.split(":", 1) for each in args.file], args.first))
	except (LookupError, OSError) as error:
		sys.exit(f"initramfs.py: {error}")


if __name__ == "__main__":
	main()
