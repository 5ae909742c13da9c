# SPDX-License-Identifier: GPL-2.0-only
"""Measured boot: a TPM, its firmware's log and its quotes, in Python."""

import hashlib
import struct

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from make_refs import digest, key
from cases_history import BAD, FIRST, IDS, KEXEC, LONG, SECOND, START, WARNED, package
from world import spki

GOOD = "AUTHENTIC"
NONCE = digest("epoch nonce")[:32]
ACTION, NO_ACTION, SEPARATOR, TAG, APPLICATION = 5, 3, 4, 6, 0x80000003
BOOT_PCRS = tuple(range(10))
ALL = {"policy": "accept-all.json"}
NOTHING = {"policy": "accept-none.json"}

CALLING = digest("Calling EFI Application from Boot Option")
ZERO = hashlib.sha384(bytes(4)).digest()
OPTIONS = hashlib.sha384("quiet\0".encode("utf-16-le")).digest()

# What a firmware logs: (PCR, type, digest).
EVENTS = [
	(0, NO_ACTION, bytes(48)), (0, 8, digest("crtm")), (7, 0x80000001, digest("SecureBoot")),
	(4, ACTION, CALLING), *((pcr, SEPARATOR, ZERO) for pcr in range(8)),
	(4, APPLICATION, digest("pe-shim")), (4, APPLICATION, digest("pe-1")),
	(9, TAG, OPTIONS), (9, TAG, digest("initrd")), (5, ACTION, digest("exit")),
]


def pcrs(events, locality=0):
	values = {pcr: bytes(48) for pcr in range(24)}
	values[0] = bytes(47) + bytes([locality])
	for pcr, kind, content in events:
		if kind != NO_ACTION:
			values[pcr] = hashlib.sha384(values[pcr] + content).digest()
	return values


def attest(events=EVENTS, nonce=NONCE, **change):
	"""TPMS_ATTEST, big endian."""
	values = pcrs(events, change.get("locality", 0))
	which = change.get("pcrs", BOOT_PCRS)
	whole = hashlib.sha384(b"".join(values[pcr] for pcr in sorted(which))).digest()
	mask = sum(1 << pcr for pcr in which).to_bytes(3, "little")
	name = b"\x00\x0c" + digest("name")
	return b"".join((
		struct.pack(">IH", change.get("magic", 0xff544347), change.get("type", 0x8018)),
		struct.pack(">H", len(name)), name, struct.pack(">H", len(nonce)), nonce,
		struct.pack(">QIIB", 1000, change.get("resets", 7), 1, 1), bytes(8),
		struct.pack(">IHB", change.get("banks", 1), change.get("bank", 12), 3), mask,
		struct.pack(">H", len(whole)), whole, change.get("tail", b"")))


def signature(private, message):
	size = (private.curve.key_size + 7) // 8
	whole = private.sign(message, ec.ECDSA(hashes.SHA384(), deterministic_signing=True))
	return b"".join(part.to_bytes(size, "big") for part in decode_dss_signature(whole))


def records(start, quote=None, events=EVENTS, name="tpm", **change):
	"""The records of one quote, the first of them with number start."""
	signer = key(change.get("signer", name))
	quote = attest() if quote is None else quote
	packed = [struct.pack("<II", pcr, kind) + content for pcr, kind, content in events]
	public = change.get("public", spki(key(name)))
	out = [("tpm-key", None, hashlib.sha384(public).digest(), public)]
	out += [("tpm-events", None, None, b"".join(packed[at:at + 4]))
		for at in range(0, len(packed), 4)]
	out.append(("tpm-quote", None, change.get("quote_digest", hashlib.sha384(quote).digest()),
		    quote))
	number = start + len(out) - 1
	out.append(("tpm-signature", None, None, change.get("signature", signature(signer, quote)),
		    change.get("ref", number)))
	return out


BOOT = [("power-on", None, digest("card-firmware"), NONCE)] + START[1:]
AT = len(BOOT)
LAST = AT + len(records(AT)) - 1


def booted(**change):
	return BOOT + records(AT, **change)


def kexec(start):
	"""KEXEC, its references moved."""
	return [each[:4] + (each[4] + start - 8,) if len(each) > 4 else each for each in KEXEC]


