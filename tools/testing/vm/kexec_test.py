#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""kexec_test.py RELEASE: jumps that are refused, that fail or that a panic cuts
short, as a VM, its card and the card's log see them."""

import collections
import signal
import subprocess
import sys
import threading
import time

import frame
import testmod
from card import control, make_card
from tap import Tap
from vm import BUILD, Lab, releases, vouch_ko

PARAMETERS = "/sys/module/vouch/parameters"
GO = "card=$(readlink -f /sys/class/vouch/vouch?/device); echo 1 > $card/remove"
JUMP = "chroot /ref kexec -e 2>&1"
PANIC = (b"Kernel panic", b"Call Trace", b"sysrq: Trigger a crash", b"BUG: kernel NULL", b"Oops")
ATTEMPTS = 3
ATTACH = ("reset", "attached", "jumping", "detached")
ATTACHED, KERNEL, FILE, IMAGE, EXEC, ABORT, CRASH = 3, 16, 21, 24, 25, 26, 29
Record = collections.namedtuple("Record", "number type ref digest name",
				defaults=(-1, 0, -1, "", ""))
tap = Tap()


def settings(host, **values):
	host.must("".join(f"echo {value} > {PARAMETERS}/{name};" for name, value in values.items()))


def alter(host, options=""):
	return host.must("place=$(grep -w kexec_image /proc/kallsyms | cut -d' ' -f1); "
			 f"insmod /alter.ko place=0x$place {options} && rmmod alter && dmesg | grep alter:")


def attach(lab):
	"""What the card itself says the host is."""
	words = control(lab.path("control.sock"), "status").split()
	return ATTACH[int(next(word for word in words if word.startswith("attach="))[7:])]


def log(host):
	"""The host's log."""
	return [Record(int(number), int(kind), int(ref), digest, name) for number, kind, ref, digest, name
		in (line.split(" ", 4) for line in host.must("/kexec --log").splitlines())]


def last(records, kind):
	"""The last record of a type, or one of nothing."""
	return next((each for each in reversed(records) if each.type == kind), Record())


def boot(lab, card, release, name, **options):
	host = lab.host(release, card=card, name=name, files=[
		(vouch_ko(release), "/vouch.ko"), (f"{testmod.build('alter', release)}/alter.ko", "/alter.ko"),
		(f"{BUILD}/selftests/vouch/kexec", "/kexec")], **options)
	host.must("insmod /vouch.ko", 120)
	return host


def loads(host):
	return {what: host.must(f"/kexec --load {what}", 90).strip()
		for what in ("files", "memory", "files-crash", "memory-crash")}


def loaded(host):
	return host.must("cat /sys/kernel/kexec_loaded /sys/kernel/kexec_crash_loaded").split()


def come_back(host):
	host.must("echo 1 > /sys/bus/pci/rescan; timeout 60 sh -c "
		  "'until grep ready /sys/class/vouch/*/state; do sleep 1; done'", 90)


def gone(host):
	"""Without its card: with fail_closed nothing is loaded, or jumped to."""
	settings(host, fail_closed=1)
	said = loads(host)
	tap.ok(set(said.values()) == {"ok"}, "fail_closed: what is recorded is loaded", said)
	host.must(GO, 60)
	code, output = host.run(JUMP)
	tap.ok(code and "Operation not permitted" in output, "without the card no jump", output)
	said = loads(host)
	tap.ok(set(said.values()) == {"EPERM"}, "and no load", said)
	messages = host.must("dmesg | grep 'vouch: refused'")
	tap.ok("refused kexec-image '(no file)': cannot be recorded" in messages and
	       "refused kexec-crash '(no file)': cannot be recorded" in messages and
	       "refused kexec-kernel" in messages, "as the kernel's log says", messages)
	tap.ok(loaded(host) == ["1", "0"], "what was loaded before stays, but for the crash kernel",
	       loaded(host))
	come_back(host)		# for the record that it is switched off
	settings(host, fail_closed=0)
	host.must(GO, 60)
	said = loads(host)
	tap.ok(set(said.values()) == {"ok"} and loaded(host) == ["1", "1"],
	       "without fail_closed all are loaded", said)
	before = int(host.must(f"cat {PARAMETERS}/unrecorded"))
	tap.ok(before >= 8, "and counted", before)
	come_back(host)
	records = log(host)
	start = last(records, KERNEL).number
	tap.ok(last(records, IMAGE).number > start and last(records, CRASH).number > start,
	       "the card that comes back is told what is loaded",
	       last(records, IMAGE), last(records, CRASH))


def altered(host, release):
	"""An image that is not what was loaded."""
	settings(host, fail_closed=1)
	host.kexec(release, load_only=True)
	tap.note(alter(host))
	before = len(log(host))
	code, output = host.run(JUMP)
	tap.ok(code and "Operation not permitted" in output, "fail_closed: an altered image is refused",
	       output)
	tap.ok("was altered since it was loaded" in host.must("dmesg"), "and the kernel says why")
	tap.ok(len(log(host)) == before, "the card is not told of a jump")
	alter(host)
	host.jump()
	host.must("insmod /vouch.ko", 120)
	proven(host, "put back, it goes", True)
	host.kexec(release, load_only=True)
	tap.note(alter(host, "entry=1"))
	host.jump()
	host.must("insmod /vouch.ko", 120)
	proven(host, "without fail_closed an altered image goes", False)


