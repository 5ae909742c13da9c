#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""lint.py [PART...]: static checks in TAP; parts are text, layering, scripts, source."""

import sys

sys.dont_write_bytecode = True

import layering  # noqa: E402
import scripts  # noqa: E402
import source  # noqa: E402
import text  # noqa: E402
from tree import tap  # noqa: E402

PARTS = {"text": text, "layering": layering, "scripts": scripts, "source": source}


def main():
	for name in sys.argv[1:] or PARTS:
		PARTS[name].check()
	return tap.done()


if __name__ == "__main__":
	sys.exit(main())
