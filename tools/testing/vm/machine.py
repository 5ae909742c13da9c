# SPDX-License-Identifier: GPL-2.0-only
"""What host VM and guest have in common."""

import os
import shutil

import initramfs
from channel import Channel, Console, VMError
from qemu import vmlinuz

BOOT_TIMEOUT = 900


# Options of every VM. In a path, {release} stands for the kernel release.
OPTIONS = {
	"cpus": 1, "memory": "512M",
	"append": "",		# to the kernel's command line
	"kernel": None,		# instead of the published image
	"image": None,		# an initramfs; without it one is made from:
	"files": (),		# (source, destination in the VM)
	"first": (),		# of those destinations: modules to load before any other
	"load": (),		# published modules that are loaded at boot
	"modules": (),		# those that are there for modprobe
}


def choose(defaults, options):
	"""A VM's options: an unknown one is a mistake."""
	unknown = set(options) - set(OPTIONS) - set(defaults)
	if unknown:
		raise TypeError(f"unknown options: {sorted(unknown)}")
	return {**OPTIONS, **defaults, **options}


def make_kernel(folder, release, options):
	"""Put a VM's kernel image into the folder; returns its path."""
	source = (options["kernel"] or vmlinuz(release)).replace("{release}", release)
	path = os.path.join(folder, f"vmlinuz-{release}")
	if os.path.abspath(source) != path:
		shutil.copyfile(source, path)
	return path


def make_image(path, release, options):
	"""Write the initramfs that a VM's options ask for; returns its path."""
	if options["image"]:
		shutil.copyfile(options["image"].replace("{release}", release), path)
		return path
	files = [(source.replace("{release}", release), to)
		 for source, to in options["files"]]
	initramfs.write(path, initramfs.build(release, options["modules"], options["load"],
					      files, options["first"]))
	return path


class VM:
	"""What host VM and guest share: a control channel and a console."""

	def __init__(self, name, folder, path=None):
		self.name, self.folder = name, folder
		self.console = Console(os.path.join(folder, f"{name}.console"))
		self.channel = Channel(name, self.check, path)

	def check(self):
		line = self.console.trouble()
		if line:
			raise VMError(f"{self.name}: kernel trouble: {line}\n{self.console.tail()}")

	@property
	def release(self):
		return self.channel.release

	def run(self, command, timeout=60):
		"""Run a shell command: (exit status, output as text)."""
		status, output = self.channel.run(command, timeout)
		return status, output.decode(errors="replace")

	def must(self, command, timeout=60):
		"""Run a command that has to succeed and return its output."""
		status, output = self.run(command, timeout)
		if status:
			raise VMError(f"{self.name}: `{command}` ended with {status}:\n{output}")
		return output

	def put(self, path, data, mode=0o644):
		self.channel.put(path, data, mode)

	def get(self, path):
		return self.channel.get(path)
