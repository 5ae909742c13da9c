# SPDX-License-Identifier: GPL-2.0-only
"""What a kernel says about itself and what is done to it, and crash kernels."""

import struct

from make_refs import digest
from cases_history import (BAD, FIRST, IDS, KEXEC, LONG, SECOND, START, WARNED, package)

EVERY = sum(1 << kind for kind in range(16, 41))
ALL = {"policy": "accept-all.json"}
DEMANDING = {"policy": "demanding.json"}


def u64(*values):
	return struct.pack(f"<{len(values)}Q", *values)


ABOUT = [
	("taint", "OE", None, u64(1 << 12 | 1 << 13)),			# 8
	("lockdown", "integrity"),					# 9
	("secure-boot", "enabled"),					# 10
	("microcode", "AuthenticAMD 25-1-1", None, bytes(4)),		# 11
	("policy", "fail_closed=0", None, u64(EVERY)),			# 12
	("vm-count", "1 started, 1 running", None, u64(1, 0)),		# 13
	("module-load", "kvm-amd.ko", digest("kvm-amd.ko")),		# 14
	("livepatch", "enable kvm_amd", digest("kvm-amd.ko"), None, 14),	# 15
	("livepatch", "patched kvm_amd"),				# 16
	("bpf-load", "tracing/fentry watch", digest("watch")),		# 17
	("sleep", "suspend"),						# 18
	("sleep", "resume"),						# 19
	("live-update", "preserve vms", None, u64(7)),			# 20
	("vm-count", "2 started, 1 running", None, u64(2, 1)),		# 21
]
GOOD_KERNEL = START + ABOUT


def alone(name, code, *spec, options=None):
	"""One record more, and what is said of it."""
	yield name, package(START + [spec]), BAD, code, len(START), options or {}


def without(kind):
	return [("sleep", "resume") if each[0] == kind else each for each in GOOD_KERNEL]


def condition():
	yield "kernel-about", package(GOOD_KERNEL), WARNED, "root-self-asserted", 1, {}
	yield "kernel-demanding", package(GOOD_KERNEL), WARNED, "root-self-asserted", 1, DEMANDING
	yield from alone("tainted", "tainted", "taint", "F", None, u64(1 << 1))
	yield from alone("tainted-by-us", "tainted", "taint", "O", None, u64(1 << 12),
			 options={"policy": "untainted.json"})
	yield ("tainted-accepted", package(START + [("taint", "F", None, u64(2))]), WARNED,
	       "root-self-asserted,tainted", 1, ALL)
	yield from alone("taint-short", "record-incomplete", "taint", "F", None, bytes(7))
	yield from alone("taint-bare", "record-incomplete", "taint", "F")
	down = START + [("lockdown", "integrity"), ("lockdown", "none")]
	yield "lockdown-lowered", package(down), BAD, "lockdown-lowered", 9, {}
	again = GOOD_KERNEL + [("detach", "driver"), ("attach", "unannounced"), START[2], START[3],
			       ("lockdown", "none")]
	yield ("lockdown-of-the-next", package(again), WARNED,
	       "root-self-asserted,unannounced-restart", 1, ALL)
	yield from alone("lockdown-strange", "record-incomplete", "lockdown", "tight")
	yield from alone("lockdown-none", "lockdown-missing", "lockdown", "none", options=DEMANDING)
	yield from alone("lockdown-unknown", "lockdown-missing", "lockdown", "unknown",
			 options=DEMANDING)
	silent = without("lockdown")
	yield "lockdown-silent", package(silent), BAD, "lockdown-missing", 2, DEMANDING
	yield from alone("secure-boot-disabled", "secure-boot-missing", "secure-boot", "disabled",
			 options=DEMANDING)
	yield from alone("secure-boot-strange", "record-incomplete", "secure-boot", "perhaps")
	silent = without("secure-boot")
	yield "secure-boot-silent", package(silent), BAD, "secure-boot-missing", 2, DEMANDING
	yield from alone("microcode-short", "record-incomplete", "microcode", "x", None, bytes(3))
	yield from microcode()
	yield from alone("measuring-reduced", "measuring-reduced", "policy", "not bpf-load", None,
			 u64(EVERY & ~(1 << 32)))
	yield from alone("policy-bare", "record-incomplete", "policy", "fail_closed=0")
	yield from alone("count-ended", "count-wrong", "vm-count", "x", None, u64(1, 2))
	yield from alone("count-short", "record-incomplete", "vm-count", "x", None, u64(1))
	back = GOOD_KERNEL + [("vm-count", "x", None, u64(1, 1))]
	yield "count-back", package(back), BAD, "count-wrong", len(GOOD_KERNEL), {}
	yield from alone("handover-differs", "handover-differs", "live-update",
			 "handover differs: another image")
	yield from alone("live-update-short", "record-incomplete", "live-update", "preserve vms",
			 None, bytes(7))


