#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Make a bootable kernel that nobody published, out of one that was.

    alter_kernel.py PUBLISHED.vmlinuz ALTERED.vmlinuz

The maintainer's address in the kernel's banners, shown by /proc/version and at
the top of the kernel's log, becomes a text that says so. Everything else, the
release and the build-id too, stays: only the file's digest tells the two apart,
and its signature, which no longer holds. Compressing takes a minute or two.
"""
import argparse
import hashlib
import os
import struct
import subprocess
import sys

NOTICE = b"altered-never-published"

# Offsets of the setup header: Documentation/arch/x86/boot.rst in Linux.
SETUP_SECTS, MAGIC, VERSION = 0x1F1, 0x202, 0x20E
PAYLOAD_OFFSET, PAYLOAD_LENGTH, SECTOR = 0x248, 0x24C, 512


def die(text):
	sys.exit(f"alter_kernel: {text}")


def payload_range(image):
	"""Where the compressed kernel lies, its trailing size included."""
	if image[MAGIC:MAGIC + 4] != b"HdrS":
		die("not a bootable x86 kernel image")
	base = ((image[SETUP_SECTS] or 4) + 1) * SECTOR
	offset, length = struct.unpack_from("<II", image, PAYLOAD_OFFSET)
	return base + offset, base + offset + length


def address(image):
	"""The maintainer's address, from 'RELEASE (ADDRESS) #1 ...'."""
	start = struct.unpack_from("<H", image, VERSION)[0] + SECTOR
	text = bytes(image[start:image.index(b"\0", start)])
	return text[text.index(b"(") + 1:text.index(b")")]


def zstd(data, *options):
	"""The tool rather than a binding: the reference root has it anyway."""
	return subprocess.run(["zstd", "-q", "-c", *options], input=data,
						  stdout=subprocess.PIPE, check=True).stdout


def alter_texts(data, old, new):
	if not data.count(old):
		die(f"no banner with {old!r} in the kernel")
	return data.replace(old, new)


def compress(vmlinux, room):
	"""As small as the original, made with level 22, or smaller: it has to fit."""
	print("alter_kernel: compressing, about a minute", file=sys.stderr)
	frame = zstd(vmlinux, "--no-check", "--ultra", "-22", "--zstd=tlen=131072,slog=12,ovlog=9")
	if len(frame) > room:
		die(f"the altered kernel needs {len(frame) - room} bytes more than there are")
	return frame


def alter(image):
	start, end = payload_range(image)
	payload = bytes(image[start:end])
	if payload[:4] != b"\x28\xb5\x2f\xfd":
		die("the kernel is not compressed with zstd")
	size = struct.unpack("<I", payload[-4:])[0]
	vmlinux = zstd(payload[:-4], "-d")
	if len(vmlinux) != size:
		die("the payload is not of the size that it claims")

	old = address(image)
	new = NOTICE[:len(old)].ljust(len(old), b"-")
	altered = alter_texts(vmlinux, b"(" + old + b")", b"(" + new + b")")
	frame = compress(altered, len(payload) - 4)

	# The kernel's decompressor looks for the end of the frame and leaves what
	# follows alone; the size stays where the boot code reads it.
	image[start:end] = frame + bytes(len(payload) - 4 - len(frame)) + payload[-4:]
	head = alter_texts(bytes(image[:start]), b"(" + old + b")", b"(" + new + b")")
	image[:start] = head


def cached(image):
	"""Where the reference root keeps what takes long: by input and recipe."""
	if not os.environ.get("VOUCH_INSIDE"):
		return None
	os.makedirs("/cache/altered", exist_ok=True)
	with open(__file__, "rb") as file:
		recipe = hashlib.sha256(file.read())
	recipe.update(image)
	return f"/cache/altered/{recipe.hexdigest()}"


def write(path, image):
	with open(f"{path}.part", "wb") as file:
		file.write(image)
	os.rename(f"{path}.part", path)


def main():
	parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
	parser.add_argument("published")
	parser.add_argument("altered")
	args = parser.parse_args()
	with open(args.published, "rb") as file:
		image = bytearray(file.read())
	size = len(image)
	kept = cached(image)
	if kept and os.path.exists(kept):
		with open(kept, "rb") as file:
			write(args.altered, file.read())
		return
	alter(image)
	assert len(image) == size
	write(args.altered, image)
	if kept:
		write(kept, image)


if __name__ == "__main__":
	main()
