# SPDX-License-Identifier: GPL-2.0-only
"""Reports of configfs-tsm: evidence and logs as a kernel hands them out."""

from cases_history import BAD, LONG, WARNED
from cases_subject import OS
from world import World, sha

ROOT = "root-self-asserted"
ACCEPT = {"policy": "accept-all.json"}
UNTOLD = "COULD NOT TELL"


def evidence(world, context=b"vouch/tsm/1"):
	return world.evidence(world.claims(claims={10: sha(context, world.nonce)}))


def aux(log, own, magic=b"VOUCHLG1", lens=None):
	log_len, own_len = lens or (len(log), len(own))
	return magic + log_len.to_bytes(8, "little") + own_len.to_bytes(8, "little") + log + own


def both(world, **change):
	"""outblob and auxblob."""
	return (change.get("out") or evidence(world),
		change.get("aux") or aux(world.log_bytes, world.own_bytes))


def good():
	world = World(LONG, OS)
	yield "report", both(world), WARNED, f"not-timed,{ROOT}", None, ACCEPT
	yield ("report-both", both(world), WARNED, f"not-timed,{ROOT},{ROOT}", None,
	       {**ACCEPT, "subject": "both"})
	yield "report-untimed-refused", both(world), BAD, "not-timed", None, {}


def broken():
	world = World(LONG, OS)
	log, own = world.log_bytes, world.own_bytes
	for name, data in (
			("magic", aux(log, own, b"VOUCHLG2")), ("empty", b"V"),
			("short", aux(log, own)[:-1]), ("tail", aux(log, own) + b"\0"),
			("beyond", aux(log, own, lens=(1 << 63, len(own)))),
			("wrapped", aux(log, own, lens=(len(log) + 1, (1 << 64) - 1)))):
		yield f"report-aux-{name}", both(world, aux=data), UNTOLD, "package-malformed", None, ACCEPT
	yield ("report-nonce", both(world, out=evidence(world, b"vouch/nonce/1")), BAD, "nonce", None,
	       ACCEPT)
	yield ("report-of-package", both(world, out=world.evidence()), BAD, "nonce", None, ACCEPT)
	yield "report-no-logs", both(world, aux=aux(b"", b"")), BAD, "log-count", 0, ACCEPT
	yield "report-no-own", both(world, aux=aux(log, b"")), BAD, "own-log", None, ACCEPT
	yield ("report-swapped", both(world, aux=aux(own, log)), BAD, "record-log", 0, ACCEPT)
	yield ("report-evidence-long", both(world, out=bytes(8193)), BAD, "too-long", None, ACCEPT)
	yield ("report-as-package", world.package(world.collection(evidence(world), b"")), BAD,
	       "nonce-binding", None, ACCEPT)


def cases():
	yield from good()
	yield from broken()
