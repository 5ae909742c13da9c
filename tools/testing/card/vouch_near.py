# SPDX-License-Identifier: GPL-2.0-only
"""The guest's side of a proximity session, from Documentation/proximity.rst."""
import os
import struct
import time

import vouch_model as model

CLOCK = "CLOCK_MONOTONIC_RAW"
PROXIMITY = b"vouch/proximity/1"


def u64(value):
	return value.to_bytes(8, "little")


def now():
	return time.clock_gettime_ns(time.CLOCK_MONOTONIC_RAW)


class Chain:
	"""Challenges, each from the secret and the response before it."""

	def __init__(self, secret, commitment):
		self.key = model.sha384(b"vouch/chain/1", secret, commitment)

	def next(self, number, response):
		digest = model.sha384(b"vouch/challenge/1", self.key, model.u32(number), u64(response))
		return int.from_bytes(digest[:8], "little")


class Session:
	"""A session of a guest function (vfu_client): open, rounds, close."""

	def __init__(self, guest, nonce, rounds, secret=None):
		self.guest, self.rounds, self.secret = guest, rounds, secret or os.urandom(32)
		out = guest.call("proximity_open", struct.pack("<II", rounds, 0) + nonce, 64).out
		self.session, self.commitment = out[:16], out[16:]
		self.chain = Chain(self.secret, self.commitment)
		self.challenges, self.responses, self.times = [], [], []
		self.span, self.seen = [0, 0], b""

	def run(self, count=None):
		response = self.responses[-1] if self.responses else 0
		begin = len(self.challenges)
		for number in range(begin, begin + (self.rounds if count is None else count)):
			challenge = self.chain.next(number, response)
			before = now()
			self.guest.set("challenge", challenge, wait=False)
			response = self.guest.get("response")
			after = now()
			self.challenges.append(challenge)
			self.responses.append(response)
			self.times.append(min(after - before, 2 ** 32 - 1))
			self.span = [self.span[0] or before, after]

	def close(self):
		self.seen = self.guest.call("proximity_close", self.session, 8192).out
		return self.seen

	def part(self):
		"""As it goes into a package."""
		return model.canonical({
			0: self.secret, 1: self.session, 2: self.commitment,
			3: b"".join(map(u64, self.challenges)), 4: b"".join(map(u64, self.responses)),
			5: b"".join(map(model.u32, self.times)), 6: self.span, 7: self.seen, 8: CLOCK})


def seen(data, alias):
	"""Check what the card signed; returns claims, words, challenges, stamps."""
	transcript, words, challenges, stamps = model.strict(data)
	item = model.strict(transcript)
	if item.tag != 18:
		raise ValueError("not a COSE_Sign1")
	claims = model.strict(model.signed(item.value, PROXIMITY, alias.public_key()))
	session, function, rounds, _ = claims[-70108]
	if claims[-70110] != model.sha384(challenges, stamps):
		raise ValueError("lists that were not signed")
	commitment = model.sha384(b"vouch/commitment/1", session, model.u32(function),
				  model.u32(rounds), claims[10], words)
	if claims[-70109] != commitment:
		raise ValueError("the commitment does not open")
	lists = [struct.unpack(f"<{rounds}Q", each) for each in (words, challenges)]
	return claims, *lists, list(struct.iter_unpack("<II", stamps))
