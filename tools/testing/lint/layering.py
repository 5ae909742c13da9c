# SPDX-License-Identifier: GPL-2.0-only
"""Who may include what: the table of Documentation/architecture.rst."""

import os
import re

from tree import FILES, none, read, under

INCLUDE = re.compile(r'^\s*#\s*include\s+([<"])([^>"]+)[>"]', re.M)

# Folder: (folders of ours that it may include, headers of the boundary that it
# may include; None is all). The longest folder that matches is the rule.
RULES = {
	"kmod/uapi": (("kmod/uapi",), None),
	"kmod": (("kmod",), None),
	"bpf": (("bpf",), None),
	"userspace/lib": (("userspace/lib",), None),
	"userspace/cli": (("userspace/cli", "userspace/lib/vouch.h", "build"), ()),
	"userspace/card": (("userspace/card",), ("types", "wire", "regs")),
	"userspace/agent": (("userspace/agent", "userspace/lib/vouch.h"), ()),
	"verifier/lib": (("verifier/lib",), ()),
	"verifier": (("verifier",), ()),
	"tools": (("",), None),
}
# The boundary headers also serve firmware, where there is no Linux.
UAPI_SYSTEM = {"linux/types.h", "linux/ioctl.h", "stdint.h"}
# The verifier's library: no I/O, no clock, nothing but libc, libcrypto, libcbor.
VERIFIER_SYSTEM = re.compile(r"^(openssl/.*|cbor(/.*)?|assert|ctype|errno|inttypes|limits|"
			     r"stdalign|stdarg|stdbool|stddef|stdint|stdio|stdlib|string)(\.h)?$")


def rule_of(path):
	folders = [folder for folder in RULES if path.startswith(f"{folder}/")]
	return max(folders, key=len) if folders else None


def owner(path, name):
	"""The file of ours that a quoted include names, or None."""
	near = os.path.normpath(os.path.join(os.path.dirname(path), name))
	if near in FILES:
		return near
	found = [each for each in FILES if each.endswith(f"/{name}")]
	own = [each for each in found if rule_of(each) == rule_of(path)]
	return (own or found or [None])[0]


def problem(path, rule, quoted, name):
	"""Why this include is against the rule, or None."""
	folders, boundary = RULES[rule]
	match = re.fullmatch(r"(?:uapi/)?vouch/(\w+)\.h", name)
	if match:
		if boundary is not None and match[1] not in boundary:
			return f"the boundary header <{name}> is not for {rule}"
		return None
	target = owner(path, name)
	if quoted and target:
		if not any(target.startswith(folder) for folder in folders):
			return f"{target} is not for {rule}"
		if target.startswith("tools/testing/") and rule != "tools":
			return f"{target}: nothing includes tools/testing"
		return None
	if rule == "kmod/uapi" and name not in UAPI_SYSTEM:
		return f"<{name}> is not there in firmware"
	if rule == "verifier/lib" and not VERIFIER_SYSTEM.match(name):
		return f"<{name}> is not for a library without I/O or clock"
	return None


def check():
	for rule in RULES:
		problems = []
		for path in under(rule, suffix=(".c", ".h")):
			if rule_of(path) != rule or "/tests/" in path or "/fuzz/" in path:
				continue
			for mark, name in INCLUDE.findall(read(path)):
				text = problem(path, rule, mark == '"', name)
				if text:
					problems.append(f"{path}: {text}")
		none(f"layering: {rule}", problems)
