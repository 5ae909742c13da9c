# SPDX-License-Identifier: GPL-2.0-only
"""Test VMs with the card attached: a host VM and guests nested in it.

    with Lab("demo") as lab:
        card = lab.card(["host", "guest1"])
        host = lab.host(release, card=card, files=[(ko, "vouch.ko")])
        status, text = host.run("insmod /vouch.ko && uname -r")
        guest = host.guest("guest1", release, function="guest1")
        guest.run("ip address")
        guest.stop()
        host.kexec(second)

Everything started dies with the Lab, which also fails when a console shows
a kernel warning. Runs in the reference root only, as root.
"""

import contextlib
import ctypes
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import initramfs
from channel import Channel, Console, VMError

TREE = os.path.abspath(os.path.join(os.path.dirname(__file__), "../../.."))
BUILD = os.path.join(TREE, "build")
KERNELS = initramfs.KERNELS
BOOT_TIMEOUT = 300
HOST_LOAD = ("virtio_net", "9p", "9pnet_virtio")
HOST_MODULES = ("kvm-amd", "kvm-intel", "vfio-pci", "vfio_iommu_type1")
GUEST_LOAD = ("virtio_net",)
KERNEL_ARGS = ("console=ttyS0 loglevel=5 panic=-1 oops=panic panic_on_warn=1 "
	       "rcupdate.rcu_cpu_stall_timeout=300 nowatchdog")
FIRST_SLOT = 4


def releases():
	"""The kernel releases under test, newest first; the last is the LTS."""
	with open("/etc/vouch-kernels", encoding="ascii") as handle:
		return handle.read().split()


def vmlinuz(release):
	return os.path.join(KERNELS, release, "vmlinuz")


def vouch_ko(release):
	return os.path.join(BUILD, "kmod", release, "vouch.ko")


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


class Card(Process):
	"""vouch-cardd with a socket a function."""

	def __init__(self, folder, functions, state, program, args):
		self.functions, self.state, self.folder = functions, state, folder
		self.sockets = {name: os.path.join(folder, f"card-{name}.sock") for name in functions}
		for path in self.sockets.values():
			with contextlib.suppress(FileNotFoundError):
				os.unlink(path)
		argv = [program, "--state", state]
		for name in functions:
			argv += ["--function", f"{name}={self.sockets[name]}"]
		super().__init__([*argv, *args], os.path.join(folder, "card.log"))
		deadline = time.monotonic() + 60
		while not all(os.path.exists(path) for path in self.sockets.values()):
			if not self.running() or time.monotonic() > deadline:
				raise VMError(f"card: no sockets: {self.said()}")
			time.sleep(0.05)


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


