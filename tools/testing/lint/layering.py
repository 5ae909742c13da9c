# SPDX-License-Identifier: GPL-2.0-only
"""Who may include what: the table of Documentation/architecture.rst."""

import os
import re

from tree import FILES, none, read, under

INCLUDE = re.compile(r'^\s*#\s*include\s+([<"])([^>"]+)[>"]', re.M)

# Folder: (files and folders of ours that it may include, headers of the boundary
# that it may include; None is all). The longest folder that matches is the rule.
RULES = {
	"kmod/uapi": (("kmod/uapi",), None),
	"kmod": (("kmod",), None),
	"bpf": (("bpf",), None),
	"userspace/lib": (("userspace/lib",), None),
	"userspace/cli": (("userspace/cli", "userspace/lib/vouch.h", "bpf"), ()),
	"userspace/agent": (("userspace/agent", "userspace/lib/vouch.h"), ()),
	"userspace/card/core": (("userspace/card/core",),
				("types", "record", "wire", "regs", "proximity")),
	"userspace/card/platform": (("userspace/card/platform", "userspace/card/core"), ("wire",)),
	"userspace/card/vfu": (("userspace/card/vfu", "userspace/card/core"), ("wire", "regs")),
	"userspace/card": (("userspace/card",), ("wire", "regs")),
	"verifier/lib": (("verifier/lib",), ()),
	"verifier/refs": (("verifier/refs", "verifier/lib"), ()),
	"verifier/bench": (("verifier/bench", "verifier/lib"), ()),
	"verifier": (("verifier/vouch-verify.h", "verifier/lib"), ()),
	"tools": (("",), None),
}
# tests/ and fuzz/ see all of the part that they belong to, and TAP.
PARTS = {
	"kmod": (("kmod",), None),
	"userspace/lib": (("userspace/lib",), None),
	"userspace/cli": (("userspace/cli", "userspace/lib", "bpf"), ()),
	"userspace/agent": (("userspace/agent",), ()),
	"userspace/card": (("userspace/card",), None),
	"verifier": (("verifier",), ()),
}
TAP = "tools/testing/tap.h"
# Headers from outside, where not all of them will do: what a folder may have,
# and why the others are not for it.
OUTSIDE = {
	"kmod/uapi": (r"linux/(types|ioctl)\.h|stdint\.h", "not there in firmware"),
	"bpf": (r"(linux|bpf)/\w+\.h", "not for a BPF program"),
	"userspace/card/core": (
		r"(errno|float|inttypes|limits|std(align|arg|bool|def|int|noreturn)|string)\.h|"
		r"cbor/(arrays|bytestrings|encoding|floats_ctrls|ints|maps|strings|tags)\.h",
		"not for a state machine without I/O, memory or clock"),
	"verifier/lib": (
		r"(assert|ctype|errno|inttypes|limits|std(align|arg|bool|def|int|io|lib)|string)\.h|"
		r"openssl/.*|cbor(/.*)?\.h", "not for a library without I/O or clock"),
}
# The rules at work: a made-up include in a folder, and whether it is good.
SAMPLES = (
	("kmod/uapi/vouch/made-up.h", "<linux/types.h>", True),
	("kmod/uapi/vouch/made-up.h", "<unistd.h>", False),
	("kmod/made-up.c", "<uapi/vouch/ioctl.h>", True),
	("kmod/made-up.c", '"../userspace/lib/vouch.h"', False),
	("bpf/made-up.bpf.c", '"latency.h"', True),
	("bpf/made-up.bpf.c", "<vouch/wire.h>", True),
	("bpf/made-up.bpf.c", "<bpf/bpf_helpers.h>", True),
	("bpf/made-up.bpf.c", "<stdio.h>", False),
	("bpf/made-up.bpf.c", '"../kmod/trace.h"', False),
	("bpf/made-up.bpf.c", '"../userspace/cli/probe.h"', False),
	("userspace/lib/made-up.c", '"../../bpf/latency.h"', False),
	("userspace/cli/made-up.c", '"latency.h"', True),
	("userspace/agent/made-up.c", '"../../bpf/latency.h"', False),
	("userspace/lib/made-up.c", '"../card/core/card.h"', False),
	("userspace/cli/made-up.c", '"vouch.h"', True),
	("userspace/cli/made-up.c", '"private.h"', False),
	("userspace/cli/made-up.c", "<vouch/ioctl.h>", False),
	("userspace/card/core/made-up.c", '"journal.h"', True),
	("userspace/card/core/made-up.c", "<vouch/wire.h>", True),
	("userspace/card/core/made-up.c", "<vouch/ioctl.h>", False),
	("userspace/card/core/made-up.c", '"../platform/file.h"', False),
	("userspace/card/core/made-up.c", "<cbor/encoding.h>", True),
	("userspace/card/core/made-up.c", "<cbor.h>", False),
	("userspace/card/core/made-up.c", "<time.h>", False),
	("userspace/card/core/made-up.c", "<openssl/evp.h>", False),
	("userspace/card/platform/made-up.c", '"../core/card.h"', True),
	("userspace/card/platform/made-up.c", '"../vfu/server.h"', False),
	("userspace/card/vfu/made-up.c", '"../core/card.h"', True),
	("userspace/card/vfu/made-up.c", '"../platform/platform.h"', False),
	("userspace/card/made-up.c", '"platform/platform.h"', True),
	("userspace/card/vfu/tests/made-up.c", '"../../platform/platform.h"', True),
	("userspace/card/tests/made-up.c", '"tap.h"', True),
	("userspace/card/core/made-up.c", '"tap.h"', False),
	("userspace/card/tests/made-up.c", '"../../lib/vouch.h"', False),
	("verifier/lib/made-up.c", "<openssl/evp.h>", True),
	("verifier/lib/made-up.c", "<time.h>", False),
	("verifier/lib/made-up.c", "<vouch/wire.h>", False),
	("verifier/refs/made-up.c", '"../lib/refs.h"', True),
	("verifier/refs/made-up.c", '"../vouch-verify.h"', False),
	("verifier/made-up.c", '"refs/file.h"', False),
	("verifier/fuzz/made-up.c", '"../refs/file.h"', True),
	("verifier/fuzz/made-up.c", '"../../userspace/lib/vouch.h"', False),
)


