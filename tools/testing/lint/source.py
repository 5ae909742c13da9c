# SPDX-License-Identifier: GPL-2.0-only
"""C: checkpatch, the module's own checks, and each header alone."""

import glob
import os
import re
import shutil
import subprocess

from tree import TREE, clean, none, run, tap, under

# What checkpatch says about kernel code that does not hold elsewhere:
USERSPACE = (
	"AVOID_EXTERNS",	# a library's own public names
	"CAMELCASE",		# OpenSSL's names
	"CONSTANT_COMPARISON",
	"ENOSYS",		# means "no such call" only in the kernel
	"NEW_TYPEDEFS",		# jansson and libcbor callbacks
	"PREFER_KERNEL_TYPES",	# uint8_t is the C library's own
	"SSCANF_TO_KSTRTO",	# there is none
	"STRCPY", "STRLCPY", "STRNCPY",
)
# An out-of-tree module that runs on several releases has to ask for them.
COMPAT = ("LINUX_VERSION_CODE", "MACRO_ARG_REUSE")
GROUPS = ("kmod", "bpf", "userspace/card", "userspace/lib", "userspace/cli", "userspace/agent",
	  "verifier", "tools/testing")
UAPI = "kmod/uapi/vouch"


def releases():
	with open("/etc/vouch-kernels", encoding="ascii") as handle:
		return handle.read().split()


def checkpatch_script():
	common = re.sub(r"-amd64$", "-common", releases()[0])
	return f"/usr/src/linux-headers-{common}/scripts/checkpatch.pl"


def checkpatch():
	for group in GROUPS:
		paths = under(group, suffix=(".c", ".h"))
		compat = [path for path in paths if path.endswith("/compat.h")]
		ignore = () if group == "kmod" else USERSPACE
		for files, types in ((compat, (*ignore, *COMPAT)),
				     ([path for path in paths if path not in compat], ignore)):
			if files:
				patch(f"checkpatch: {group} ({len(files)})", files, types)


def patch(name, files, ignore):
	argv = [checkpatch_script(), "--no-tree", "--strict", "--quiet", "--terse", "--showfile",
		"--show-types", "--no-summary", "--max-line-length=100", "--color=never"]
	if ignore:
		argv += ["--ignore", ",".join(ignore)]
	clean(name, [*argv, "-f", *files])


def module():
	"""W=1 and sparse in a copy, so that objects stay out of the tree."""
	for release in releases():
		copy = os.path.join(TREE, "build/lint/kmod", release)
		shutil.rmtree(copy, ignore_errors=True)
		shutil.copytree(os.path.join(TREE, "kmod"), copy,
				ignore=shutil.ignore_patterns("*.o", "*.ko", "*.mod*", ".*.cmd"))
		status, output = run(["make", "-C", f"/usr/src/linux-headers-{release}",
				      f"M={copy}", "C=2", "W=1", "CF=-D__CHECK_ENDIAN__",
				      "modules"])
		said = [line for line in output.splitlines()
			if re.search(r"\b(warning|error|ERROR|WARNING)\b", line)]
		tap.ok(status == 0 and not said, f"module: sparse and W=1 on {release}",
		       *(said or output.splitlines()[-20:]))


def boundary():
	compilers = (("gcc", "c"), ("g++", "c++"), ("clang", "c"), ("clang++", "c++"),
		     ("clang -target bpf", "c"), ("gcc -m32", "c"), ("gcc -ffreestanding", "c"))
	headers = under(UAPI, suffix=".h")
	for compiler, language in compilers:
		problems = []
		for header in headers:
			status, output = run([*compiler.split(), "-x", language, "-fsyntax-only",
					      "-Wall", "-Wextra", "-Wpadded", "-Wpedantic",
					      "-Wno-pragma-once-outside-header", "-Werror",
					      "-Ikmod/uapi", *system(compiler), header])
			if status:
				problems.append(output)
		none(f"boundary headers alone: {compiler}", problems)


def system(compiler):
	"""Where <linux/types.h> finds its asm/ for a target without one."""
	if "bpf" not in compiler:
		return []
	triplet = subprocess.run(["gcc", "-print-multiarch"], check=True, capture_output=True,
				 text=True).stdout.strip()
	return [f"-I/usr/include/{triplet}"]


def headers():
	for group in ("userspace/lib", "userspace/cli", "userspace/card", "userspace/agent",
		      "verifier"):
		problems = []
		paths = under(group, suffix=".h")
		for path in paths:
			folders = {os.path.dirname(path), group, *glob.glob(f"{group}/*/"),
				   "userspace/lib"} if group != "verifier" else \
				  {os.path.dirname(path), group, *glob.glob(f"{group}/*/")}
			status, output = run(["gcc", "-std=gnu11", "-D_GNU_SOURCE", "-x", "c",
					      "-fsyntax-only", "-Wall", "-Wextra", "-Werror",
					      "-Ikmod/uapi", *[f"-I{each}" for each in sorted(folders)],
					      path])
			if status:
				problems.append(output)
		if paths:
			none(f"headers alone: {group} ({len(paths)})", problems)


def check():
	checkpatch()
	module()
	boundary()
	headers()