def microcode():
	newer = {"policy": "microcode.json"}
	yield "microcode-shown", package(GOOD_KERNEL), WARNED, "root-self-asserted", 1, {}
	for name, cpu, revision, passed in (
		("equal", "AuthenticAMD 25-1-1", 0x0a0011d5, True),
		("newer", "AuthenticAMD 25-1-1", 0x0a0011d6, True),
		("newer-by-a-byte", "AuthenticAMD 25-1-1", 0xff000000, True),
		("older", "AuthenticAMD 25-1-1", 0x0a0011d4, False),
		("older-with-great-low-byte", "AuthenticAMD 25-1-1", 0x010000ff, False),
		("of-other-cpu", "AuthenticAMD 25-1-2", 0xffffffff, False),
		("second-cpu", "GenuineIntel 6-143-8", 0x2b000643, True),
		("cpus-differ", "AuthenticAMD 25-1-1, CPUs differ", 0xffffffff, False),
		("cut", "AuthenticAMD 25-1-", 0xffffffff, False)):
		record = ("microcode", cpu, None, struct.pack("<I", revision))
		yield (f"microcode-{name}", package(START + [record]), WARNED if passed else BAD,
		       "root-self-asserted" if passed else "microcode-missing", 1 if passed else len(START),
		       newer)
	yield "microcode-silent", package(START), BAD, "microcode-missing", 2, newer
	twice = START + [("microcode", "AuthenticAMD 25-1-1", None, struct.pack("<I", 0x0b000000)),
			 ("detach", "driver"), ("attach", "unannounced"), START[2], START[3]]
	yield ("microcode-of-the-kernel-before", package(twice), BAD, "microcode-missing", 11,
	       {"policy": "microcode-all.json"})
	yield from alone("microcode-bare", "record-incomplete", "microcode", None, None, bytes(4))


def code():
	nothing = digest("nothing")
	yield from alone("livepatch-unknown", "livepatch-unknown", "livepatch", "enable x", nothing)
	yield from alone("livepatch-bare", "livepatch-unknown", "livepatch", "enable x")
	yield from alone("livepatch-other-kind", "livepatch-unknown", "livepatch", "enable x",
			 digest("watch"))
	yield from alone("livepatch-replaced-unknown", "livepatch-unknown", "livepatch", "replaced x",
			 nothing)
	yield from alone("bpf-unknown", "bpf-unknown", "bpf-load", "tracing x", nothing)
	yield from alone("bpf-bare", "bpf-unknown", "bpf-load", "tracing x")


def dropped():
	"""What is no longer loaded cannot be jumped into."""
	lost = START + KEXEC[:4] + [("kexec-drop", "unloaded", None, None, 11),	# 12
		("kexec-exec", None, digest("image"), None, 11),		# 13
		("attach", "announced", digest("image"), None, 13), KEXEC[7], KEXEC[8]]
	yield "kexec-dropped", package(lost), BAD, "kexec-unproven", 13, {}
	other = START + [("kexec-kernel", "vmlinuz-1", digest("vmlinuz-1")),	# 8
		("kexec-image", None, digest("image-1"), None, 8),		# 9
		KEXEC[0],							# 10
		("kexec-image", None, digest("image"), None, 10),		# 11
		("kexec-drop", "replaced", None, None, 9),			# 12
		("kexec-exec", None, digest("image"), None, 11),		# 13
		("attach", "announced", digest("image"), None, 13), KEXEC[7], KEXEC[8]]
	yield "kexec-replaced", package(other), WARNED, "root-self-asserted", 1, {}
	blind = START + [("kexec-drop", "unloaded")]
	yield "kexec-drop-of-nothing", package(blind), WARNED, "root-self-asserted", 1, {}
	into = START + CRASH[:2] + [("kexec-exec", None, digest("crash"), None, 9)]
	yield "kexec-into-crash-kernel", package(into, attach=2), BAD, "kexec-unproven", 10, {}
	both = START + KEXEC[:4] + [("kexec-kernel", "vmlinuz-1", digest("vmlinuz-1")),
		("kexec-crash", None, digest("crash"), None, 12),		# 13
		("kexec-exec", None, digest("image"), None, 11),		# 14
		("attach", "announced", digest("image"), None, 14), KEXEC[7], KEXEC[8]]
	yield "kexec-beside-crash-kernel", package(both), WARNED, "root-self-asserted", 1, {}


CRASH = [
	("kexec-kernel", "vmlinuz-2", digest("vmlinuz-2")),		# 8
	("kexec-crash", None, digest("crash"), None, 8),		# 9
	("attach", "unannounced"),					# 10
	("kernel", SECOND, None, IDS[SECOND]),				# 11
	("cmdline", None, digest("quiet")),				# 12
]


