# SPDX-License-Identifier: GPL-2.0-only
"""registers.py PCI-ADDRESS: starts a function whose driver is away on rings
of no size, as a broken kernel might: the card stops it. Runs in the VM."""

import mmap
import struct
import sys

STATUS, CONTROL, QSIZE = 0x0C, 0x20, 0x24
FATAL = 2

device = f"/sys/bus/pci/devices/{sys.argv[1]}"
with open(f"{device}/config", "r+b", buffering=0) as config:
	config.seek(4)
	config.write(struct.pack("<H", 2))	# memory, no bus master
with open(f"{device}/resource0", "r+b", buffering=0) as bar:
	with mmap.mmap(bar.fileno(), 4096) as regs, memoryview(regs).cast("I") as words:
		words[QSIZE // 4] = 0
		words[CONTROL // 4] = 1
		print("fatal" if words[STATUS // 4] & FATAL else f"status {words[STATUS // 4]:#x}")