class Host(VM):
	"""The host VM: QEMU with an IOMMU, the card's functions and 9p shares.

	In it: / of the reference root at /ref (read only), the Lab's folder at
	/results (also /ref/mnt), the source tree at /share.
	"""

	def __init__(self, lab, release, card, options):
		self.lab, self.card, self.options = lab, card, options
		self.guests, self.process = [], None
		socket = lab.path(f"{options['name']}.sock")
		super().__init__(options["name"], lab.folder, socket)
		self.slots = {}
		self.argv = self._argv(socket)
		self.start(release)

	def cmdline(self, extra=""):
		shares = "".join(f" vouch.share={tag}:{path}:{mode}"
				 for tag, _, path, mode in self.lab.shares)
		return (f"{KERNEL_ARGS} intel_iommu=on vouch.name={self.name} vouch.ip=dhcp"
			f"{shares} {self.options['append']} {extra}").strip()

	def _argv(self, socket):
		option = self.options
		argv = [*QEMU, *accel(self.lab), "-smp", str(option["cpus"]), "-m", option["memory"],
			"-object", f"memory-backend-memfd,id=mem,size={option['memory']},share=on",
			"-M", "q35,kernel-irqchip=split,memory-backend=mem",
			"-device", "intel-iommu,intremap=on,caching-mode=on",
			"-serial", f"file:{self.console.path}",
			"-device", "virtio-serial-pci",
			"-chardev", f"socket,id=control,path={socket}",
			"-device", "virtserialport,chardev=control,name=vouch.control",
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
		self.process = Process([*self.argv, "-kernel", vmlinuz(release), "-initrd", image,
					"-append", self.cmdline()],
				       self.lab.path(f"{self.name}.qemu"))
		self.channel.ready(BOOT_TIMEOUT)
		self._settle()

	def image(self, release):
		"""The initramfs for a release, as the options say; made once."""
		path = self.lab.path(f"{self.name}-{release}.img")
		option = self.options
		files = [(each[0].replace("@REL@", release), each[1]) for each in option["files"]]
		initramfs.write(path, initramfs.build(release, option["modules"],
						      option["load"], files))
		return path

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
		guest = Guest(self, name, release, address, options)
		self.guests.append(guest)
		return guest

	def kexec(self, release=None, kernel=None, image=None, append="", load_only=False):
		"""Load the next kernel by file and jump; returns when it is up.

		release names a published kernel; kernel and image are files in the
		Lab's folder that replace it. load_only returns without the jump.
		"""
		if not kernel:
			kernel = self.lab.path(f"vmlinuz-{release}")
			shutil.copyfile(vmlinuz(release), kernel)
		image = image or self.image(release)
		for guest in list(self.guests):
			guest.stop()
		self.must(f"chroot /ref kexec -s -l {self.results(kernel)} "
			  f"--initrd={self.results(image)} "
			  f"--command-line='{self.cmdline(append)}'", BOOT_TIMEOUT)
		if not load_only:
			self.jump()

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
		if self in self.lab.hosts:
			self.lab.hosts.remove(self)


class Guest(VM):
	"""A VM in the host VM, under the host kernel's own KVM."""

	def __init__(self, host, name, release, address, options):
		self.host = host
		super().__init__(name, host.folder)
		image = host.lab.path(f"{name}.img")
		kernel = host.lab.path(f"vmlinuz-{release}")
		shutil.copyfile(vmlinuz(release), kernel)
		files = [(each[0].replace("@REL@", release), each[1])
			 for each in options.get("files", ())]
		initramfs.write(image, initramfs.build(release, options.get("modules", ()),
						       options.get("load", GUEST_LOAD), files))
		argv = [QEMU[0], *QEMU[1:], "-accel", "kvm", "-cpu", "host", "-M", "q35",
			"-smp", str(options.get("cpus", 1)), "-m", options.get("memory", "512M"),
			"-daemonize", "-pidfile", f"/tmp/{name}.pid",
			"-serial", f"file:{host.results(self.console.path)}",
			"-device", "virtio-serial-pci",
			"-chardev", f"socket,id=control,host=10.0.2.2,port={self.channel.port}",
			"-device", "virtserialport,chardev=control,name=vouch.control",
			"-netdev", "user,id=net,net=10.0.3.0/24",
			"-device", "virtio-net-pci,netdev=net,romfile=",
			"-kernel", host.results(kernel), "-initrd", host.results(image), "-append",
			f"'{KERNEL_ARGS} vouch.name={name} vouch.ip=dhcp {options.get('append', '')}'"]
		if address:
			argv += ["-device", f"vfio-pci,host={address}"]
		host.must(f"chroot /ref {' '.join(argv)}", BOOT_TIMEOUT)
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


QEMU = ("qemu-system-x86_64", "-no-user-config", "-nodefaults", "-display", "none",
	"-no-reboot")


class Lab:
	"""A folder of results and everything that runs for one test."""

	def __init__(self, name):
		if not os.environ.get("VOUCH_INSIDE"):
			sys.exit("runs in the reference root: tools/testing/vm/enter ...")
		self.name, self.folder = name, os.path.join(BUILD, "vm", name)
		self.hosts, self.cards = [], []
		shutil.rmtree(self.folder, ignore_errors=True)
		os.makedirs(self.folder)
		# Without the mounts below it: no /proc, /dev or cache of this machine.
		self.root = tempfile.mkdtemp(prefix="vouch-root-")
		subprocess.run(["mount", "--bind", "/", self.root], check=True)
		self.shares = [("root", self.root, "/ref", "ro"),
			       ("results", self.folder, "/results", "rw"),
			       ("tree", TREE, "/share", "ro")]

	def path(self, name):
		return os.path.join(self.folder, name)

	def card(self, functions, state=None, program=None, args=()):
		card = Card(self.folder, functions, state or self.path("card"),
			    program or os.path.join(BUILD, "bin/vouch-cardd"), args)
		self.cards.append(card)
		return card

	def host(self, release, card=None, name="host", **options):
		defaults = {"name": name, "cpus": 2, "memory": "2G", "files": (), "args": (),
			    "load": HOST_LOAD, "modules": HOST_MODULES, "append": ""}
		unknown = set(options) - set(defaults)
		if unknown:
			raise TypeError(f"unknown options: {unknown}")
		host = Host.__new__(Host)
		self.hosts.append(host)
		host.process = None
		Host.__init__(host, self, release, card, {**defaults, **options})
		return host

	def close(self):
		for host in list(self.hosts):
			if host.process:
				host.close()
		for card in self.cards:
			card.stop()
		subprocess.run(["umount", self.root], check=False)
		os.rmdir(self.root)

	def __enter__(self):
		signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
		return self

	def __exit__(self, kind, error, trace):
		self.close()


def accel(lab):
	return ["-accel", "tcg", "-cpu", "max"]