def crashes():
	yield "crash-kexec", package(START + CRASH), BAD, "crash-kexec", 10, {}
	yield ("crash-kexec-accepted", package(START + CRASH), WARNED,
	       "root-self-asserted,crash-kexec", 1, ALL)
	other = CRASH[:3] + [("kernel", FIRST, None, IDS[FIRST]), CRASH[4]]
	yield "crash-other-kernel", package(START + other), BAD, "unannounced-restart", 10, {}
	drop = CRASH[:2] + [("kexec-drop", "unloaded", None, None, 9)] + CRASH[2:]
	yield "crash-dropped", package(START + drop), BAD, "unannounced-restart", 11, {}
	stranger = [CRASH[0], ("kexec-crash", None, digest("crash"))] + CRASH[2:]
	yield "crash-without-file", package(START + stranger), BAD, "unannounced-restart", 10, {}
	twice = CRASH + [("attach", "unannounced"), CRASH[3], CRASH[4]]
	yield ("crash-twice", package(START + twice), WARNED,
	       "root-self-asserted,crash-kexec,unannounced-restart", 1, ALL)
	reset = START + CRASH[:2] + [each + (None,) * (5 - len(each)) + (2,) for each in (
		("reset", "function"), ("attach", "after-reset"), START[2], START[3],
		("detach", "driver"), ("attach", "unannounced"), CRASH[3], CRASH[4])]
	yield ("crash-of-another-epoch", package(reset, epoch=2), WARNED,
	       "root-self-asserted,new-root,unannounced-restart", 1, ALL)
	silent = START + CRASH[:3]
	yield "crash-silent", package(silent), BAD, "unannounced-restart", 10, {}
	yield ("crash-then-kexec", package(START + CRASH + [
		("kexec-exec", None, digest("image"), None, 9)], attach=2), BAD, "crash-kexec", 10, {})
	yield "golden-with-all", package(LONG + ABOUT[:7]), WARNED, "root-self-asserted", 1, {}


def updates():
	"""A live update is an announced jump for which sessions were frozen."""
	freeze, abort = ("live-update", "freeze 1 session"), ("kexec-abort", None, None, None, 12)
	yield ("live-update", package(START + KEXEC[:5] + [freeze] + KEXEC[5:]), WARNED,
	       "root-self-asserted", 1, {"live_updates": 1})
	early = START + [freeze] + [each[:4] + (each[4] + 1,) if len(each) > 4 else each
				    for each in KEXEC]
	yield "freeze-without-jump", package(early), WARNED, "root-self-asserted", 1, {}
	again = START + KEXEC[:5] + [freeze, abort, KEXEC[4], KEXEC[5],
		("attach", "announced", digest("image"), None, 15), *KEXEC[7:]]
	yield "freeze-aborted", package(again), WARNED, "root-self-asserted", 1, {}
	left = START + KEXEC[:5] + [abort, freeze, ("detach", "driver"), ("attach", "unannounced"),
				    *KEXEC[7:]]
	yield "freeze-unannounced", package(left), WARNED, "root-self-asserted,unannounced-restart", 1, ALL
	yield from retrieved(freeze, left)


def taken_back(at, *between):
	"""A jump that was announced and not made."""
	return [*KEXEC[:3], ("kexec-image", None, digest("image"), None, at),
		("kexec-exec", None, digest("image"), None, at + 3), *between,
		("kexec-abort", None, None, None, at + 4)]


def retrieved(freeze, unannounced):
	"""What a kernel retrieves, the one before it must have frozen."""
	session = [("live-update", "retrieve vms"), ("live-update", "retrieve vms", None, u64(7)),
		   ("live-update", "finish vms"), ("live-update", "close vms")]
	frozen = START + KEXEC[:5] + [freeze] + KEXEC[5:]
	yield ("retrieve", package(frozen + session), WARNED, "root-self-asserted", 1,
	       {"live_updates": 1})
	yield ("retrieve-after-abort", package(frozen + taken_back(len(frozen)) + session), WARNED,
	       "root-self-asserted", 1, {"live_updates": 1})
	yield ("retrieve-first-kernel", package(START + session), WARNED, "root-self-asserted", 1, {})
	yield ("retrieve-unannounced", package(unannounced + session), WARNED,
	       "root-self-asserted,unannounced-restart", 1, ALL)
	yield "retrieve-unfrozen", package(LONG + session), BAD, "retrieve-unfrozen", len(LONG), {}
	late = LONG + taken_back(len(LONG), freeze) + session
	yield "retrieve-frozen-later", package(late), BAD, "retrieve-unfrozen", len(LONG) + 7, {}


def cases():
	for source in (condition(), code(), dropped(), crashes(), updates()):
		yield from source
