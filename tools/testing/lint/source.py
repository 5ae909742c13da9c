# SPDX-License-Identifier: GPL-2.0-only
"""C: checkpatch, the module's own checks, and each header alone."""

import os
import re
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from tree import TREE, clean, none, read, run, tap, under

# What checkpatch says about kernel code that does not hold elsewhere:
USERSPACE = (
	"ARRAY_SIZE", "BIT_MACRO", "PREFER_DEFINED_ATTRIBUTE_MACRO",	# not there
	"AVOID_EXTERNS",	# a library's own public names
	"BRACES",		# EXPECT_ macros of the kselftest harness are loops
	"BRACKET_SPACE", "COMPLEX_MACRO", "MACRO_ARG_REUSE", "MACRO_ARG_UNUSED",
	"MACRO_WITH_FLOW_CONTROL", "TRAILING_SEMICOLON",	# tables made by X-macros
	"CAMELCASE",		# OpenSSL's names
	"CONCATENATED_STRING", "STRING_FRAGMENTS",	# end a hexadecimal escape
	"ENOSYS",		# means "no such call" only in the kernel
	"PREFER_KERNEL_TYPES",	# uint8_t is the C library's own
	"SPLIT_STRING",		# texts for people are wrapped
	"SSCANF_TO_KSTRTO", "STRCPY", "STRNCPY",	# there is no other
	"VOLATILE",		# what a signal handler sets, and what libbpf sets before load
	"UNNECESSARY_PARENTHESES",	# that say which condition belongs to which
)
# Tables made by X-macros and initializers.
MODULE = ("COMPLEX_MACRO", "MACRO_ARG_REUSE", "MACRO_ARG_UNUSED")
# An out-of-tree module that runs on several releases has to ask for them, and
# firmware has the C library's types only.
COMPAT = (*MODULE, "CAMELCASE", "LINUX_VERSION_CODE", "PREFER_KERNEL_TYPES")
COMPAT_FILES = ("kmod/compat.h", "kmod/uapi/vouch/types.h")
# Debian's sparse is older than __typeof_unqual__ and than scoped locks.
SPARSE = "-D__CHECK_ENDIAN__ -D__typeof_unqual__=__typeof__ -Wno-context"
GROUPS = ("kmod", "bpf", "userspace/card", "userspace/lib", "userspace/cli", "userspace/agent",
	  "verifier", "tools/testing")
UAPI = "kmod/uapi/vouch"


def releases():
	with open("/etc/vouch-kernels", encoding="ascii") as handle:
		return handle.read().split()


def checkpatch(kernel):
	"""A job for each group: call it for what tap.ok() wants."""
	for group in GROUPS:
		paths = under(group, suffix=(".c", ".h"))
		compat = [path for path in paths if path in COMPAT_FILES]
		ignore = MODULE if group == "kmod" else USERSPACE
		for files, types in ((compat, (*ignore, *COMPAT)),
				     ([path for path in paths if path not in compat], ignore)):
			if files:
				yield partial(patch, kernel, f"checkpatch: {group} ({len(files)})",
					      files, types)


def patch(kernel, name, files, ignore):
	argv = [f"{kernel}/scripts/checkpatch.pl", "--no-tree", "--strict", "--quiet", "--terse", "--showfile",
		"--show-types", "--no-summary", "--max-line-length=100", "--color=never"]
	if ignore:
		argv += ["--ignore", ",".join(ignore)]
	# It keeps a cache where it runs: not in the tree.
	status, output = run([*argv, "-f", *[os.path.join(TREE, path) for path in files]],
			     cwd="/tmp")
	found = [line for line in output.replace(f"{TREE}/", "").splitlines()
		 if re.match(r"[^:]+:\d+: (ERROR|WARNING|CHECK):", line)]
	said = [line for line in found if not is_stack(line)]
	return not said and (status == 0 or found), name, *(said or [output])


def is_stack(line):
	"""checkpatch takes OpenSSL's STACK_OF(type) for a cast."""
	match = re.match(r"([^:]+):(\d+):.*:SPACING:", line)
	return bool(match) and "STACK_OF(" in read(match[1]).splitlines()[int(match[2]) - 1]