def good():
	yield "measured-boot", package(booted()), GOOD, "", None, NOTHING
	yield ("measured-boot-kexec", package(booted() + kexec(LAST + 1)), GOOD, "", None, NOTHING)
	yield ("measured-boot-not-needed", package(booted()), GOOD, "", None, {})
	locality = attest(locality=3)
	yield "measured-boot-locality", package(booted(quote=locality)), GOOD, "", None, NOTHING
	events = EVENTS[:14] + [(9, TAG, hashlib.sha384("quiet".encode("utf-16-le")).digest()),
				EVENTS[15], (4, ACTION, digest("Returning from EFI Application from Boot Option")),
				(4, ACTION, CALLING), EVENTS[13], EVENTS[16]]
	yield ("measured-boot-returned", package(booted(events=events, quote=attest(events))), GOOD, "",
	       None, NOTHING)
	again = booted(quote=attest(nonce=bytes(32)))
	again += records(len(again))
	yield "measured-boot-second-try", package(again), WARNED, "tpm-quote-nonce", LAST, ALL
	reset = booted() + [each + (None,) * (5 - len(each)) + (2,) for each in (
		("reset", "function", None, digest("second")[:32]), ("attach", "after-reset"),
		START[2], START[3],
		*records(LAST + 5, attest(nonce=digest("second")[:32], resets=8)))]
	yield "measured-boot-twice", package(reset, epoch=2), GOOD, "", None, NOTHING


def broken(case, code, where=None, **change):
	"""Said of the record where, or else of the last, and the root stays what it was."""
	yield (case, package(booted(**change)), WARNED, f"root-self-asserted,{code}", 1, ALL)
	yield (case + "-refused", package(booted(**change)), BAD, code,
	       len(booted(**change)) - 1 if where is None else where, {})


def bad():
	yield from broken("tpm-key-stranger", "tpm-key-unknown", AT, name="stranger")
	yield from broken("tpm-key-elsewhere", "tpm-key-other-card", AT, name="tpm-elsewhere")
	yield from broken("tpm-key-nowhere", "tpm-key-other-card", AT, name="tpm-nowhere")
	yield from broken("tpm-signer", "tpm-quote-signature", signer="stranger")
	yield from broken("tpm-signature-short", "tpm-quote-signature", signature=bytes(95))
	yield from broken("tpm-signature-of-other", "tpm-quote-signature", ref=AT)
	for name, change in (("magic", {"magic": 0xff544348}), ("type", {"type": 0x8017}),
			     ("banks", {"banks": 2}), ("bank", {"bank": 11}),
			     ("tail", {"tail": b"\0"})):
		yield from broken(f"tpm-quote-{name}", "tpm-quote-malformed", quote=attest(**change))
	yield from broken("tpm-quote-cut", "tpm-quote-malformed", quote=attest()[:-1])
	yield from broken("tpm-quote-nonce", "tpm-quote-nonce", quote=attest(nonce=bytes(32)))
	yield from broken("tpm-quote-nonce-longer", "tpm-quote-nonce",
			  quote=attest(nonce=NONCE + b"\0"))
	for left_out in (0, 4, 7, 9):
		which = [pcr for pcr in BOOT_PCRS if pcr != left_out]
		yield from broken(f"tpm-quote-without-{left_out}", "tpm-quote-pcrs",
				  quote=attest(pcrs=which))
	yield from broken("tpm-events-left-out", "tpm-events-mismatch", quote=attest(),
			  events=EVENTS[:1] + EVENTS[2:])
	moved = [EVENTS[each] for each in (*range(12), 13, 12, 14, 15, 16)]
	yield from broken("tpm-events-moved", "tpm-events-mismatch", events=moved)
	yield from broken("tpm-events-pcr", "tpm-events-mismatch",
			  events=EVENTS + [(24, ACTION, digest("x"))])
	stranger = EVENTS[:13] + [(4, APPLICATION, digest("evil"))] + EVENTS[13:]
	yield from broken("tpm-loader", "tpm-loader-unknown", events=stranger, quote=attest(stranger))
	for name, content in (("other", "pe-2"), ("vmlinuz", "vmlinuz-1")):
		events = EVENTS[:13] + [(4, APPLICATION, digest(content))] + EVENTS[14:]
		yield from broken(f"tpm-kernel-{name}",
				  "tpm-kernel-unmeasured" if name == "other" else "tpm-loader-unknown",
				  events=events, quote=attest(events))
	last = EVENTS + [(4, APPLICATION, digest("pe-shim"))]
	yield from broken("tpm-kernel-then-shim", "tpm-kernel-unmeasured", events=last,
			  quote=attest(last))
	events = EVENTS[:13] + [(2, APPLICATION, digest("pe-1"))] + EVENTS[14:]
	yield from broken("tpm-kernel-other-pcr", "tpm-kernel-unmeasured", events=events,
			  quote=attest(events))
	# The PCR does not cover what an event is said to be.
	for name, kind in (("action", ACTION), ("separator", SEPARATOR), ("driver", 0x80000004)):
		hidden = EVENTS[:12] + [(4, kind, digest("evil"))] + EVENTS[12:]
		yield from broken(f"tpm-loader-as-{name}", "tpm-loader-unknown", events=hidden,
				  quote=attest(hidden))


