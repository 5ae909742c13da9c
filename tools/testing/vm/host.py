# SPDX-License-Identifier: GPL-2.0-only
"""The host VM."""

import json
import os
import subprocess
import time

from channel import VMError
from guest import Guest
from machine import BOOT_TIMEOUT, VM, choose, make_image, make_kernel
from qemu import KERNEL_ARGS, QEMU, Process, accel, control

OPTIONS = {
	"cpus": 2, "memory": "2G",
	"load": ("virtio_net", "9p", "9pnet_virtio"),
	"modules": ("kvm-amd", "kvm-intel", "vfio-pci", "vfio_iommu_type1"),
	"args": (),		# to QEMU
}
KERNEL_TIMEOUT = 240	# until it runs init
INIT = b"init: the kernel is up"
FIRST_SLOT = 0x10	# clear of what QEMU places by itself


def cmdline(lab, name, extra=""):
	"""The kernel command line of a host VM of this name."""
	shares = "".join(f" vouch.share={tag}:{path}:{mode}" for tag, _, path, mode in lab.shares)
	return f"{KERNEL_ARGS} intel_iommu=on vouch.name={name} vouch.ip=dhcp{shares} {extra}".strip()


class Host(VM):
	"""The host VM: QEMU with an IOMMU, the card's functions and 9p shares.

	In it: / of the reference root at /ref (read only), the Lab's folder at
	/results (also /ref/mnt), the source tree at /share.
	"""

	def __init__(self, lab, name, card, options):
		self.lab, self.card, self.options = lab, card, choose(OPTIONS, options)
		self.guests, self.process = [], None
		socket = lab.path(f"{name}.sock")
		super().__init__(name, lab.folder, socket)
		self.slots = {}
		self.argv = self._argv(socket)

	def cmdline(self, extra=""):
		return cmdline(self.lab, self.name, f"{self.options['append']} {extra}".strip())

	def _argv(self, socket):
		option = self.options
		argv = [*QEMU, *accel(self.lab.build), "-smp", str(option["cpus"]), "-m", option["memory"],
			"-object", f"memory-backend-memfd,id=mem,size={option['memory']},share=on",
			"-M", "q35,kernel-irqchip=split,memory-backend=mem",
			"-device", "intel-iommu,intremap=on,caching-mode=on",
			"-serial", f"file:{self.console.path}",
			*control(f"path={socket}"),
			"-netdev", "user,id=net", "-device", "virtio-net-pci,netdev=net,romfile="]
		for tag, source, _, mode in self.lab.shares:
			argv += ["-virtfs", f"local,path={source},mount_tag={tag},security_model=none,"
				 f"multidevs=remap{',readonly=on' if mode == 'ro' else ''}"]
		slot = FIRST_SLOT
		for name in self.card.functions if self.card else ():
			self.slots[name] = f"0000:00:{slot:02x}.0"
			argv += ["-device", json.dumps({
				"driver": "vfio-user-pci", "bus": "pcie.0", "addr": f"{slot:#x}",
				"socket": {"type": "unix", "path": self.card.sockets[name]}})]
			slot += 1
		return [*argv, *option["args"]]

	def start(self, release):
		image = self.image(release)
		kernel = make_kernel(self.lab.folder, release, self.options)
		argv = [*self.argv, "-kernel", kernel, "-initrd", image, "-append", self.cmdline()]
		self.process = Process(argv, self.lab.path(f"{self.name}.qemu"))
		if not self._comes_up():
			print(f"# {self.name}: its kernel hangs before init; trying again", flush=True)
			self.process.stop()
			self.console.forget()
			self.channel.again()
			self.process = Process(argv, self.lab.path(f"{self.name}.qemu"))
		self.channel.ready(BOOT_TIMEOUT)
		self._settle()

	def _comes_up(self):
		"""Whether the kernel reaches init. On a busy machine an emulated one with
		two CPUs at times spins for ever where it brings up the second: nothing of
		ours has run by then.
		"""
		deadline = time.monotonic() + KERNEL_TIMEOUT
		while not (self.console.has(INIT) or self.channel.heard()):
			self.check()
			if time.monotonic() > deadline:
				return False
			time.sleep(0.3)
		return True

	def image(self, release):
		"""The initramfs for a release, as the options say."""
		return make_image(self.lab.path(f"{self.name}-{release}.img"), release, self.options)

	def _settle(self):
		self.must("""
			mount -t proc proc /ref/proc
			mount --rbind /dev /ref/dev
			mount --bind /sys /ref/sys
			mount -t tmpfs tmpfs /ref/tmp
			mount --bind /results /ref/mnt""")

	def check(self):
		super().check()
		if self.process and not self.process.running():
			raise VMError(f"{self.name}: QEMU ended: {self.process.said()}\n"
				      f"{self.console.tail()}")

	def results(self, path):
		"""Where a file of the Lab's folder is in the VM's chroot of /ref."""
		return os.path.join("/mnt", os.path.relpath(path, self.lab.folder))

	def enable_kvm(self):
		"""Load KVM and VFIO."""
		self.must("""
			set -e
			modprobe vfio_iommu_type1
			modprobe vfio-pci
			if grep -qw svm /proc/cpuinfo; then modprobe kvm-amd; else modprobe kvm-intel; fi
			[ -c /dev/kvm ] && [ -c /dev/vfio/vfio ]""")

	def give_to_vfio(self, address):
		"""Take a PCI function from its driver and give it to vfio-pci."""
		self.must(f"""
			set -e
			cd /sys/bus/pci/devices/{address}
			echo vfio-pci > driver_override
			[ ! -e driver ] || echo {address} > driver/unbind
			echo {address} > /sys/bus/pci/drivers_probe
			[ "$(basename "$(readlink driver)")" = vfio-pci ]""")

	def guest(self, name, release, function=None, **options):
		"""Start a nested guest, with a card function passed through."""
		address = self.slots.get(function, function)
		guest = Guest(self, name, address, options)
		self.guests.append(guest)
		guest.start(release)
		return guest

	def kexec(self, release=None, kernel=None, image=None, append="", load_only=False):
		"""Load the next kernel by file and jump; returns when it is up.

		release names a published kernel; kernel and image are files in the
		Lab's folder that replace it. load_only returns without the jump.
		"""
		self._load("-l", release, kernel, image, append)
		if not load_only:
			self.jump()

	def load_crash(self, release, kernel=None):
		"""Load what a panic starts."""
		self._load("-p", release, kernel, None, "nr_cpus=1")

	def _load(self, how, release, kernel, image, append):
		kernel = kernel or make_kernel(self.lab.folder, release, self.options)
		image = image or self.image(release)
		for guest in list(self.guests):
			guest.stop()
		self.must(f"chroot /ref kexec -s {how} {self.results(kernel)} "
			  f"--initrd={self.results(image)} "
			  f"--command-line='{self.cmdline(append)}'", BOOT_TIMEOUT)

	def jump(self):
		"""Execute what kexec() loaded."""
		self.channel.send("sync; chroot /ref kexec -e", BOOT_TIMEOUT)
		self.channel.ready(BOOT_TIMEOUT)
		self._settle()

	def stop(self, timeout=60):
		"""Power off and fail when the console showed trouble."""
		for guest in list(self.guests):
			guest.stop()
		self.channel.send("sync; poweroff -f")
		try:
			self.process.child.wait(timeout)
		except subprocess.TimeoutExpired as error:
			raise VMError(f"{self.name}: does not power off") from error
		VM.check(self)
		self.close()

	def close(self):
		if self.process:
			self.process.stop()
		for guest in self.guests:
			guest.channel.close()
		self.channel.close()
		self.lab.hosts.remove(self)
