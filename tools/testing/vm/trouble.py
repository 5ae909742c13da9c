# SPDX-License-Identifier: GPL-2.0-only
"""What a debug kernel says of the code that it runs."""

import os

import testmod
from channel import VMError

KMEMLEAK = "/sys/kernel/debug/kmemleak"
# It lets an object be for five seconds, and believes what it saw twice.
SCAN = f"sleep 6 && echo scan > {KMEMLEAK} && echo scan > {KMEMLEAK} && cat {KMEMLEAK}"
# In this order: lockdep stops at its own first report, and at KASAN's.
PLANTED = {
	"order": "possible circular locking", "sleep": "sleeping function called",
	"overrun": "slab-out-of-bounds", "stale": "slab-use-after-free", "warn": "WARNING:",
}


def is_debug(host):
	"""Whether this kernel looks for leaks."""
	return host.run(f"[ -e {KMEMLEAK} ]")[0] == 0


def insert(host, name, options=""):
	"""Load a module that does what it does and goes; fails where it cannot."""
	with open(os.path.join(testmod.build(name, host.release), f"{name}.ko"), "rb") as module:
		host.put(f"/{name}.ko", module.read())
	status, output = host.run(f"insmod /{name}.ko {options} 2>&1; sleep 2", 300)
	if "canceled" not in output:
		raise VMError(f"{host.name}: {name}.ko ended with {status}: {output}")


def forget(host):
	"""What was lost until now is not the business of leaks(). Nor does the
	kernel look by itself from now on: a scan takes long.
	"""
	insert(host, "churn")
	host.must(f"echo scan=off > {KMEMLEAK} && {SCAN} > /dev/null && echo clear > {KMEMLEAK}", 1800)


def leaks(host):
	"""What nothing points at any more, as kmemleak prints it; "" for none."""
	insert(host, "churn")
	return host.must(SCAN, 1800).strip()


def begin(host):
	"""Before a test of its own kernel's leaks, where it looks for them."""
	if is_debug(host):
		forget(host)


def nothing_lost(tap, host):
	"""After it."""
	if is_debug(host):
		lost = leaks(host)
		tap.ok(not lost, "nothing is lost", lost)


def plant(host, fault):
	"""Do one wrong thing; returns what the harness then says of the VM."""
	host.must("echo 0 > /proc/sys/kernel/panic_on_warn")
	check, host.channel.check = host.channel.check, lambda: None
	insert(host, "broken", f"fault={fault}")
	host.channel.check = check
	try:
		host.check()
	except VMError as error:
		return str(error)
	finally:
		while host.console.trouble():
			pass
	return "nothing"


def heard(tap, host):
	"""A run without a report says something only where one would have been
	heard of: to be seen last, as the kernel then stops looking.
	"""
	for fault in ("order", "overrun"):
		said = plant(host, fault)
		tap.ok(PLANTED[fault] in said, f"a report would have been heard of: {fault}", said)
