# SPDX-License-Identifier: GPL-2.0-only
"""Histories that the card signed: what they must be worth."""

from make_refs import boot_cmdline, digest, tpm_key, value
from world import World, Card

GOOD, WARNED, BAD, NONE = ("AUTHENTIC", "AUTHENTIC, with warnings", "NOT AUTHENTIC",
			   "COULD NOT TELL")
FIRST, SECOND = "6.1.0-1-amd64", "6.2.0-1-amd64"
IDS = {FIRST: bytes(range(20)), SECOND: bytes(range(20, 40))}
INSTANCE = bytes(range(16))

REFERENCES = [
	value("kernel", FIRST, "vmlinuz-1", "6.1-1", IDS[FIRST]),
	value("kernel", SECOND, "vmlinuz-2", "6.2-1", IDS[SECOND]),
	value("module", "kvm", "kvm.ko", "6.1-1", b"\x11" * 20),
	value("module", "kvm", "kvm.ko.xz", "6.1-1", b"\x11" * 20),
	value("module", "kvm_amd", "kvm-amd.ko", "6.1-1", b"\x12" * 20),
	value("vmm", "qemu-system-x86_64", "qemu", "11.1"),
	value("initramfs", "initrd", "initrd"),
	value("cmdline", "quiet", "quiet"),
	boot_cmdline("quiet"),
	boot_cmdline("quiet", ""),
	value("cmdline", "debug", "debug"),
	boot_cmdline("debug"),
	value("firmware", "blob.bin", "blob"),
	value("card-firmware", "reference card", "card-firmware"),
	value("bpf", "watch", "watch"),
	value("kernel-authenticode", FIRST, "pe-1", "6.1-1", IDS[FIRST]),
	value("kernel-authenticode", SECOND, "pe-2", "6.2-1", IDS[SECOND]),
	value("boot-loader", "shim", "pe-shim", "15"),
	# A host whose card was replaced.
	tpm_key("tpm", "card before"),
	tpm_key("tpm"),
	tpm_key("tpm", "card after"),
	tpm_key("tpm-2"),
	tpm_key("tpm-elsewhere", "other card"),
	{**tpm_key("tpm-nowhere"), 1: {**tpm_key("tpm-nowhere")[1], 11: "host seven"}},
]

START = [
	("power-on", None, digest("card-firmware")),		# 0
	("attach", "after-reset"),				# 1
	("kernel", FIRST, None, IDS[FIRST]),			# 2
	("cmdline", None, digest("quiet")),			# 3
	("module-present", "kvm", None, b"\x11" * 20),		# 4
	("module-load", "kvm-amd.ko", digest("kvm-amd.ko")),	# 5
	("assign", "function 1", None, INSTANCE),		# 6
	("vm-start", "qemu-system-x86_64", digest("qemu")),	# 7
]
KEXEC = [
	("kexec-kernel", "vmlinuz-2", digest("vmlinuz-2")),	# 8
	("kexec-initramfs", None, digest("initrd")),		# 9
	("kexec-cmdline", None, digest("quiet")),		# 10
	("kexec-image", None, digest("image"), None, 8),	# 11
	("kexec-exec", None, digest("image"), None, 11),	# 12
	("detach", "driver"),					# 13
	("attach", "announced", digest("image"), None, 12),	# 14
	("kernel", SECOND, None, IDS[SECOND]),			# 15
	("cmdline", None, digest("quiet")),			# 16
]
LONG = START + KEXEC
OWN = [("kernel", "guest", None, b"\x77" * 20), ("cmdline", None, digest("guest"))]


def changed(number, *spec, base=None):
	records = list(base or LONG)
	records[number] = spec
	return records


def package(records, **change):
	return World(records, OWN if change.get("role", 1) else (), **change).package()


