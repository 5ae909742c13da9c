#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""crash_test.py RELEASE: a host that panics into its crash kernel, as the card's log
and the verifier see it. Prints TAP."""

import hashlib
import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../demo"))

# pylint: disable=wrong-import-position
import frame
from host import cmdline
from parties import Auditor, Provider, ThirdParty
from tap import Tap
from vm import Lab, releases

PANIC = (b"Kernel panic", b"Call Trace", b"sysrq: Trigger a crash", b"BUG: kernel NULL", b"Oops")
RESERVED = "crashkernel=512M"
KNOWN = ("root-self-asserted", "crash-kexec", "new-root")
tap = Tap()


class Trial:
	"""A card, and who judges its host."""

	def __init__(self, lab, release):
		self.lab, self.release = lab, release
		self.other = next(each for each in releases() if each != release)
		third = ThirdParty(lab.path("third-party"))
		third.make_card(lab.path("card"))
		self.provider = Provider(lab.path("provider"), tap.note)
		self.provider.build([release, self.other], [
			cmdline(lab, "host", RESERVED), cmdline(lab, "host", f"{RESERVED} nr_cpus=1")])
		self.auditor = Auditor(lab.path("auditor"), third.root, self.provider)
		self.policy = self.auditor.policy("crash.json", accept=KNOWN, role="host")
		self.card = lab.card(["host"], lab.path("card"))

	def boot(self):
		return self.lab.host(self.release, card=self.card, append=RESERVED,
				     image=self.provider.images)

	def judge(self, host):
		nonce, package = self.auditor.ask(host)
		return self.auditor.judge(package, nonce, self.policy)


def records(host, kind):
	found = json.loads(host.must("vouch log --json", 120))["records"]
	return [each for each in found if each["type"] == kind]


def panic(host):
	"""Returns when what a panic started is up."""
	host.console.allowed = PANIC
	host.channel.send("echo c > /proc/sysrq-trigger")
	host.channel.ready(300)
	host.must("grep -q elfcorehdr /proc/cmdline")


def told_again(host):
	"""A reset of the function begins an epoch, in which nothing was loaded but what
	this kernel says that it has."""
	before = records(host, "kexec-crash")[-1]
	host.must("echo 1 > /sys/class/vouch/vouch0/device/reset", 60)
	kernel, image = records(host, "kexec-kernel")[-1], records(host, "kexec-crash")[-1]
	tap.ok(image["number"] > before["number"] and image["digest"] == before["digest"] and
	       image["ref"] == kernel["number"],
	       "after a reset of the function the crash kernel is in the log again", before, image)


def crashed(trial):
	"""Into the same release, in a later epoch than that of the load."""
	host = trial.boot()
	host.load_crash(trial.release)
	kernel, image = records(host, "kexec-kernel")[-1], records(host, "kexec-crash")[-1]
	with open(os.path.join(host.folder, f"vmlinuz-{trial.release}"), "rb") as handle:
		wanted = hashlib.file_digest(handle, "sha384").hexdigest()
	tap.ok(kernel["digest"] == wanted and image["ref"] == kernel["number"],
	       "a crash kernel's file and image are in the log", kernel, image)
	told_again(host)
	image = records(host, "kexec-crash")[-1]
	panic(host)
	came, reported = records(host, "attach")[-1], records(host, "kernel")[-1]
	tap.ok(came["name"] == "unannounced" and came["number"] > image["number"] and
	       reported["name"] == trial.release,
	       "it comes unannounced, and says which kernel it is", came, reported)
	return host


def judged(trial, host):
	"""What a verifier says of a host that runs its crash kernel."""
	answer = trial.judge(host)
	tap.ok(answer.refusal() == "NOT AUTHENTIC: cmdline-unknown",
	       "its command line, to which its predecessor added, needs a reference", answer.text)
	trial.provider.know_cmdlines(host.must("cat /proc/cmdline").strip())
	answer = trial.judge(host)
	tap.ok(answer.words() == "AUTHENTIC, with warnings: crash-kexec new-root root-self-asserted",
	       "and then it is a crash kexec", answer.words(), answer.text)
	tap.ok(answer.continuity() == "self-asserted", "by its own word alone",
	       answer.continuity())
	host.close()


def unlike(trial):
	"""Another release than was loaded for a crash comes after one: just a restart."""
	host = trial.boot()
	host.load_crash(trial.release)
	host.must("rmmod vouch")
	host.kexec(trial.other)
	came = records(host, "attach")[-1]["number"]
	answer = trial.judge(host)
	codes = [each["code"] for each in answer.findings if each.get("record") == came]
	tap.ok(codes == ["unannounced-restart"], "another kernel than the crash kernel: unannounced",
	       codes, answer.text)
	host.stop()


def scenario(lab, release):
	trial = Trial(lab, release)
	judged(trial, crashed(trial))
	unlike(trial)


def main():
	release = frame.release(__doc__)
	return frame.run(tap, Lab(f"crash-{release}"), scenario, release)


if __name__ == "__main__":
	sys.exit(main())
