#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""secureboot_test.py RELEASE: a host whose firmware starts only what is signed, and
whose kernel is locked down by that. Prints TAP.

OVMF has Debian's test key enrolled; the kernel and vouch.ko are signed with it."""

import hashlib
import json
import os
import shutil
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../demo"))

# pylint: disable=wrong-import-position
import frame
from card import call
from initramfs import Modules
from parties import BUILD, ThirdParty
from tap import Tap
from vm import Lab, vmlinuz, vouch_ko

CODE, VARIABLES = (f"/usr/share/OVMF/OVMF_{part}_4M.snakeoil.fd" for part in ("CODE", "VARS"))
KEY, CERTIFICATE = (f"/usr/share/ovmf/PkKek-1-snakeoil.{kind}" for kind in ("key", "pem"))
PASSPHRASE = "snakeoil"
PROBE = "dummy"
MISSED = "/sys/module/vouch/parameters/unrecorded"
tap = Tap()


class Signer:
	"""The owner of the key that the firmware trusts."""

	def __init__(self, lab, release):
		self.lab, self.release, self.key = lab, release, lab.path("signer.key")
		call("openssl", "pkey", "-in", KEY, "-passin", f"pass:{PASSPHRASE}", "-out", self.key)

	def kernel(self):
		path = self.lab.path("vmlinuz-signed")
		shutil.copyfile(vmlinuz(self.release), path)
		# Of several signatures kexec_file_load(2) looks at the first alone.
		call("sbattach", "--remove", path)
		call("sbsign", "--key", self.key, "--cert", CERTIFICATE, "--output", path, path)
		return path

	def module(self):
		path = self.lab.path("vouch-signed.ko")
		call(f"/lib/modules/{self.release}/build/scripts/sign-file", "sha256", self.key,
		     CERTIFICATE, vouch_ko(self.release), path)
		return path


def firmware(lab):
	"""QEMU's arguments: variables that only SMM can write are what makes it secure."""
	path = lab.path("vars.fd")
	shutil.copy(VARIABLES, path)
	return ["-machine", "smm=on", "-global", "driver=cfi.pflash01,property=secure,value=on",
		"-drive", f"if=pflash,format=raw,unit=0,readonly=on,file={CODE}",
		"-drive", f"if=pflash,format=raw,unit=1,file={path}"]


def read_log(host):
	return json.loads(host.must("vouch log --json", 120))["records"]


def names(records, kind):
	return [each["name"] for each in records if each["type"] == kind]


def locked_down(host):
	"""What this kernel allows, before the module comes."""
	state = host.must("mount -t securityfs securityfs /sys/kernel/security 2> /dev/null; "
			  "cat /sys/kernel/security/lockdown")
	tap.ok("[integrity]" in state, "the kernel is locked down", state)
	status, output = host.run("insmod /unsigned.ko")
	tap.ok(status and "vouch" not in host.must("cat /proc/modules"),
	       "vouch.ko unsigned is refused", output)
	host.must("insmod /vouch.ko", 120)
	tap.ok(host.must("cat /sys/class/vouch/*/state").strip() == "ready",
	       "signed with a key of the firmware's, it drives the card")


def measured(host, release):
	"""Every hook works under lockdown."""
	records = read_log(host)
	tap.ok(names(records, "secure-boot")[-1:] == ["enabled"] and
	       names(records, "lockdown")[-1:] == ["integrity"],
	       "the log says what this kernel is bound by", names(records, "secure-boot"),
	       names(records, "lockdown"))
	host.must(f"modprobe {PROBE}", 120)
	found = [each["digest"] for each in read_log(host) if each["type"] == "module-load"]
	tap.ok(found[-1:] == [hashlib.sha384(Modules(release).read(PROBE)).hexdigest()],
	       "a module's record has its digest", found)
	tap.ok(host.must(f"cat {MISSED}").strip() == "0", "no record is missing")


def kexecs(host, signed):
	"""What lockdown refuses is not loaded; what it lets through is measured."""
	before = len(read_log(host))
	status, output = host.run("chroot /ref kexec -c -l /mnt/vmlinuz-signed 2>&1")
	tap.ok(status and "kexec_load failed" in output, "kexec_load(2) is refused", output)
	shutil.copy(vmlinuz(host.release), host.lab.path("vmlinuz-altered"))
	with open(host.lab.path("vmlinuz-altered"), "r+b") as handle:
		handle.seek(0x2000)
		handle.write(b"altered")
	status, output = host.run("chroot /ref kexec -s -l /mnt/vmlinuz-altered 2>&1", 120)
	tap.ok(status, "so is a kernel whose signature does not hold", output)
	kinds = [each["type"] for each in read_log(host)[before:]]
	tap.ok("kexec-image" not in kinds, "and the log knows of no image", kinds)
	host.kexec(host.release, kernel=signed)
	host.must("insmod /vouch.ko", 120)
	records = read_log(host)
	with open(signed, "rb") as handle:
		wanted = hashlib.file_digest(handle, "sha384").hexdigest()
	loaded = [each["digest"] for each in records if each["type"] == "kexec-kernel"]
	tap.ok(loaded[-1] == wanted, "the signed one's record has the file's digest", loaded)
	tap.ok("E" not in names(records, "taint")[-1], "and nothing unsigned was loaded",
	       names(records, "taint"))
	tap.ok(names(records, "attach")[-1] == "announced" and
	       names(records, "secure-boot")[-1] == "enabled" and
	       names(records, "lockdown")[-1] == "integrity",
	       "it comes announced, and is bound by the same", names(records, "secure-boot"))


def scenario(lab, release):
	third = ThirdParty(lab.path("third-party"))
	third.make_card(lab.path("card"))
	signer = Signer(lab, release)
	signed = signer.kernel()
	host = lab.host(release, card=lab.card(["host"], state=lab.path("card")), kernel=signed,
			args=firmware(lab), memory="1G", modules=(PROBE,), files=[
				(signer.module(), "/vouch.ko"), (vouch_ko(release), "/unsigned.ko"),
				(f"{BUILD}/bin/vouch-static", "bin/vouch")])
	locked_down(host)
	measured(host, release)
	kexecs(host, signed)
	host.stop()


def main():
	release = frame.release(__doc__)
	return frame.run(tap, Lab(f"secureboot-{release}"), scenario, release)


if __name__ == "__main__":
	sys.exit(main())
