# SPDX-License-Identifier: GPL-2.0-only
"""Small PE images, and what firmware measures of them, section by section."""

import hashlib
import struct

HEADERS = 0x400
SECTIONS = [(0x800, b"second" * 50), (0x400, b"first" * 100)]	# not in the file's order


def image(wide=True, checksum=0, signature=b"", tail=b""):
	"""The bytes, and those that are measured: (bytes, measured)."""
	place = max(at + 0x200 for at, _ in SECTIONS) + len(tail)
	directories = [(0, 0)] * 4 + [(place, len(signature)) if signature else (0, 0)] + [(0, 0)] * 11
	head = struct.pack("<HBBIIIII", 0x20b if wide else 0x10b, 1, 0, 0, 0, 0, 0, 0x1000)
	head += struct.pack("<QII", 0, 512, 512) if wide else struct.pack("<IIII", 0, 0, 512, 512)
	head += struct.pack("<HHHHHHIII", *[0] * 7, 0x3000, HEADERS)
	before = bytearray(b"MZ".ljust(0x3c, b"\0") + struct.pack("<I", 0x40))
	optional = len(head) + 4 + 4 + (32 if wide else 16) + 4 + 4 + 16 * 8
	before += b"PE\0\0" + struct.pack("<HHIIIHH", 0x8664, len(SECTIONS), 0, 0, 0, optional, 0)
	before += head
	between = struct.pack("<HH", 10, 0) + bytes(32 if wide else 16) + struct.pack("<II", 0, 16)
	entries = [struct.pack("<II", *each) for each in directories]
	between += b"".join(entries[:4])
	table = b"".join(entries[5:])
	for number, (at, _) in enumerate(SECTIONS):
		table += struct.pack("<8sIIIIIIHHI", b".s%d" % number, 0x200, 0x1000, 0x200, at,
				     0, 0, 0, 0, 0)
	used = len(before) + 4 + len(between) + 8 + len(table)
	table += bytes(HEADERS - used)
	body, end = b"", HEADERS
	for at, content in sorted(SECTIONS):
		# A gap between sections is never measured, and moves what counts as the rest.
		body += bytes(at - end) + content.ljust(0x200, b"\0")[:0x200]
		end = at + 0x200
	whole = bytes(before) + struct.pack("<I", checksum) + between + entries[4] + table
	whole += body + tail + signature
	measured = bytes(before) + between + table
	for at, content in sorted(SECTIONS):
		measured += content.ljust(0x200, b"\0")[:0x200]
	counted = HEADERS + 0x200 * len(SECTIONS)
	measured += whole[counted:len(whole) - len(signature)]
	return whole, hashlib.sha384(measured).digest()


def files():
	"""name, content"""
	plain, digest = image()
	yield "unsigned.efi", plain
	yield "image.sha384", digest
	yield "signed.efi", image(signature=b"certificate table......!")[0]
	yield "checksum.efi", image(checksum=0x12345678)[0]
	yield from zip(("tail.efi", "tail.sha384"), image(tail=b"tail" * 8))
	yield from zip(("pe32.efi", "pe32.sha384"), image(wide=False))
