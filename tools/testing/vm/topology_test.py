#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""The harness itself: every piece that the scenarios stand on, and that it
fails where it has to. QEMU's edu device stands in for a card function."""

import socket
import sys
import threading
import time

import frame
import initramfs
from channel import Channel
from tap import Tap
from vm import Lab, VMError, releases

EDU = "0000:00:18.0"
START = time.monotonic()
tap = Tap()


def step(passed, text, *diagnostics):
	tap.ok(passed, text, *diagnostics)
	tap.note(f"at {time.monotonic() - START:.0f} s")


def raises(call, part):
	"""Whether call() fails with VMError that names part."""
	try:
		call()
	except VMError as error:
		return part in str(error), error
	return False, "no error at all"


def answer_once(listener):
	"""Echo one line back in capitals."""
	peer, _ = listener.accept()
	with peer:
		peer.sendall(peer.recv(4096).upper())


def images():
	for release in releases():
		first, again = (initramfs.build(release, ["kvm-amd", "vfio-pci"], ["virtio_net", "9p"])
				for _ in range(2))
		step(first == again, f"{release}: the initramfs is reproducible")


def network(guest):
	with socket.create_server(("127.0.0.1", 0)) as listener:
		threading.Thread(target=answer_once, args=(listener,), daemon=True).start()
		port = listener.getsockname()[1]
		output = guest.must(f"echo from inside | nc -w 20 10.0.2.2 {port}")
	step("FROM INSIDE" in output, "guest: TCP to the outermost machine and back", output)


def nested(host, release):
	host.enable_kvm()
	host.give_to_vfio(EDU)
	guest = host.guest("guest1", release, function=EDU)
	step(guest.release == release, f"guest {release} runs under the host VM's KVM")
	found = guest.must("cat /sys/bus/pci/devices/*/uevent")
	step("PCI_ID=1234:11E8" in found, "guest: the function passed through is there", found)
	network(guest)
	data = bytes(range(256)) * 300
	guest.put("/tmp/data", data)
	step(guest.get("/tmp/data") == data, "guest: files go in and come out whole")
	guest.stop()
	step(not host.guests, "guest: powers off")


def topology(lab):
	newest, second, lts = releases()
	host = lab.host(newest, args=["-device", f"edu,addr={EDU[8:10]}"])
	step(host.release == newest, f"host VM boots {newest}")
	step(host.run("echo out; echo err >&2; exit 3") == (3, "out\nerr\n"),
	     "host: exit status and both outputs")
	began = time.monotonic()
	status, _ = host.run("sleep 1000", timeout=3)
	step(status == 143 and time.monotonic() - began < 60, "host: a command is timed out", status)
	nested(host, second)
	for release in (second, lts):
		boot = host.channel.boot
		host.kexec(release)
		step(host.release == release and host.channel.boot != boot, f"host: kexec into {release}")
	nested(host, newest)
	host.stop()
	step(True, "host: powers off with a clean console")


def failures(lab):
	silent = Channel("silent", lambda: None, lab.path("silent.sock"))
	passed, error = raises(lambda: silent.ready(2), "timed out")
	step(passed, "silence is a failure", error)
	silent.close()
	host = lab.host(releases()[0], name="victim")
	warning = "echo '<4>WARNING: CPU: 0 made up for this test' > /dev/kmsg; sleep 1"
	passed, error = raises(lambda: host.run(warning), "made up for this test")
	step(passed, "a kernel warning is a failure", error)
	passed, error = raises(lambda: host.run("echo c > /proc/sysrq-trigger; sleep 100"),
			       "kernel trouble")
	step(passed, "a panic is a failure", error)
	host.process.child.wait(60)
	while host.console.trouble():
		pass
	passed, error = raises(lambda: host.run("true"), "QEMU ended")
	step(passed, "a VM that is gone is a failure", error)
	host.close()


def scenario(lab):
	topology(lab)
	failures(lab)


def main():
	images()
	return frame.run(tap, Lab("topology"), scenario)


if __name__ == "__main__":
	sys.exit(main())
