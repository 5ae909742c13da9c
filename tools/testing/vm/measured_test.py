#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""measured_test.py: a host whose firmware measures what it starts (OVMF, with
swtpm behind tpm-crb) quotes that over the card's epoch nonce, and the verifier
takes it as the root of the history, or says why not. Prints TAP."""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, "../demo"), os.path.join(HERE, "../card")]

# pylint: disable=wrong-import-position
import frame
import rogue
from card import call
from host import cmdline
from parties import HOST_OPTIONS, Auditor, Provider, ThirdParty, new_key
from tap import Tap
from vm import TREE, Lab, releases, vmlinuz

AGENT = "/src/build/bin/vouch-agent"
ALTER = os.path.join(TREE, "tools/testing/demo/alter_kernel.py")
OVMF = "/usr/share/OVMF/OVMF_{}_4M.fd"
# What OVMF gives the kernel beside what QEMU was told.
ADDED = " initrd=initrd"
AFFIRMED, WARNED, REFUSED = "AUTHENTIC", "AUTHENTIC, with warnings", "NOT AUTHENTIC"
PROVEN = f"{AFFIRMED}: "
TPM_KEY, TPM_EVENTS, TPM_QUOTE, TPM_SIGNATURE = 65, 66, 67, 68
TYPES = {"tpm-key": TPM_KEY, "tpm-events": TPM_EVENTS, "tpm-quote": TPM_QUOTE,
	 "tpm-signature": TPM_SIGNATURE}
ACCEPT = ("root-self-asserted", "new-root", "operator-declared-initramfs", "tpm-key-unknown",
	  "tpm-key-other-card", "tpm-quote-nonce", "tpm-events-mismatch", "tpm-loader-unknown",
	  "tpm-input-unknown", "tpm-restart-unproven", "tpm-cmdline-differs")
tap = Tap()


def firmware(lab):
	"""QEMU's arguments for OVMF with variables of its own."""
	code, variables = OVMF.format("CODE"), lab.path("vars.fd")
	shutil.copy(OVMF.format("VARS"), variables)
	return ["-drive", f"if=pflash,format=raw,unit=0,readonly=on,file={code}",
		"-drive", f"if=pflash,format=raw,unit=1,file={variables}"]


def agent(host, *args):
	return host.run(f"chroot /ref {AGENT} {' '.join(args)} 2>&1", 120)


def secure_boot(host):
	"""What this kernel said of it: this OVMF has no keys enrolled."""
	told = [record["name"] for record in read_log(host) if record["type"] == "secure-boot"]
	tap.ok(told and set(told) == {"disabled"}, "Secure Boot is recorded as disabled", told)


def read_log(host):
	return json.loads(host.must("vouch log --json", 120))["records"]


def replay(events):
	"""PCR 0 to 9 as tpm2_eventlog, which is not ours, computes them, and how many
	events extend one."""
	text = subprocess.run(["tpm2_eventlog", events], capture_output=True, text=True,
			      check=True).stdout
	return (dict(re.findall(r"^ {4}(\d+) *: 0x([0-9a-f]{96})$", text, re.M)),
		text.count("EventType:") - text.count("EV_NO_ACTION"))