def given():
	"""What the kernel was started with."""
	def of(case, code, *events):
		events = EVENTS[:14] + list(events) + EVENTS[16:]
		return broken(case, code, events=events, quote=attest(events))

	options, initrd = EVENTS[14:16]
	yield from of("tpm-initramfs-none", "tpm-input-unknown", options)
	yield from of("tpm-initramfs-other", "tpm-input-unknown", options, (9, TAG, digest("evil")))
	yield from of("tpm-initramfs-more", "tpm-input-unknown", options, initrd,
		      (9, TAG, digest("evil")))
	yield from of("tpm-initramfs-as-string", "tpm-input-unknown", options, initrd,
		      (9, 13, digest("evil")))
	yield from of("tpm-initramfs-as-kernel", "tpm-input-unknown", options,
		      (9, TAG, digest("vmlinuz-1")))
	yield from of("tpm-cmdline-none", "tpm-cmdline-differs", initrd)
	debug = (9, TAG, hashlib.sha384("debug\0".encode("utf-16-le")).digest())
	evil = (9, TAG, hashlib.sha384("evil\0".encode("utf-16-le")).digest())
	yield from of("tpm-cmdline-other", "tpm-cmdline-differs", debug, initrd)
	yield from of("tpm-cmdline-then-other", "tpm-cmdline-differs", options, debug, initrd)
	yield from of("tpm-cmdline-unknown", "tpm-input-unknown", evil, initrd)
	said = booted()
	said[3] = ("cmdline", None, digest("debug"))
	yield "tpm-cmdline-reported-other", package(said), BAD, "tpm-cmdline-differs", LAST, {}
	both = {"refs": ["refs-without-initramfs.corim", "refs-operator.corim"]}
	yield ("tpm-initramfs-declared", package(booted()), BAD, "operator-declared-initramfs", LAST,
	       both)
	yield ("tpm-initramfs-declared-accepted", package(booted()), WARNED,
	       "operator-declared-initramfs", LAST, {**both, **ALL})
	events = EVENTS[:14] + [evil] + EVENTS[15:]
	under = booted(events=events, quote=attest(events))
	both = {"refs": ["refs.corim", "refs-operator.corim"]}
	yield "tpm-cmdline-declared", package(under), BAD, "operator-declared", LAST, both