def unknown():
	"""One record of each kind that matches nothing."""
	nothing = digest("nothing")
	for number, code, spec in (
		(0, "card-firmware-unknown", ("power-on", None, nothing)),
		(2, "kernel-unknown", ("kernel", FIRST, None, b"\x66" * 20)),
		(3, "cmdline-unknown", ("cmdline", None, nothing)),
		(4, "module-unknown", ("module-present", "kvm", None, b"\x66" * 20)),
		(5, "module-unknown", ("module-load", "kvm-amd.ko", nothing)),
		(7, "vmm-unknown", ("vm-start", "qemu-system-x86_64", nothing)),
		(8, "kernel-unknown", ("kexec-kernel", "vmlinuz-2", nothing)),
		(9, "initramfs-unknown", ("kexec-initramfs", None, nothing)),
		(10, "cmdline-unknown", ("kexec-cmdline", None, nothing)),
	):
		yield f"unknown-{number}-{spec[0]}", package(changed(number, *spec)), BAD, code, number, {}
	load = ("firmware-load", "blob.bin", nothing)
	yield "unknown-firmware", package(START + [load]), BAD, "firmware-unknown", 8, {}
	update = ("card-firmware", None, nothing)
	yield "unknown-card-firmware", package(START + [update]), BAD, "card-firmware-unknown", 8, {}
	yield ("unknown-name", package(changed(2, "kernel", SECOND, None, IDS[FIRST])), BAD,
	       "kernel-unknown", 2, {})
	yield ("kernel-as-module", package(changed(5, "module-load", "x", digest("vmlinuz-1"))), BAD,
	       "module-unknown", 5, {})
	yield ("no-build-id", package(changed(2, "kernel", FIRST)), BAD, "kernel-unknown", 2, {})
	yield ("no-digest", package(changed(7, "vm-start", "qemu")), BAD, "vmm-unknown", 7, {})


def continuity():
	other = digest("other")
	yield ("kexec-image-changed", package(changed(12, "kexec-exec", None, other, None, 11)), BAD,
	       "attach-image", 14, {})
	both = changed(14, "attach", "announced", other, None, 12,
		       base=changed(12, "kexec-exec", None, other, None, 11))
	yield "kexec-image-changed-2", package(both), BAD, "kexec-image-changed", 12, {}
	yield ("kexec-other-kernel", package(changed(15, "kernel", FIRST, None, IDS[FIRST])), BAD,
	       "kexec-other-kernel", 15, {})
	yield ("attach-image", package(changed(14, "attach", "announced", other, None, 12)), BAD,
	       "attach-image", 14, {})
	yield ("attach-ref", package(changed(14, "attach", "announced", digest("image"), None, 11)),
	       BAD, "attach-image", 14, {})
	yield ("attach-announced-twice", package(LONG + [LONG[14], LONG[15]]), BAD, "attach-image",
	       17, {})
	unproven = changed(11, "kexec-image", None, digest("image"))
	yield "kexec-unproven", package(unproven), BAD, "kexec-unproven", 12, {}
	yield ("kexec-unproven-accepted", package(unproven), WARNED,
	       "root-self-asserted,kexec-unproven", 1, {"policy": "accept-all.json"})
	yield ("kexec-no-image", package(changed(12, "kexec-exec", None, digest("image"))), BAD,
	       "kexec-unproven", 12, {})
	abort = START + KEXEC[:5] + [("kexec-abort", None, None, None, 12)]
	yield "kexec-abort", package(abort), WARNED, "root-self-asserted", 1, {}
	blind = START + KEXEC[:5] + [("kexec-abort",)]
	yield "kexec-abort-blind", package(blind), WARNED, "root-self-asserted", 1, {}
	yield ("attach-after-blind-abort", package(blind + [("detach", "driver"), KEXEC[6], KEXEC[7]]),
	       BAD, "attach-image", 15, {})
	yield ("attach-after-abort", package(abort + [("detach", "driver"), KEXEC[6], KEXEC[7]]), BAD,
	       "attach-image", 15, {})