class Measured:
	"""Third party, provider and auditor, and the hosts that they judge."""

	def __init__(self, lab):
		self.lab, self.release = lab, releases()[0]
		self.third = ThirdParty(lab.path("third-party"))
		self.provider = Provider(lab.path("provider"), tap.note)
		self.provider.build([self.release], [cmdline(lab, "host") + ADDED])
		self.auditor = Auditor(lab.path("auditor"), self.third.root, self.provider)
		self.policies = {
			"guest": self.auditor.policy("strict.json", accept=()),
			"host": self.auditor.policy("strict-host.json", accept=(), role="host"),
			"all": self.auditor.policy("all.json", accept=ACCEPT, role="host"),
			"rogue": self.auditor.policy("rogue.json", accept=ACCEPT)}

	def card(self, name):
		"""A new card, its state in a folder of that name."""
		self.third.make_card(self.lab.path(name))
		return self.lab.card(["host", "guest1"], self.lab.path(name), prefix=name)

	def boot(self, card, tpm, **options):
		"""The host, up to where the agent can run."""
		host = self.lab.host(self.release, card=card, image=self.provider.images,
				     args=[*self.lab.tpm(tpm).args, *firmware(self.lab)], **options)
		host.must("mount --bind /share /ref/src; for at in '' /ref; do "
			  "mount -t securityfs securityfs $at/sys/kernel/security || exit; done; "
			  "cp /sys/kernel/security/tpm0/binary_bios_measurements /results/events")
		return host

	def sign_key(self, host, name):
		"""The agent's key, taken into the references for the host's card."""
		status, output = agent(host, "key")
		tap.ok(status == 0 and "BEGIN PUBLIC KEY" in output, f"{name}: its TPM's key", output)
		path = self.lab.path(f"{name}.key.pem")
		with open(path, "w", encoding="ascii") as file:
			file.write(output)
		card = json.loads(host.must("vouch info --json"))["card_id"]
		self.provider.add("tpm-key", card, path)
		self.provider.compile()
		return card

	def judge(self, package, what, expected, policy="all", **options):
		"""Verdict and reasons of a package."""
		nonce, package = package
		answer = self.auditor.judge(package, nonce, self.policies[policy], **options)
		tap.ok(answer.words() == expected, f"{what}: {expected}", answer.words(), answer.text)
		return answer

	def roots(self, answer):
		return [kernel["root"] for kernel in answer.result["kernels"]]