def within(path, folder):
	return not folder or path == folder or path.startswith(f"{folder}/")


def within_any(path, folders):
	return any(within(path, folder) for folder in folders)


def is_test(path):
	return bool(re.search(r"/(tests|fuzz)/", path)) and within_any(path, PARTS)


def rule_of(path):
	"""The name of a file's rule, and the rule."""
	rules = PARTS if is_test(path) else RULES
	name = max((each for each in rules if within(path, each)), key=len, default=None)
	return name, rules.get(name)


def owner(path, name):
	"""The file of ours that a quoted include names, or None."""
	near = os.path.normpath(os.path.join(os.path.dirname(path), name))
	if near in FILES:
		return near
	found = [each for each in FILES if each.endswith(f"/{name}")]
	own = [each for each in found if each == TAP or within_any(each, rule_of(path)[1][0])]
	return (own or found or [None])[0]


def problem(path, quoted, name):
	"""Why this include is against the rule, or None."""
	rule, content = rule_of(path)
	if not rule:
		return "no rule for this folder"
	folders, boundary = content
	match = re.fullmatch(r"(?:uapi/)?vouch/(\w+)\.h", name)
	if match:
		if boundary is not None and match[1] not in boundary:
			return f"the boundary header <{name}> is not for {rule}"
		return None
	target = owner(path, name)
	if quoted and target:
		if within_any(target, folders) or target == TAP and is_test(path):
			return None
		return f"{target} is not for {rule}"
	if rule in OUTSIDE and not is_test(path):
		allowed, why = OUTSIDE[rule]
		if not re.fullmatch(allowed, name):
			return f"<{name}> is {why}"
	return None


def check():
	wrong = [f"{path}: {name} is {'good' if good else 'bad'}" for path, name, good in SAMPLES
		 if (problem(path, name[0] == '"', name[1:-1]) is None) != good]
	none(f"layering: the rules tell good from bad ({len(SAMPLES)})", wrong)
	problems = {}
	for path in under("kmod", "bpf", "userspace", "verifier", "tools", suffix=(".c", ".h")):
		found = problems.setdefault(rule_of(path)[0], [])
		for mark, name in INCLUDE.findall(read(path)):
			text = problem(path, mark == '"', name)
			if text:
				found.append(f"{path}: {text}")
	for rule, found in problems.items():
		none(f"layering: {rule}", found)
