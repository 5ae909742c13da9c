# SPDX-License-Identifier: GPL-2.0-only
"""QEMU: how it is called here, as a child that cannot outlive its parent."""

import ctypes
import os
import signal
import subprocess

import initramfs
from channel import Channel, VMError

TREE = os.path.abspath(os.path.join(os.path.dirname(__file__), "../../.."))
BUILD = os.path.join(TREE, "build")
QEMU = ("qemu-system-x86_64", "-no-user-config", "-nodefaults", "-display", "none",
	"-no-reboot")
KERNEL_ARGS = ("console=ttyS0 loglevel=5 panic=-1 oops=panic panic_on_warn=1 "
	       "rcupdate.rcu_cpu_stall_timeout=300 nowatchdog no_timer_check")
# Four levels of page tables: with five, an interrupt while a KASAN kernel looks at its
# first CPU makes it take good addresses for wild ones, and every walk is longer.
TCG = ("-accel", "tcg", "-cpu", "max,la57=off")
KVM = ("-accel", "kvm", "-cpu", "host")
PROBE_SECONDS = 10


def releases():
	"""The kernel releases under test, newest first; the last is the LTS."""
	with open("/etc/vouch-kernels", encoding="ascii") as handle:
		return handle.read().split()


def vmlinuz(release):
	return os.path.join(initramfs.KERNELS, release, "vmlinuz")


def control(where, options=""):
	"""Arguments for the control port, a client of the Channel's listener."""
	return ["-device", f"virtio-serial-pci{options}", "-chardev", f"socket,id=control,{where}",
		"-device", "virtserialport,chardev=control,name=vouch.control"]


def die_with_parent():
	ctypes.CDLL(None).prctl(1, signal.SIGKILL)


class Process:
	"""A child that is ended with its parent, its output in a file."""

	def __init__(self, argv, log):
		self.argv, self.log = argv, log
		with open(log, "ab") as out:
			self.child = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=out,
						      stderr=out, preexec_fn=die_with_parent)

	def running(self):
		return self.child.poll() is None

	def said(self):
		with open(self.log, encoding="utf-8", errors="replace") as handle:
			return handle.read()[-2000:].strip()

	def kill(self, sig=signal.SIGKILL):
		if self.running():
			self.child.send_signal(sig)

	def stop(self, timeout=10):
		self.kill(signal.SIGTERM)
		try:
			self.child.wait(timeout)
		except subprocess.TimeoutExpired:
			self.kill()
			self.child.wait()


def kvm_runs(folder):
	"""Boot once under KVM: a device node that opens proves nothing."""
	if not os.access("/dev/kvm", os.R_OK | os.W_OK):
		return False
	release = releases()[0]
	image, path = os.path.join(folder, "probe.img"), os.path.join(folder, "probe.sock")
	initramfs.write(image, initramfs.build(release, ["kvm-amd", "kvm-intel"]))
	channel = Channel("probe", lambda: None, path)
	process = Process([*QEMU, *KVM, "-m", "512M", *control(f"path={path}"),
			   "-kernel", vmlinuz(release), "-initrd", image,
			   "-append", KERNEL_ARGS], os.path.join(folder, "probe.qemu"))
	try:
		channel.ready(PROBE_SECONDS)
		nested = "modprobe kvm-amd || modprobe kvm-intel; [ -c /dev/kvm ]"
		return channel.run(nested, PROBE_SECONDS)[0] == 0
	except VMError:
		return False
	finally:
		process.stop(1)
		channel.close()
		os.unlink(path)


def accel(folder):
	"""QEMU's arguments for the accelerator; VOUCH_ACCEL=tcg or kvm decides."""
	choice = os.environ.get("VOUCH_ACCEL")
	known = os.path.join(folder, "accel")
	if not choice:
		try:
			with open(known, encoding="ascii") as handle:
				choice = handle.read().strip()
		except FileNotFoundError:
			choice = "kvm" if kvm_runs(folder) else "tcg"
			with open(known, "w", encoding="ascii") as handle:
				handle.write(f"{choice}\n")
	return KVM if choice == "kvm" else TCG