def module(release):
	"""W=1 and sparse in a copy, so that objects stay out of the tree.

	Newer headers packages lack the script that looks for sparse, and would
	turn it off: KBUILD_CHECKSRC says that it is there.
	"""
	copy = os.path.join(TREE, "build/lint/kmod", release)
	shutil.rmtree(copy, ignore_errors=True)
	for path in ["Kbuild", *under("kmod", suffix=(".c", ".h"))]:
		target = os.path.join(copy, path)
		os.makedirs(os.path.dirname(target), exist_ok=True)
		shutil.copyfile(os.path.join(TREE, path), target)
	status, output = run(["make", "-C", f"/usr/src/linux-headers-{release}", f"M={copy}", "C=2",
			      "KBUILD_CHECKSRC=2", "W=1", f"CF={SPARSE}", "modules"])
	said = [line for line in output.splitlines()
		if re.search(r"\b(warning|error|ERROR|WARNING)\b", line) and
		"C=2 specified" not in line and not is_modinfo(line)]
	return (status == 0 and not said, f"module: sparse and W=1 on {release}",
		*(said or output.splitlines()[-20:]))


def is_modinfo(line):
	"""Debian's sparse cannot evaluate the string length in MODULE_*()."""
	match = re.match(r"(?:.*/)?(kmod/\w+\.[ch]):(\d+):\d+: error: bad constant", line)
	return bool(match) and read(match[1]).splitlines()[int(match[2]) - 1].startswith(
		("MODULE_", "module_", "__MODULE_"))


def boundary():
	compilers = (("gcc", "c"), ("g++", "c++"), ("clang", "c"), ("clang++", "c++"),
		     ("clang -target bpf -ffreestanding", "c"),
		     ("gcc -m32 -ffreestanding", "c"), ("gcc -ffreestanding", "c"))
	headers = under(UAPI, suffix=".h")
	for compiler, language in compilers:
		problems = []
		for header in headers:
			status, output = run([*compiler.split(), "-x", language, "-fsyntax-only",
					      "-Wall", "-Wextra", "-Wpadded", "-Werror",
					      "-Ikmod/uapi", *system(compiler), header])
			if status:
				problems.append(output)
		none(f"boundary headers alone: {compiler}", problems)


def system(compiler):
	"""Where <linux/types.h> finds its asm/ for a target without one."""
	if "bpf" not in compiler and "-m32" not in compiler:
		return []
	triplet = subprocess.run(["gcc", "-print-multiarch"], check=True, capture_output=True,
				 text=True).stdout.strip()
	return [f"-I/usr/include/{triplet}"]


def headers():
	for group in ("bpf", "userspace/lib", "userspace/cli", "userspace/card", "verifier"):
		problems = []
		paths = under(group, suffix=".h")
		# As the part is built: elsewhere, one of ours would hide <cbor.h>.
		find = ["-Iuserspace/lib", "-Ibpf"] if group in ("userspace/lib", "userspace/cli") else []
		for path in paths:
			status, output = run(["gcc", "-std=gnu11", "-D_GNU_SOURCE", "-x", "c",
					      "-fsyntax-only", "-Wall", "-Wextra", "-Werror",
					      "-Ikmod/uapi", *find, path])
			if status:
				problems.append(output)
		if paths:
			none(f"headers alone: {group} ({len(paths)})", problems)


def kernel_doc(kernel):
	"""Every kernel-doc comment is well formed and names what is there."""
	for group in ("kmod", "bpf", "userspace/lib", "userspace/card", "verifier"):
		paths = under(group, suffix=(".c", ".h"))
		if paths:
			clean(f"kernel-doc: {group} ({len(paths)})",
			      ["python3", f"{kernel}/tools/docs/kernel-doc", "-none", "-Werror", *paths])
	texts = [read(path) for path in under("kmod", suffix=(".c", ".h"))]
	none("kernel-doc: kmod: every function that a header declares has it",
	     [f"{path}: {name}" for path, name in declared(under("kmod", suffix=".h"))
	      if not any(re.search(rf"^/\*\*\s+(\* )?{name}(\(\))? - ", text, re.M) for text in texts)])


def declared(paths):
	"""(header, function of ours) in what is neither comment nor macro."""
	for path in paths:
		text = re.sub(r"/\*.*?\*/", "", read(path), flags=re.S)
		text = re.sub(r"^#(?:.*\\\n)*.*$", "", text, flags=re.M)
		for name in re.findall(r"^[a-z][^;{(]*\b(vouch_\w+)\(", text, re.M):
			yield path, name


def check():
	status, kernel = run(["tools/testing/lint/fetch-scripts.sh"])
	if not tap.ok(status == 0, "the kernel's own scripts are there", kernel):
		return
	kernel = kernel.split()[-1]
	# Nearly all of the time is in these.
	jobs = [*(partial(module, release) for release in releases()), *checkpatch(kernel)]
	with ThreadPoolExecutor(os.cpu_count()) as pool:
		for result in pool.map(lambda job: job(), jobs):
			tap.ok(*result)
	kernel_doc(kernel)
	boundary()
	headers()
