# SPDX-License-Identifier: GPL-2.0-only
"""Two that drive a card without a kernel: a tenant, and a host that lies."""
import time

from cryptography.hazmat.primitives.asymmetric import ec

import vouch_model as model
from vfu_client import KERNEL, Client, Function


def now():
	return time.clock_gettime_ns(time.CLOCK_MONOTONIC_RAW)


def collect(function, nonce, key=None, more=None):
	"""Ask for evidence with a verifier's nonce; returns a whole package.

	Works on a guest's function, assigned, and on a host's; more has further parts.
	"""
	key = key or ec.generate_private_key(ec.SECP384R1())
	before = now()
	evidence, _ = function.attest(model.nonce_for(nonce, key))
	after = now()
	states = model.strict(model.evidence_array(evidence)[2])[-70101]
	parts = {**(more or {}), "evidence": evidence,
		 "receipt": function.receipt(model.sha384(evidence)),
		 "request": model.request(nonce, before, after)}
	for name, (log, _, count, _, _) in zip(("log", "own"), states):
		parts[name] = function.log_all(log, count)
	return model.package(key, parts)


class RogueHost:
	"""Root on the host, with a kernel of its own that claims to be another."""

	def __init__(self, path):
		self.function = Function(Client(path))

	def forge(self, release, build_id, reset=True):
		"""Begin a new epoch and report a published kernel."""
		if reset:
			self.function.client.reset()
		self.function.enable()
		return self.function.append(KERNEL, name=release, data=build_id)

	def close(self):
		self.function.close()
