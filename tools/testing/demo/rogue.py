# SPDX-License-Identifier: GPL-2.0-only
"""Software of the operator's own that drives the card, with no VM and no module.

It speaks to both functions as a kernel would, may claim to be any kernel, and
makes a package that follows the grammar. What it cannot do is sign as the card.
"""

import hashlib
import os
import time

import cbor2

import forge
from vfu_client import CMDLINE, KERNEL, USER, Client, Function

LOG_TYPE = "application/vnd.vouch.cel+cbor-seq"


def now():
	return time.clock_gettime_ns(time.CLOCK_MONOTONIC_RAW)


def bound_nonce(nonce, numbers):
	return hashlib.sha384(b"vouch/nonce/1" + nonce + numbers).digest()


def package_of(function, nonce, key):
	"""Ask a function as an honest client would."""
	numbers = forge.public_numbers(key)
	before = now()
	evidence, _ = function.attest(bound_nonce(nonce, numbers))
	after = now()
	claims = cbor2.loads(forge.cose_parts(evidence)[2])
	receipt = function.receipt(hashlib.sha384(evidence).digest())
	request = {0: nonce, 1: before, 2: after, 5: "CLOCK_MONOTONIC_RAW"}
	collection = {
		"log": [LOG_TYPE, function.log_all(0, claims[-70101][0][2])],
		"receipt": ["application/vnd.vouch.receipt+cose", receipt],
		"request": ["application/vnd.vouch.request+cbor", forge.encode(request)],
		"__cmwc_t": "tag:vouch.example,2026:package/1",
		"evidence": ["application/eat+cwt", evidence],
	}
	for log, _, count, *_ in claims[-70101][1:]:
		collection["own"] = [LOG_TYPE, function.log_all(log, count)]
	return forge.Package.of(collection).bytes(key)


def ask(card, key_path, claims=(), count=0, after=None):
	"""Attach to both functions and ask as the guest; returns nonce and package.

	For each of claims, records of type kernel as vouch-verify shows them, the
	host's function is attached anew and poses as that kernel, with that command
	line. What after() appends comes next, and then fill up to count records.
	"""
	key, nonce = forge.load_key(key_path), os.urandom(32)
	host = Function(Client(card.sockets["host"]))
	guest = Function(Client(card.sockets["guest1"]))
	try:
		if not claims:
			host.enable()
		for claim in claims:
			host.disable()
			host.enable()
			host.append(KERNEL, claim["name"], bytes.fromhex(claim["data"]))
			if "cmdline" in claim:
				host.append(CMDLINE, digest=bytes.fromhex(claim["cmdline"]))
		if after:
			after(host)
		host.assign(1)
		for _ in range(host.log_state()["count"], count):
			host.append(USER, "filler", digest=bytes(48))
		guest.enable()
		return nonce, package_of(guest, nonce, key)
	finally:
		guest.close()
		host.close()
