#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""make demo: the whole path, for real, on published kernels, and its attacks.

    demo.py [--tap]

Exit 0 only if every row of the closing table is ok. --tap ends with the rows as
test results. Leaves what it made in build/demo/.
"""

import io
import os
import shutil
import sys
import traceback

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, "../vm"), os.path.join(HERE, "../card"), HERE]

# pylint: disable=wrong-import-position
from card import call
from parties import VERIFY
from siege import Siege
from table import Table
from vm import BUILD, Lab

OUT = os.path.join(BUILD, "demo")


def write(name, data):
	with open(os.path.join(OUT, name), "wb") as handle:
		handle.write(data if isinstance(data, bytes) else data.encode())


def leave(demo):
	"""What step 5 made, so that anyone can check it again."""
	copies = (("root.pem", demo.third.root), ("refs.json", demo.provider.manifest),
		  ("refs.corim", demo.provider.corim),
		  ("provider.pub", f"{demo.provider.key}.pub"))
	for name, source in copies:
		shutil.copyfile(source, os.path.join(OUT, name))
	policy = demo.auditor.policy("left.json", signer="provider.pub")
	shutil.copyfile(policy, os.path.join(OUT, "policy.json"))
	write("package.cbor", demo.package)
	write("nonce.hex", demo.nonce.hex() + "\n")
	again = [VERIFY, "--root", "root.pem", "--refs", "refs.corim", "--policy", "policy.json",
		 "--nonce-file", "nonce.hex", "--package", "package.cbor"]
	call(*again, "--split", ".", cwd=OUT)
	write("result.json", call(*again, "--json", cwd=OUT))


def scenario(lab, table):
	demo = Siege(lab, table)
	demo.card_made()
	demo.references_built()
	demo.host_booted()
	demo.guest_asked()
	demo.host_updated()
	demo.initramfs_declared()
	leave(demo)
	demo.package_attacked()
	demo.answer_delayed()
	demo.host_posed()
	demo.card_swapped()
	demo.state_restored()
	demo.history_rewound()
	demo.attach_forged()
	demo.host_altered()
	demo.function_reset()


def main():
	shutil.rmtree(OUT, ignore_errors=True)
	os.makedirs(OUT)
	table = Table()
	try:
		with Lab("demo") as lab:
			scenario(lab, table)
	except Exception as error:  # pylint: disable=broad-except
		traceback.print_exc()
		table.row("-", "the scenario went through", "to its end", f"{error}")
	print()
	table.print()
	report = io.StringIO()
	table.print(report)
	write("report.txt", report.getvalue())
	if "--tap" in sys.argv[1:]:
		table.tap()
	table.say(f"{len(table.rows)} rows, {table.failed} not ok; files are in build/demo/")
	return 1 if table.failed or not table.rows else 0


if __name__ == "__main__":
	sys.exit(main())