def contradictions():
	"""Each record alone has its reference; together they cannot be true."""
	twice = ("kernel", FIRST, None, IDS[FIRST])
	yield "kernel-twice", package(LONG + [twice]), BAD, "kernel-unattached", 17, {}
	early = START + KEXEC[:5] + [KEXEC[7]] + KEXEC[5:]
	yield "kernel-before-attach", package(early), BAD, "kernel-unattached", 13, {}
	before = START[:1] + START[2:3] + START[1:]
	yield "kernel-before-any-attach", package(before), BAD, "kernel-unattached", 1, {}
	late = LONG[:15] + [("kexec-abort", None, None, None, 12), twice, LONG[16]]
	yield "kexec-abort-after-attach", package(late), BAD, "kexec-other-kernel", 16, {}
	other = START + KEXEC[:5] + [("kexec-abort", None, None, None, 11)] + KEXEC[5:]
	yield "kexec-abort-of-nothing", package(other), WARNED, "root-self-asserted", 1, {}
	gone = START + KEXEC[:5] + [("detach", "gone")]
	yield "jumping-gone", package(gone, attach=3), BAD, "not-attached", None, {}
	yield from loads()
	yield "cmdline-missing", package(LONG[:16]), BAD, "cmdline-missing", 15, {}
	before = START[:3] + START[4:] + [each[:4] + (each[4] - 1,) if len(each) > 4 else each
					  for each in KEXEC]
	yield "cmdline-missing-before", package(before), BAD, "cmdline-missing", 2, {}
	unread = changed(16, "unmeasured", "cmdline: -2")
	yield "cmdline-unmeasured", package(unread), BAD, "unmeasured", 16, {}
	full = START + [("nearly-full",), START[5]]
	yield "nearly-full", package(full), BAD, "nearly-full", 8, {}
	yield ("nearly-full-accepted", package(full), WARNED, "root-self-asserted,nearly-full", 1,
	       {"policy": "accept-all.json"})


def loads():
	"""A jump goes to what was loaded last, from the file that was read last."""
	older = START + KEXEC[:4] + [
		("kexec-kernel", "vmlinuz-1", digest("vmlinuz-1")),		# 12
		("kexec-image", None, digest("image-1"), None, 12),		# 13
		("kexec-exec", None, digest("image"), None, 11),		# 14
		("attach", "announced", digest("image"), None, 14), KEXEC[7], KEXEC[8]]
	yield "kexec-older-image", package(older), BAD, "kexec-unproven", 14, {}
	file = START + [KEXEC[0],
		("kexec-kernel", "vmlinuz-1", digest("vmlinuz-1")),		# 9
		("kexec-image", None, digest("image"), None, 8),		# 10
		("kexec-exec", None, digest("image"), None, 10),		# 11
		("attach", "announced", digest("image"), None, 11), KEXEC[7], KEXEC[8]]
	yield "kexec-older-file", package(file), BAD, "kexec-unproven", 11, {}
	same = START + KEXEC[:4] + [
		("kexec-image", None, digest("image-1"), None, 8),		# 12
		("kexec-exec", None, digest("image-1"), None, 12),		# 13
		("attach", "announced", digest("image-1"), None, 13), KEXEC[7], KEXEC[8]]
	yield "kexec-file-twice", package(same), BAD, "kexec-unproven", 13, {}
	again = LONG + [("kexec-exec", None, digest("image"), None, 11),	# 17
			("attach", "announced", digest("image"), None, 17), KEXEC[7], KEXEC[8]]
	yield "kexec-image-of-before", package(again), BAD, "kexec-unproven", 17, {}
	crash = START + KEXEC[:4] + [
		("kexec-kernel", "vmlinuz-1", digest("vmlinuz-1")),		# 12
		("kexec-exec", None, digest("image"), None, 11),		# 13
		("attach", "announced", digest("image"), None, 13), KEXEC[7], KEXEC[8]]
	yield "kexec-crash-loaded", package(crash), WARNED, "root-self-asserted", 1, {}
	abort = START + KEXEC[:5] + [
		("kexec-abort", None, None, None, 12),				# 13
		("kexec-exec", None, digest("image"), None, 11),		# 14
		("attach", "announced", digest("image"), None, 14), KEXEC[7], KEXEC[8]]
	yield "kexec-second-try", package(abort), WARNED, "root-self-asserted", 1, {}
	many = START + [("kexec-kernel", "vmlinuz-1", digest("vmlinuz-1"))] * 20 + [
		("kexec-kernel", "vmlinuz-2", digest("vmlinuz-2")),		# 28
		("kexec-image", None, digest("image"), None, 28),		# 29
		("kexec-exec", None, digest("image"), None, 29),		# 30
		("attach", "announced", digest("image"), None, 30), KEXEC[7], KEXEC[8]]
	yield "kexec-many-loads", package(many), WARNED, "root-self-asserted", 1, {}


