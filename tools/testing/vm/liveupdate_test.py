#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""liveupdate_test.py RELEASE: the memory of a VM survives live updates (KHO, LUO)
that the card's log and the verifier show, with vouch.ko loaded, unloaded and
absent, and with forged state handed over. RELEASE is the debug kernel's: no
published one can do that. Prints TAP."""

import json
import subprocess
import sys
import time

import frame
import testmod
from card import make_card
from tap import Tap
from vm import BUILD, Lab, VMError, vouch_ko

BIN = "/src/build/bin"
MIB = 8
# What the next kernel starts in has to hold KASAN's shadow of all memory.
CMDLINE = "kho=on liveupdate=on kho_scratch=96M,64M,512M"
GO = "card=$(readlink -f /sys/class/vouch/vouch?/device); echo 1 > $card/remove"
COME = ("echo 1 > /sys/bus/pci/rescan; timeout 160 sh -c "
	"'until grep ready /sys/class/vouch/*/state; do sleep 1; done'")
STEPS = ("live-update", "kexec-exec", "attach", "kernel")
tap = Tap()


def log(host):
	"""The host's log, as `vouch log` shows it."""
	text = host.must(f"[ -e /ref/src/build ] || mount --bind /share /ref/src; "
			 f"chroot /ref {BIN}/vouch log --json", 120)
	return json.loads(text)["records"]


def step(record):
	"""(type, name, token) of a record."""
	token = record.get("data") if record["type"] == "live-update" else None
	return (record["type"], record.get("name", ""),
		int.from_bytes(bytes.fromhex(token), "little") if token else None)


def shown(host, start, last, seconds=60):
	"""What a live update is made of, from a record on. A worker writes it: wait
	for the last."""
	deadline = time.monotonic() + seconds
	while True:
		steps = [step(record) for record in log(host)[start:] if record["type"] in STEPS]
		if last in [name for _, name, _ in steps] or time.monotonic() > deadline:
			return steps
		time.sleep(1)


def judge(lab, host):
	"""The verifier's view of the host: its kernels, and all that it says."""
	host.must(f"chroot /ref {BIN}/vouch attest --nonce {'5a' * 32} --out /mnt/package", 120)
	policy = lab.path("policy.json")
	with open(policy, "w", encoding="ascii") as file:
		json.dump({"version": 1, "role": "host", "threshold_ms": 1000, "accept": [],
			   "reference_signers": []}, file)
	done = subprocess.run([f"{BUILD}/bin/vouch-verify", "--root", lab.path("ca/root.pem"),
			       "--policy", policy, "--nonce", "5a" * 32, "--package",
			       lab.path("package"), "--json"],
			      capture_output=True, text=True, check=False)
	if not done.stdout.startswith("{"):
		raise VMError(f"vouch-verify: exit {done.returncode}\n{done.stdout}{done.stderr}")
	return json.loads(done.stdout)


def arrivals(said):
	"""Of each kernel, what it stands on and whether it came by a live update."""
	return [(each["root"], each.get("live_update", False)) for each in said["kernels"]]


def jump(host, release):
	host.kexec(release, load_only=True)
	host.jump()


def load(host):
	host.must("insmod /vouch.ko", 180)


def hold(host, session, token):
	said = host.must(f"/liveupdate hold {session} {token} {MIB}", 120).strip()
	tap.ok(said == "ok", f"{session}: {MIB} MiB of a VM's memory are preserved", said)


def take(host, session, token, what):
	_, said = host.run(f"/liveupdate take {session} {token} {MIB}", 120)
	tap.ok(said.strip() == "ok", f"{what}: the VM's memory is what it was", said)


def notices(host):
	return [line for line in host.must("dmesg").splitlines() if "vouch: " in line]


def loaded(lab, host, release):
	"""vouch.ko in both kernels."""
	load(host)
	start = len(log(host))
	hold(host, "vms", 7)
	jump(host, release)
	load(host)
	take(host, "vms", 7, "loaded in both kernels")
	steps = shown(host, start, "close vms")
	tap.ok(steps == [("live-update", "session vms", None), ("live-update", "preserve vms", 7),
			 ("kexec-exec", "", None), ("live-update", "freeze 1 session", None),
			 ("attach", "announced", None), ("kernel", release, None),
			 ("live-update", "handover matches", None),
			 ("live-update", "retrieve vms", None), ("live-update", "retrieve vms", 7),
			 ("live-update", "finish vms", None), ("live-update", "close vms", None)],
	       "the log shows each step, in order", *steps)
	said = judge(lab, host)
	tap.ok(arrivals(said) == [("self-asserted", False), ("announced", True)],
	       "the verifier tells a live update", *said["kernels"])


