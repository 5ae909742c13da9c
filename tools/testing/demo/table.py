# SPDX-License-Identifier: GPL-2.0-only
"""The closing table: step, expected, got, ok."""

import sys
import time


WIDTH = 46


def short(text):
	return text if len(text) <= WIDTH else text[:WIDTH - 3] + "..."


def plain(value):
	"""Lists and sets without their brackets."""
	if isinstance(value, set):
		value = sorted(value)
	return ", ".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)


class Table:
	"""Collects rows and says each as it comes."""

	def __init__(self):
		self.rows, self.began = [], time.monotonic()

	def say(self, text):
		minutes, seconds = divmod(int(time.monotonic() - self.began), 60)
		print(f"[{minutes}:{seconds:02}] {text}", flush=True)

	def row(self, step, what, expected, got):
		passed = expected == got
		self.rows.append((str(step), what, plain(expected), plain(got), passed))
		self.say(f"  {'ok  ' if passed else 'FAIL'} {what}: {plain(got)}"
			 + ("" if passed else f"   (expected {plain(expected)})"))
		return passed

	def has(self, step, what, expected, found):
		"""Expected must be contained in what was found."""
		return self.row(step, what, expected, expected if expected in found else
				f"not among {sorted(map(str, found))}")

	def print(self, out=sys.stdout):
		"""A row that is not ok is printed whole, the others at reading width."""
		head = ("step", "what", "expected", "got", "ok")
		rows = [(step, what, expected, got, "FAIL") if not passed else
			(step, what, short(expected), short(got), "ok")
			for step, what, expected, got, passed in self.rows]
		widths = [max(len(row[i]) for row in [head, *rows]) for i in range(4)]
		for row in [head, *rows]:
			print("  ".join(f"{cell:<{width}}" for cell, width in zip(row, [*widths, 4])),
			      file=out)

	@property
	def failed(self):
		return sum(not row[4] for row in self.rows)

	def tap(self):
		"""The same rows for `make check`."""
		for number, (step, what, expected, got, passed) in enumerate(self.rows, 1):
			print(f"{'ok' if passed else 'not ok'} {number} - step {step}: {what}")
			if not passed:
				print(f"# expected {expected}\n# got      {got}")
		print(f"1..{len(self.rows)}")