def recorded(lab, host):
	"""The agent's quote is in the log, as tpm2_eventlog sees the firmware's."""
	pcrs, events = replay(lab.path("events"))
	tap.ok("4" in pcrs and "9" in pcrs, "the firmware measured the kernel and what it was given")
	status, output = agent(host, "quote")
	tap.ok(status == 0 and f"recorded {events} events" in output,
	       "the agent records every event, and a quote", output)
	found = [record["type"] for record in read_log(host)]
	for kind, wanted in (("tpm-key", 1), ("tpm-events", (events + 3) // 4), ("tpm-quote", 1),
			     ("tpm-signature", 1)):
		tap.ok(found.count(kind) == wanted, f"{wanted} records of type {kind}", found)
	status, output = agent(host, "quote")
	tap.ok(status == 1 and "has its quote already" in output, "a second quote is refused", output)
	status, output = agent(host, "quote", "--events", "/etc/passwd", "--tpm", "/dev/null")
	tap.ok(status == 1, "not a TPM: an error, not a hang", output)


def proven(test, host):
	"""The first boot: without a quote, with it, and with its key in the references."""
	test.judge(test.auditor.ask(host), "before the quote", f"{WARNED}: root-self-asserted")
	recorded(test.lab, host)
	package = test.auditor.ask(host)
	test.judge(package, "its key is in no references",
		   f"{WARNED}: root-self-asserted tpm-key-unknown")
	card = test.sign_key(host, "first")
	answer = test.judge(package, "its key is", PROVEN, "host")
	tap.ok(test.roots(answer) == ["measured-boot"] and answer.status == 0, "the root is measured-boot",
	       answer.text)
	tap.note(answer.text)
	return package, card


def in_guest(test, host):
	"""The same, asked in a nested guest through its own function."""
	host.enable_kvm()
	host.give_to_vfio(host.slots["guest1"])
	host.must("vouch assign 1")
	guest = host.guest("guest", test.release, function="guest1", **HOST_OPTIONS)
	answer = test.judge(test.auditor.ask(guest), "asked by a guest", PROVEN, "guest")
	tap.ok(test.roots(answer) == ["measured-boot"], "the guest sees a measured-boot", answer.text)
	guest.stop()


def other_references(test, package, card):
	"""What the verdict stands on: each of these references."""
	lab = test.lab
	def judge(provider, what, code, *extra, **signers):
		test.policies[what] = test.auditor.policy(f"{what.replace(' ', '-')}.json", role="host",
			accept=ACCEPT, signer=f"{provider.key}.pub", **signers)
		test.judge(package, what, f"{WARNED}: {code}", what, refs=[provider.corim, *extra])

	partial = Provider(lab.path("partial"), tap.note)
	partial.copy_without(test.provider, "initramfs")
	judge(partial, "the initramfs has no reference", "root-self-asserted tpm-input-unknown")
	operator = Provider(lab.path("operator"), tap.note)
	operator.add("initramfs", "host", test.provider.image(test.release), test.release)
	operator.compile("--operator")
	judge(partial, "only the operator vouches for it", "operator-declared-initramfs",
	      operator.corim, operator=f"{operator.key}.pub")
	elsewhere = Provider(lab.path("elsewhere"), tap.note)
	elsewhere.copy_without(test.provider, "tpm-key")
	other = hashlib.sha256(card.encode()).hexdigest()
	elsewhere.add("tpm-key", other, lab.path("first.key.pem"))
	elsewhere.compile()
	judge(elsewhere, "the key is of another card's host", "root-self-asserted tpm-key-other-card")


def replayed(test, card, host_log):
	"""Software of the operator's own: the published kernel's name, and a true quote
	of an earlier epoch."""
	old = [record for record in host_log if record["type"] in TYPES]
	said = {record["type"]: record for record in host_log}
	claim = {"name": said["kernel"]["name"], "data": said["kernel"]["data"],
		 "cmdline": said["cmdline"]["digest"]}

	def records(host):
		numbers = {}
		for record in old:
			digest = bytes.fromhex(record["digest"]) if "digest" in record else None
			ref = {"ref": numbers[record["ref"]]} if "ref" in record else {}
			numbers[record["number"]], _ = host.append(
				TYPES[record["type"]], data=bytes.fromhex(record["data"]), digest=digest, **ref)

	answer = rogue.ask(card, new_key(test.lab.path("asker.pem")), [claim], after=records)
	test.judge(answer, "the quote of an earlier epoch", f"{WARNED}: new-root tpm-quote-nonce",
		   "rogue")


def altered(test):
	"""A kernel that nobody published, with the name and build-id of one that was."""
	path = test.lab.path("vmlinuz-altered")
	call(sys.executable, ALTER, vmlinuz(test.release), path)
	host = test.boot(test.card("second"), "tpm", kernel=path)
	tap.ok("altered" in host.must("cat /proc/version"), "the running kernel is altered")
	test.sign_key(host, "second")
	agent(host, "quote")
	test.judge(test.auditor.ask(host), "another kernel",
		   f"{WARNED}: root-self-asserted tpm-loader-unknown")
	host.stop()


def edited(lab):
	"""The firmware's log without its last event."""
	with open(lab.path("events"), "rb") as file:
		events = file.read()
	# EV_EFI_ACTION in PCR 5, of one SHA-384 digest: "Exit Boot Services Returned ..."
	tail = 4 + 4 + 4 + 2 + 48 + 4 + 40
	with open(lab.path("events.edited"), "wb") as file:
		file.write(events[:-tail])


def elsewhere(test):
	"""Another machine's TPM, and events that were edited."""
	host = test.boot(test.card("third"), "other-tpm")
	edited(test.lab)
	status, output = agent(host, "quote", "--events", "/mnt/events.edited")
	tap.ok(status == 0, "the agent takes any log that follows its format", output)
	package = test.auditor.ask(host)
	test.judge(package, "another machine's TPM",
		   f"{WARNED}: root-self-asserted tpm-key-unknown")
	test.sign_key(host, "third")
	test.judge(package, "its events were edited",
		   f"{WARNED}: root-self-asserted tpm-events-mismatch")
	host.stop()


def scenario(lab):
	test = Measured(lab)
	card = test.card("first")
	host = test.boot(card, "tpm")
	tap.ok("tpm0" in host.must("ls /dev"), "the host has a TPM")
	secure_boot(host)
	package, card_id = proven(test, host)
	in_guest(test, host)
	first = read_log(host)
	host.stop()
	other_references(test, package, card_id)
	host = test.boot(card, "tpm")
	test.judge(test.auditor.ask(host), "a restart, not quoted yet", f"{WARNED}: new-root")
	agent(host, "quote")
	answer = test.judge(test.auditor.ask(host), "a restart, quoted", PROVEN, "host")
	tap.ok(test.roots(answer) == ["measured-boot"] * 2, "both roots are measured-boot", answer.text)
	host.stop()
	replayed(test, card, first)
	altered(test)
	elsewhere(test)


def main():
	return frame.run(tap, Lab("measured"), scenario)


if __name__ == "__main__":
	sys.exit(main())