def mute(host):
	"""A call that preserves, and then fails."""
	start = len(log(host))
	said = host.must(f"/liveupdate mute mute 3 {MIB}", 120).strip()
	tap.ok(said == "ok", "a call that fails after it has preserved", said)
	steps = shown(host, start, "close mute")
	tap.ok(steps == [("live-update", "session mute", None), ("live-update", "preserve mute", 3),
			 ("live-update", "close mute", None)], "is in the log", *steps)


def never(host, release):
	"""In neither kernel."""
	hold(host, "never", 6)
	jump(host, release)
	take(host, "never", 6, "never loaded")


def unloaded(host, release):
	"""Not there for the jump, and something else says it was."""
	start = len(log(host))
	hold(host, "away", 8)
	host.must("rmmod vouch && insmod /forge.ko how=own", 60)
	jump(host, release)
	take(host, "away", 8, "unloaded before the jump")
	load(host)
	steps = shown(host, start, release)
	tap.ok(steps == [("live-update", "session away", None), ("live-update", "preserve away", 8),
			 ("attach", "unannounced", None), ("kernel", release, None)],
	       "the card saw no jump, whatever is handed over", *steps)


def forge(host, how):
	"""The forger learns from the start of vouch.ko where to strike."""
	host.must(f"rmmod vouch && insmod /forge.ko how={how}", 60)
	load(host)


def forged(host, release, how, doubt, absent=False):
	"""Its own state is altered at the last moment."""
	forge(host, how)
	start = len(log(host))
	hold(host, how, 9)
	jump(host, release)
	if absent:
		take(host, how, 9, "absent in the second kernel")
	load(host)
	if not absent:
		take(host, how, 9, f"forged {how}")
	steps = shown(host, start, release if absent else f"close {how}")
	names = [name for _, name, _ in steps]
	tap.ok("announced" in names and "freeze 1 session" in names and
	       f"handover differs: {doubt}" in names,
	       f"forged {how}: the card's word stands, and a record says that it differs", *steps)
	tap.ok((f"retrieve {how}" in names) != absent,
	       "what it was not there for is not in the log" if absent else "the rest is there", *steps)
	tap.ok(any(doubt in line for line in notices(host)), "and so does the kernel's log",
	       *notices(host))


def plain(lab, host, release):
	"""A jump with nothing to preserve, and with another image than was expected."""
	forge(host, "image")
	start = len(log(host))
	jump(host, release)
	load(host)
	steps = shown(host, start, "handover differs: another image")
	tap.ok([name for _, name, _ in steps] == ["", "announced", release,
						  "handover differs: another image"],
	       "a jump without sessions has no freeze", *steps)
	said = judge(lab, host)
	tap.ok(arrivals(said)[-1] == ("announced", False), "and is no live update to the verifier",
	       *said["kernels"])
	codes = {each["code"] for each in said["findings"]}
	tap.ok("handover-differs" in codes, "which warns of what differed", codes)


def refused(host, release):
	"""fail_closed, and the card is gone."""
	parameters = "/sys/module/vouch/parameters"
	start = len(log(host))
	host.kexec(release, load_only=True)
	host.must(f"echo 1 > {parameters}/fail_closed; {GO}", 120)
	hold(host, "unseen", 5)
	code, output = host.run("chroot /ref kexec -e 2>&1", 120)
	tap.ok(code and "Operation not permitted" in output, "fail_closed: not recorded, no jump", output)
	tap.ok(any("vouch: refused kexec" in line for line in notices(host)), "as the kernel's log says",
	       *notices(host))
	hold(host, "after", 4)
	host.must(COME, 180)
	lost = [record["name"] for record in log(host)[start:] if record["type"] == "unmeasured"]
	tap.ok(any("first: live-update 'session unseen'" in name for name in lost),
	       "nothing was frozen, and the card that comes back is told what it missed", *lost)


def scenario(lab, release):
	card = lab.card(["host"], state=make_card(lab.path("ca"), lab.path("card")))
	host = lab.host(release, card=card, modules=(), cpus=1, memory="1536M", append=CMDLINE,
			files=[
		(vouch_ko(release), "/vouch.ko"),
		(f"{testmod.build('forge', release)}/forge.ko", "/forge.ko"),
		(f"{BUILD}/selftests/vouch/liveupdate", "/liveupdate")])
	never(host, release)
	loaded(lab, host, release)
	mute(host)
	unloaded(host, release)
	forged(host, release, "epoch", "another epoch", absent=True)
	forged(host, release, "place", "unreadable")
	plain(lab, host, release)
	refused(host, release)
	host.stop()
	tap.ok(True, "the VM powers off with a clean console")


def main():
	release = frame.release(__doc__)
	frame.build_selftests()
	return frame.run(tap, Lab(f"liveupdate-{release}"), scenario, release)


if __name__ == "__main__":
	sys.exit(main())