def proven(host, what, same):
	"""The last jump: announced, and its image what was loaded, or not."""
	records = log(host)
	image, jump, came = last(records, IMAGE), last(records, EXEC), last(records, ATTACHED)
	tap.ok(came.name == "announced" and came.digest == jump.digest and jump.ref == image.number,
	       f"{what}, announced", image, jump, came)
	tap.ok((jump.digest == image.digest) == same,
	       "its digest is that of the load" if same else "its digest shows that", image, jump)


def said(host, text, seconds):
	"""Wait for a text on the console."""
	deadline = time.monotonic() + seconds
	while text not in host.console.tail(1000) and time.monotonic() < deadline:
		time.sleep(0.1)
	return text in host.console.tail(1000)


def late(lab, host):
	"""An announcement that arrives, and whose answer comes too late."""
	tap.note(host.must("/kexec --load memory; chroot /ref kexec --version"))
	settings(host, fail_closed=1, timeout_ms=3000)
	card = lab.cards[0]
	card.kill(signal.SIGSTOP)
	# After the time-out the driver reads a register, and QEMU waits five seconds
	# for that; so does everything in the VM.
	threading.Timer(6, card.kill, (signal.SIGCONT,)).start()
	code, output = host.run(JUMP)
	tap.ok(code and "Operation not permitted" in output, "a late answer: the jump is refused", output)
	time.sleep(3)
	tap.ok(attach(lab) == "attached", "the card does not wait for a kernel", attach(lab))
	records = log(host)
	jump, abort = last(records, EXEC), last(records, ABORT)
	tap.ok(jump.number > last(records, ATTACHED).number and abort.number == jump.number + 1 and
	       abort.ref == -1, "the announcement was taken back without its number", jump, abort)
	settings(host, fail_closed=0, timeout_ms=5000)


def cut_short(lab, host, release):
	"""A panic while a jump is announced; returns whether it was one."""
	host.load_crash(release)
	tap.note(host.must("/kexec --load memory"))
	settings(host, timeout_ms=60000)
	host.console.allowed = PANIC
	card = lab.cards[0]
	card.kill(signal.SIGSTOP)
	host.channel.send(f"(sleep 3; echo c > /proc/sysrq-trigger) & {JUMP}")
	barred = said(host, "no crash kernel is started", 30)
	card.kill(signal.SIGCONT)
	if not barred and "the card is gone" in host.console.tail(1000):
		host.close()
		return False
	tap.ok(barred, "no crash kernel while a jump is announced", host.console.tail())
	try:
		host.process.child.wait(90)
	except subprocess.TimeoutExpired:
		tap.ok(False, "the machine restarts", host.console.tail())
	else:
		tap.ok(True, "the machine restarts")
	host.close()
	return True


def cut_short_once(lab, card, release):
	"""QEMU waits five seconds for a card that is stopped, and then says it is gone:
	no jump was announced to that one."""
	for attempt in range(ATTEMPTS):
		host = boot(lab, card, release, f"cut{attempt}", append="crashkernel=512M")
		if cut_short(lab, host, release):
			return
		tap.note("QEMU gave the card up before the panic; trying again")
	tap.ok(False, "a jump was announced to a card that is stopped")


def contiguous(lab, host, release):
	"""Segments that are allocated in their place."""
	def free():
		return int(host.must("grep CmaFree /proc/meminfo").split()[1])
	before = free()
	settings(host, fail_closed=1)
	host.kexec(release, load_only=True)
	tap.ok(before - free() > 20000, "an image is placed in contiguous memory", before, free())
	tap.note(alter(host))
	code, output = host.run(JUMP)
	tap.ok(code and "Operation not permitted" in output, "its last byte counts", output)
	alter(host)
	count = len(log(host))
	# What comes then need not: 7.2 itself does not find its initramfs there.
	host.channel.send("chroot /ref kexec -e")
	deadline = time.monotonic() + 60
	while attach(lab) != "jumping" and time.monotonic() < deadline:
		time.sleep(0.5)
	time.sleep(3)
	host.close()
	return count


def contiguous_went(host, count):
	"""The end of that, in the next VM."""
	records = log(host)
	image, jump = last(records, IMAGE), last(records, EXEC)
	tap.ok(jump.number >= count and jump.ref == image.number and jump.digest == image.digest,
	       "unaltered, it goes, with the digest of the load", image, jump)


def scenario(lab, release):
	card = lab.card(["host"], state=make_card(lab.path("ca"), lab.path("card")),
			args=["--control", lab.path("control.sock")])
	host = boot(lab, card, release, "jumps", append="crashkernel=64M")
	gone(host)
	altered(host, release)
	late(lab, host)
	host.stop()
	cut_short_once(lab, card, release)
	if release == releases()[0]:
		host = boot(lab, card, release, "cma", append="cma=384M")
		count = contiguous(lab, host, release)
		host = boot(lab, card, release, "after")
		contiguous_went(host, count)
		host.stop()


def main():
	release = frame.release(__doc__)
	frame.build_selftests()
	return frame.run(tap, Lab(f"kexec-{release}"), scenario, release)


if __name__ == "__main__":
	sys.exit(main())
