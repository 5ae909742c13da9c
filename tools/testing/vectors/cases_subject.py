# SPDX-License-Identifier: GPL-2.0-only
"""Who is attested: the hypervisor, the asker's OS, or both; and epochs of each."""

from cases_history import BAD, FIRST, IDS, KEXEC, LONG, START, WARNED, changed
from make_refs import digest
from world import World

ROOT = "root-self-asserted"
OS = [
	("reset", "function"),					# 0
	("attach", "after-reset"),				# 1
	("kernel", FIRST, None, IDS[FIRST]),			# 2
	("cmdline", None, digest("quiet")),			# 3
]
# As long as START, so that KEXEC may follow.
OS_START = OS + [("module-present", "kvm", None, b"\x11" * 20)] * 4


def subject(who, **more):
	return {"subject": who, **more}


def chosen():
	only = World(LONG, OS, logs=(1,))
	yield "os-only", only.package(), WARNED, ROOT, 1, subject("os")
	yield "os-only-unwanted", only.package(), BAD, "hypervisor-not-attested", None, {}
	yield ("os-only-both", only.package(), BAD, "hypervisor-not-attested", None, subject("both"))
	smuggled = dict(World(LONG, OS).collection(), evidence=only.collection()["evidence"],
			receipt=only.collection()["receipt"])
	yield "os-only-smuggled", only.package(smuggled), BAD, "unclaimed-log", None, subject("os")
	host = World(LONG, OS, logs=(0,))
	yield "hypervisor-only", host.package(), WARNED, ROOT, 1, subject("hypervisor")
	yield "hypervisor-only-os", host.package(), BAD, "os-not-attested", None, subject("os")
	yield ("hypervisor-only-required", host.package(), BAD, "os-not-attested", None,
	       {"policy": "own.json"})
	both = World(LONG, OS).package()
	yield "both", both, WARNED, f"{ROOT},{ROOT}", 1, subject("both")
	yield "both-as-os", both, WARNED, ROOT, 1, subject("os")
	bad = World(changed(2, "kernel", FIRST, None, b"\x66" * 20), OS).package()
	yield "both-bad-host", bad, BAD, "kernel-unknown", 2, subject("both")


def continuity():
	jumped = World(LONG, OS_START + KEXEC)
	yield "os-kexec", jumped.package(), WARNED, ROOT, 1, subject("os")
	records = OS_START + KEXEC
	records[15] = ("kernel", FIRST, None, IDS[FIRST])
	yield ("os-kexec-other-kernel", World(LONG, records).package(), BAD, "kexec-other-kernel", 15,
	       subject("os"))
	unannounced = OS + [("detach", "driver"), ("attach", "unannounced"), *OS[2:]]
	yield ("os-unannounced", World(LONG, unannounced).package(), BAD, "unannounced-restart", 5,
	       subject("os"))
	yield "os-unannounced-unasked", World(LONG, unannounced).package(), WARNED, ROOT, 1, {}


def states():
	for name, state in (("attach", [1, 3]), ("epoch", [2, 1])):
		world = World(LONG, OS, own_state=state)
		yield f"own-state-{name}", world.package(), BAD, "log-state", None, subject("os")
		yield f"own-state-{name}-unasked", world.package(), WARNED, ROOT, 1, {}
	for name, state in (("short", [1]), ("attach-unknown", [1, 4]), ("none", None)):
		world = World(LONG, OS)
		claims = world.claims(claims={-70107: state})
		yield (f"own-state-{name}", world.package(world.collection(world.evidence(claims))), BAD,
		       "evidence-malformed", None, {})
	gone = World(LONG, OS)
	claims = {place: value for place, value in gone.claims().items() if place != -70107}
	yield ("own-state-gone", gone.package(gone.collection(gone.evidence(claims))), BAD,
	       "evidence-malformed", None, {})


def nonces():
	short = ("power-on", None, digest("card-firmware"), bytes(31))
	yield ("epoch-nonce-short", World([short] + START[1:], OS).package(), BAD,
	       "record-incomplete", 0, {})
	without = [("reset", "function", None, bytes(1))] + OS[1:]
	yield ("epoch-nonce-own", World(LONG, without).package(), BAD, "record-incomplete", 0,
	       subject("os"))


def cases():
	for source in (chosen(), continuity(), states(), nonces()):
		yield from source
