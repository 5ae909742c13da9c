# SPDX-License-Identifier: GPL-2.0-only
"""Test results in TAP."""


class Tap:
	"""Counts and prints; the plan comes last."""

	def __init__(self):
		self.count = self.failed = 0

	def ok(self, passed, text, *diagnostics):
		"""One result; diagnostics are printed when it failed."""
		self.count += 1
		self.failed += not passed
		print(f"{'ok' if passed else 'not ok'} {self.count} - {text}", flush=True)
		if not passed:
			for each in diagnostics:
				self.note(each)
		return passed

	def note(self, text):
		for line in str(text).splitlines():
			print(f"# {line}", flush=True)

	def done(self):
		"""Print the plan and return the exit status."""
		print(f"1..{self.count}", flush=True)
		return 1 if self.failed or not self.count else 0