def too_late():
	"""A quote that says nothing of the kernel that runs when it comes."""
	quote = records
	after = BOOT + kexec(AT) + records(AT + len(KEXEC))
	yield "tpm-after-kexec", package(after), WARNED, "root-self-asserted", 1, ALL
	restart = BOOT + [("detach", "driver"), ("attach", "unannounced"), START[2], START[3]]
	restart += quote(len(restart))
	yield ("tpm-after-restart", package(restart), WARNED,
	       "root-self-asserted,unannounced-restart", 1, ALL)
	gone = BOOT + [("detach", "driver")]
	gone += quote(len(gone))
	yield "tpm-after-detach", package(gone, attach=3), BAD, "not-attached", None, {}
	silent = BOOT + records(AT)[1:]
	silent[-1] = silent[-1][:4] + (LAST - 2,)
	yield ("tpm-without-key", package(silent), WARNED, "root-self-asserted,tpm-key-unknown", 1,
	       ALL)
	bare = BOOT + records(AT)[:-1]
	yield "tpm-without-signature", package(bare), WARNED, "root-self-asserted", 1, {}
	second = digest("second")[:32]
	old = BOOT[:1] + [("reset", "function", None, second, None, 2)]
	old += [each + (None,) * (5 - len(each)) + (2,) for each in BOOT[1:]]
	old += [each + (None,) * (5 - len(each)) + (2,) for each in records(len(old))]
	yield ("tpm-nonce-of-before", package(old, epoch=2), WARNED,
	       "root-self-asserted,tpm-quote-nonce", 2, ALL)
	other = BOOT[:2] + [("kernel", SECOND, None, IDS[SECOND])] + BOOT[3:] + records(AT)
	yield "tpm-other-kernel-reports", package(other), BAD, "tpm-kernel-unmeasured", LAST, {}
	assert FIRST != SECOND and len(LONG) > AT


def epoch(number, start, *quote, **change):
	"""The records of one more epoch."""
	nonce = digest(f"epoch {number}")[:32]
	records_of = quote and records(start + 4, attest(nonce=nonce, resets=quote[0]), **change)
	return [each + (None,) * (5 - len(each)) + (number,) for each in (
		("reset", "function", None, nonce), ("attach", "after-reset"), START[2], START[3],
		*(records_of or ()))]


def restarts():
	"""The function was reset. Was the host? A kexec in between leaves no trace."""
	for case, resets, code in (("tpm-same-boot", 7, "tpm-same-boot"), ("tpm-restarted", 8, None)):
		host = booted()
		host += epoch(2, len(host), resets)
		if code:
			yield (case, package(host, epoch=2), WARNED, f"new-root,{code}", LAST + 2, ALL)
		else:
			yield case, package(host, epoch=2), GOOD, "", None, NOTHING
	unproven = "tpm-restart-unproven"
	# TPM2_Clear sets the count to zero, and leaves PCRs and the key as they are.
	host = booted()
	host += epoch(2, len(host), 0)
	yield "tpm-cleared", package(host, epoch=2), WARNED, f"new-root,{unproven}", LAST + 2, ALL
	host += epoch(3, len(host), 1)
	yield ("tpm-cleared-then-restart", package(host, epoch=3), WARNED, f"new-root,{unproven}",
	       LAST + 2, ALL)
	host = booted()
	host += epoch(2, len(host), 8, name="tpm-2")
	yield "tpm-other-key", package(host, epoch=2), WARNED, f"new-root,{unproven}", LAST + 2, ALL
	host = BOOT + epoch(2, len(BOOT), 8)
	yield ("tpm-first-quote-late", package(host, epoch=2), WARNED,
	       f"root-self-asserted,new-root,{unproven}", 1, ALL)
	host += epoch(3, len(host), 9)
	yield ("tpm-first-quote-late-then-restart", package(host, epoch=3), WARNED,
	       f"root-self-asserted,new-root,{unproven}", 1, ALL)
	host = booted()
	host += epoch(2, len(host))
	host += epoch(3, len(host), 8)
	yield ("tpm-epoch-left-out", package(host, epoch=3), WARNED,
	       f"new-root,new-root,{unproven}", LAST + 2, ALL)
	# Nobody attached in an epoch: nothing is missing there.
	empty = ("reset", "function", None, digest("empty")[:32], None, 2)
	host = booted() + [empty]
	host += epoch(3, len(host), 8)
	yield "tpm-empty-epoch", package(host, epoch=3), GOOD, "", None, NOTHING
	host = booted() + [empty]
	host += epoch(3, len(host), 7)
	yield ("tpm-empty-epoch-same-boot", package(host, epoch=3), WARNED, "new-root,tpm-same-boot",
	       LAST + 3, ALL)


def cases():
	for source in (good(), bad(), given(), too_late(), restarts()):
		yield from source
