# SPDX-License-Identifier: GPL-2.0-only
"""A guest, nested in the host VM."""

import contextlib
import os
import shlex
import time

from channel import VMError
from machine import BOOT_TIMEOUT, VM, choose, make_image, make_kernel
from qemu import KERNEL_ARGS, QEMU, control

OPTIONS = {"load": ("virtio_net",)}
ATTEMPTS = 4

# Under TCG the type of a guest's last exception stays in exit_int_info (QEMU's
# handle_even_inj clears only its valid bit), and KVM 7.2 looks at the type: an
# emulated memory access that follows counts as one during event delivery. "KVM
# internal error. Suberror: 3", once in ten boots; port I/O needs no such access.
PORT_IO = ",disable-modern=on,disable-legacy=off"


class EmulatorError(VMError):
	"""The inner QEMU stopped its guest; the guest did nothing wrong."""


class Guest(VM):
	"""A VM in the host VM, under the host kernel's own KVM."""

	def __init__(self, host, name, address, options):
		self.host, self.address, self.options = host, address, choose(OPTIONS, options)
		super().__init__(name, host.folder)
		self.said = os.path.join(host.folder, f"{name}.qemu")

	def start(self, release):
		"""Boot; a boot that the emulator itself broke is tried again."""
		image = make_image(self.host.lab.path(f"{self.name}.img"), release, self.options)
		kernel = make_kernel(self.folder, release, self.options)
		for attempt in range(1, ATTEMPTS + 1):
			try:
				self._boot(kernel, image)
				return
			except EmulatorError as error:
				if attempt == ATTEMPTS:
					raise
				print(f"# {error}; trying again", flush=True)
				self._forget()

	def _boot(self, kernel, image):
		cmdline = f"{KERNEL_ARGS} vouch.name={self.name} vouch.ip=dhcp {self.options['append']}"
		argv = [*QEMU, "-accel", "kvm", "-cpu", "host", "-M", "q35",
			"-smp", str(self.options["cpus"]), "-m", self.options["memory"],
			"-daemonize", "-pidfile", f"/tmp/{self.name}.pid",
			"-serial", f"file:{self.host.results(self.console.path)}",
			*control(f"host=10.0.2.2,port={self.channel.port}", PORT_IO),
			"-netdev", "user,id=net,net=10.0.3.0/24",
			"-device", f"virtio-net-pci,netdev=net,romfile={PORT_IO}",
			"-kernel", self.host.results(kernel), "-initrd", self.host.results(image),
			"-append", cmdline.strip(),
			# With a log of its own, a daemon keeps its error output.
			"-D", self.host.results(f"{self.said}.log")]
		if self.address:
			argv += ["-device", f"vfio-pci,host={self.address}"]
		self.host.must(f"chroot /ref {shlex.join(argv)} 2> /results/{self.name}.qemu",
			       BOOT_TIMEOUT)
		self.channel.ready(BOOT_TIMEOUT)

	def _forget(self):
		"""End a QEMU that stopped and take nothing more from it."""
		self.host.must(f"kill -9 $(cat /ref/tmp/{self.name}.pid); sleep 1; rm -f /ref/tmp/{self.name}.pid")
		self.channel.close()
		super().__init__(self.name, self.folder)

	def check(self):
		super().check()
		self.host.check()
		with contextlib.suppress(FileNotFoundError):
			with open(self.said, encoding="utf-8", errors="replace") as handle:
				found = [line for line in handle if "KVM internal error" in line]
			if found:
				raise EmulatorError(f"{self.name}: {found[0].strip()}")

	def running(self):
		return self.host.run(f"kill -0 $(cat /ref/tmp/{self.name}.pid)")[0] == 0

	def stop(self, timeout=60):
		"""Power off; the host's QEMU is gone when this returns."""
		self.channel.send("sync; poweroff -f")
		deadline = time.monotonic() + timeout
		while self.running():
			if time.monotonic() > deadline:
				raise VMError(f"{self.name}: does not power off")
			time.sleep(0.3)
		self.check()
		self.channel.close()
		self.host.guests.remove(self)
