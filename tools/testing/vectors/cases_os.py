# SPDX-License-Identifier: GPL-2.0-only
"""The asker's own log, judged by the same rules as the host's."""

from make_refs import digest
from cases_history import BAD, FIRST, IDS, KEXEC, LONG, START, WARNED
from cases_kernel import CRASH
from cases_tpm import GOOD, NONCE, booted, records
from world import World

OS = [
	("reset", "function", None, NONCE),			# 0
	("attach", "after-reset"),				# 1
	("kernel", FIRST, None, IDS[FIRST]),			# 2
	("cmdline", None, digest("quiet")),			# 3
	*START[4:6], ("user", "note", digest("note")), ("sleep", "resume"),
]
OWN = {"policy": "own.json"}
NOTHING = {"policy": "own-nothing.json"}
BOTH = "root-self-asserted,root-self-asserted"


def of(own, host=None):
	return World(host or LONG, own).package()


def cases():
	yield "instance-good", of(OS), WARNED, BOTH, 1, OWN
	yield "instance-kexec", of(OS + KEXEC), WARNED, BOTH, 1, OWN
	lazy = OS + [("detach", "driver"), ("attach", "unannounced"), OS[2], OS[3]]
	yield "instance-restart", of(lazy), BAD, "unannounced-restart", 9, OWN
	yield "instance-restart-shown", of(lazy), WARNED, "root-self-asserted", 1, {}
	other = OS + KEXEC[:6] + [("attach", "announced", digest("other"), None, 12)] + KEXEC[7:]
	yield "instance-other-image", of(other), BAD, "attach-image", 14, OWN
	yield "instance-crash", of(OS + CRASH), BAD, "crash-kexec", 10, OWN
	rogue = OS[:2] + [("kernel", "rogue", None, b"\x66" * 20)] + OS[3:]
	yield "instance-kernel", of(rogue), BAD, "kernel-unknown", 2, OWN
	yield "instance-kernel-shown", of(rogue), WARNED, "root-self-asserted", 1, {}
	notes = [("user", "note", digest("note"))]
	yield "instance-notes", of(notes), WARNED, "root-self-asserted", 1, {}
	yield "instance-notes-judged", of(notes), BAD, "not-attached", None, OWN
	measured = OS + records(len(OS))
	yield "instance-measured", of(measured, booted()), GOOD, "", None, NOTHING
	yield ("instance-measured-alone", of(measured), BAD, "root-self-asserted", 1, NOTHING)
	yield "instance-host-measured-alone", of(OS, booted()), BAD, "root-self-asserted", 1, NOTHING
