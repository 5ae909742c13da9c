# SPDX-License-Identifier: GPL-2.0-only
"""A guest, nested in the host VM."""

import shlex
import time

from channel import VMError
from machine import BOOT_TIMEOUT, VM, choose, make_image, make_kernel
from qemu import KERNEL_ARGS, QEMU, control

OPTIONS = {"load": ("virtio_net",)}


class Guest(VM):
	"""A VM in the host VM, under the host kernel's own KVM."""

	def __init__(self, host, name, address, options):
		self.host, self.address, self.options = host, address, choose(OPTIONS, options)
		super().__init__(name, host.folder)

	def start(self, release):
		image = make_image(self.host.lab.path(f"{self.name}.img"), release, self.options)
		kernel = make_kernel(self.folder, release, self.options)
		cmdline = f"{KERNEL_ARGS} vouch.name={self.name} vouch.ip=dhcp {self.options['append']}"
		argv = [*QEMU, "-accel", "kvm", "-cpu", "host", "-M", "q35",
			"-smp", str(self.options["cpus"]), "-m", self.options["memory"],
			"-daemonize", "-pidfile", f"/tmp/{self.name}.pid",
			"-serial", f"file:{self.host.results(self.console.path)}",
			*control(f"host=10.0.2.2,port={self.channel.port}"),
			"-netdev", "user,id=net,net=10.0.3.0/24",
			"-device", "virtio-net-pci,netdev=net,romfile=",
			"-kernel", self.host.results(kernel), "-initrd", self.host.results(image),
			"-append", cmdline.strip()]
		if self.address:
			argv += ["-device", f"vfio-pci,host={self.address}"]
		self.host.must(f"chroot /ref {shlex.join(argv)}", BOOT_TIMEOUT)
		self.channel.ready(BOOT_TIMEOUT)

	def check(self):
		super().check()
		self.host.check()

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