def epochs():
	again = [("attach", "unannounced"), START[2], START[3]]
	yield ("unannounced", package(START + [("detach", "driver")] + again), BAD,
	       "unannounced-restart", 9, {})
	yield ("unannounced-accepted", package(START + [("detach", "driver")] + again), WARNED,
	       "root-self-asserted,unannounced-restart", 1, {"policy": "accept-all.json"})
	reset = START + [("detach", "gone"), ("reset", "function", None, None, None, 2),
			 ("attach", "after-reset", None, None, None, 2),
			 ("kernel", FIRST, None, IDS[FIRST], None, 2),
			 ("cmdline", None, digest("quiet"), None, None, 2)]
	yield "new-root", package(reset, epoch=2), BAD, "new-root", 10, {}
	yield ("new-root-accepted", package(reset, epoch=2), WARNED, "root-self-asserted,new-root", 1,
	       {"policy": "accept-all.json"})
	yield ("kernel-silent", package(START[:2] + START[6:]), BAD, "kernel-silent", 1, {})
	silent = START[:2] + [("detach", "driver"), ("attach", "unannounced")] + START[2:]
	yield ("kernel-silent-before", package(silent), BAD, "kernel-silent", 1,
	       {"policy": "accept-all.json"})
	yield ("not-attached", package(START + [("detach", "driver")], attach=3), BAD, "not-attached",
	       None, {})
	yield ("jumping", package(START + KEXEC[:6], attach=2), BAD, "not-attached", None, {})
	yield ("attach-strange", package(changed(1, "attach", "somehow")), BAD, "record-incomplete", 1,
	       {})


def weak():
	yield "accept-none", package(LONG), BAD, "root-self-asserted", 1, {"policy": "accept-none.json"}
	yield ("unmeasured", package(START + [("unmeasured", "kexec_load: no file")]), BAD,
	       "unmeasured", 8, {})
	yield ("type-unknown", package(START + [(63, "news")]), BAD, "type-unknown", 8, {})
	yield ("user", package(START + [("user", "note", digest("note"))]), WARNED,
	       "root-self-asserted", 1, {})
	# Clear screen, the same in one character, DEL, and text that runs backwards.
	hostile = "x\x1b[2J\x9b2J\x7f\u202egnp\r\n\"\\"
	yield ("user-hostile", package(START + [("user", hostile, digest("note"))]), WARNED,
	       "root-self-asserted", 1, {})
	yield ("module-hostile", package(changed(5, "module-load", hostile, digest("nothing"))), BAD,
	       "module-unknown", 5, {})
	both = {"refs": ["refs-without-initramfs.corim", "refs-operator.corim"]}
	yield ("operator-initramfs", package(LONG), BAD, "operator-declared-initramfs", 9, both)
	yield ("operator-initramfs-accepted", package(LONG), WARNED,
	       "root-self-asserted,operator-declared-initramfs", 1,
	       {**both, "policy": "accept-all.json"})
	yield ("operator-kernel", package(changed(2, "kernel", "rogue", None, b"\x66" * 20)), BAD,
	       "kernel-unknown", 2, {"refs": ["refs.corim", "refs-operator.corim"]})
	yield "own-required", package(LONG), BAD, "kernel-unknown", 0, {"policy": "own.json"}
	world = World(LONG, OWN)
	debug = world.collection(world.evidence(world.claims(claims={263: 1})))
	yield "debug", world.package(debug), BAD, "debug-enabled", None, {}
	new = Card(firmware=digest("new"))
	yield ("firmware-unknown-now", package(LONG, card=new), BAD, "card-firmware-unknown", None, {})


def cases():
	yield "golden", package(LONG), WARNED, "root-self-asserted", 1, {}
	yield "golden-short", package(START), WARNED, "root-self-asserted", 1, {}
	yield "golden-bare", World(START).package(), WARNED, "root-self-asserted", 1, {}
	yield "golden-host", package(LONG, role=0), WARNED, "root-self-asserted", 1, \
		{"policy": "host.json"}
	for source in (unknown(), continuity(), contradictions(), epochs(), weak()):
		yield from source
