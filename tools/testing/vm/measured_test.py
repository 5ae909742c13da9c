#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""measured_test.py: a host whose firmware measures what it starts (OVMF, with
swtpm behind tpm-crb) quotes that over the card's epoch nonce, and the verifier
takes it as the root of the history. Prints TAP."""

import os
import re
import shutil
import subprocess
import sys
import time

from card import call, make_card
from qemu import Process
from tap import Tap
from vm import Lab, VMError, releases, vouch_ko

AGENT = "/src/build/bin/vouch-agent"
OVMF = "/usr/share/OVMF/OVMF_{}_4M.fd"
TPM = "-chardev socket,id=tpm,path={} -tpmdev emulator,id=tpm0,chardev=tpm -device tpm-crb,tpmdev=tpm0"
tap = Tap()


def start_tpm(lab):
	"""swtpm with the SHA-384 bank alone; returns process and socket."""
	state, path = lab.path("tpm"), lab.path("tpm.sock")
	os.makedirs(state)
	call("swtpm_setup", "--tpm2", "--tpmstate", state, "--pcr-banks", "sha384")
	process = Process(["swtpm", "socket", "--tpm2", "--tpmstate", f"dir={state}",
			   "--ctrl", f"type=unixio,path={path}"], lab.path("swtpm.log"))
	deadline = time.monotonic() + 30
	while not os.path.exists(path):
		if not process.running() or time.monotonic() > deadline:
			raise VMError(f"swtpm: {process.said()}")
		time.sleep(0.05)
	return process, path


def firmware(lab):
	"""QEMU's arguments for OVMF with variables of its own."""
	code, variables = OVMF.format("CODE"), lab.path("vars.fd")
	shutil.copy(OVMF.format("VARS"), variables)
	return ["-drive", f"if=pflash,format=raw,unit=0,readonly=on,file={code}",
		"-drive", f"if=pflash,format=raw,unit=1,file={variables}"]


def agent(host, *args):
	return host.run(f"chroot /ref {AGENT} {' '.join(args)} 2>&1", 120)


def records(host, kind):
	"""Lines of `vouch log` for records of a type."""
	log = host.must("chroot /ref /src/build/bin/vouch log")
	return [line for line in log.splitlines() if re.search(rf"\b{kind}\b", line)]


def replay(lab, events):
	"""PCR 0 to 9 as tpm2_eventlog, which is not ours, computes them."""
	text = subprocess.run(["tpm2_eventlog", events], capture_output=True, text=True,
			      check=True).stdout
	lab.events = text.count("EventType:") - text.count("EV_NO_ACTION")
	return dict(re.findall(r"^ {4}(\d+) *: 0x([0-9a-f]{96})$", text, re.M))


def quoted(lab, host):
	tap.ok("tpm0" in host.must("ls /dev"), "the host has a TPM")
	host.must("for at in '' /ref; do "
		  "mount -t securityfs securityfs $at/sys/kernel/security || exit; done; "
		  "cp /sys/kernel/security/tpm0/binary_bios_measurements /results/events")
	pcrs = replay(lab, lab.path("events"))
	tap.ok("4" in pcrs and "9" in pcrs, "its firmware measured the kernel and what it was given")
	host.must("insmod /vouch.ko", 120)
	status, output = agent(host, "key")
	with open(lab.path("key.pem"), "w", encoding="ascii") as file:
		file.write(output)
	tap.ok(status == 0 and "BEGIN PUBLIC KEY" in output, "the agent prints the TPM's key", output)
	status, output = agent(host, "quote")
	tap.ok(status == 0 and f"recorded {lab.events} events" in output,
	       "the agent records every event, and a quote", output)
	for kind, wanted in (("tpm-key", 1), ("tpm-events", (lab.events + 3) // 4),
			     ("tpm-quote", 1), ("tpm-signature", 1)):
		found = records(host, kind)
		tap.ok(len(found) == wanted, f"{wanted} records of type {kind}", *found)
	status, output = agent(host, "quote")
	tap.ok(status == 1 and "has its quote already" in output, "a second quote is refused", output)
	status, output = agent(host, "quote", "--events", "/etc/passwd", "--tpm", "/dev/null")
	tap.ok(status == 1, "not a TPM: an error, not a hang", output)


def scenario(lab):
	release = releases()[0]
	tpm, path = start_tpm(lab)
	try:
		card = lab.card(["host"], state=make_card(lab.path("ca"), lab.path("card")))
		host = lab.host(release, card=card, files=[(vouch_ko(release), "/vouch.ko")],
				args=[*TPM.format(path).split(), *firmware(lab)])
		host.must("mount --bind /share /ref/src")
		quoted(lab, host)
		host.stop()
	finally:
		tpm.stop()


def main():
	try:
		with Lab("measured") as lab:
			scenario(lab)
	except (VMError, subprocess.CalledProcessError) as error:
		tap.ok(False, "the scenario went through", error, getattr(error, "stderr", ""))
	return tap.done()


if __name__ == "__main__":
	sys.exit(main())
