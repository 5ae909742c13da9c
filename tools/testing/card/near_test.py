#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""A card, guests and relays between them, and what vouch-verify says of each.

The guest here is Python, the card and the verifier are the programs. Nothing is
judged by absolute speed: what is near is bounded by most of a second, and a relay
that is far sleeps longer than that.
"""
import json
import os
import subprocess
import sys
import tempfile
import time

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "vm"))
# pylint: disable=wrong-import-position
import vouch_model as model
from card_made import Authority, MadeCard, trial
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from tap import Tap
from vfu_actors import collect
from vouch_near import Session, now

VERIFY = os.environ.get("VOUCH_VERIFY", "build/bin/vouch-verify")
NONCE = bytes(range(32))
BOUND_NS, AWAY_S = 800_000_000, 0.9
TIMES = {"min_ns": BOUND_NS}


class Relay:
	"""Between a guest and its function; forwards everything."""

	def __init__(self, function):
		self.function = function

	def call(self, *args, **kwargs):
		return self.function.call(*args, **kwargs)

	def set(self, name, value, wait=True):
		self.function.set(name, value, wait)

	def get(self, name):
		return self.function.get(name)


class Away(Relay):
	"""The card is elsewhere."""

	def get(self, name):
		time.sleep(AWAY_S)
		return self.function.get(name)


class PreAsking(Relay):
	"""Asks with its own challenge, and gives the guest the difference."""

	def __init__(self, function):
		super().__init__(function)
		self.left = self.word = self.answer = 0

	def call(self, name, *args, **kwargs):
		reply = self.function.call(name, *args, **kwargs)
		if name == "proximity_open":
			self.left = int.from_bytes(args[0][:4], "little")
			self.ask()
		return reply

	def ask(self):
		if self.left:
			self.left -= 1
			self.function.set("challenge", self.left)
			self.word = self.function.get("response") ^ self.left

	def set(self, name, value, wait=True):
		self.answer = value ^ self.word

	def get(self, name):
		answer = self.answer
		self.ask()
		return answer


class Guessing(Relay):
	"""Answers at once, and lets the card answer in its own time."""

	def get(self, name):
		self.function.get(name)
		return 0x5555555555555555


class Impatient(Relay):
	"""Reads each response twice."""

	def get(self, name):
		answer = self.function.get(name)
		self.function.get(name)
		return answer


class Lab:
	"""One card, one guest, and what is needed to judge them."""

	def __init__(self, folder, card):
		self.folder, self.card = folder, card
		self.root = self.write("root.pem", card.authority.root.public_bytes(
			serialization.Encoding.PEM))
		self.demand({"rounds": 4, "bounds": [{"model": "*", "guest": TIMES, "card": TIMES}]})

	def demand(self, proximity):
		self.policy = self.write("policy.json", json.dumps({
			"version": 1, "role": "guest", "threshold_ms": 60000, "reference_signers": [],
			"accept": ["near-untrusted-clock"], "proximity": proximity}).encode())

	def write(self, name, data):
		path = os.path.join(self.folder, name)
		with open(path, "wb") as handle:
			handle.write(data)
		return path

	def package(self, guest, through=Relay, rounds=4, change=None):
		key = ec.generate_private_key(ec.SECP384R1())
		session = Session(through(guest), model.nonce_for(NONCE, key), rounds)
		session.run()
		session.close()
		if change:
			change(session)
		return collect(guest, NONCE, key, {"proximity": session.part()})

	def judge(self, package):
		args = [VERIFY, "--root", self.root, "--policy", self.policy, "--nonce", NONCE.hex(),
			"--history", "none", "--json", "--package", self.write("package.cbor", package)]
		done = subprocess.run(args, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=120,
				      check=False)
		return json.loads(done.stdout or b"{}"), done.stderr.decode()


def codes(result):
	return {finding["code"] for finding in result.get("findings", [])}


def about(result):
	"""The codes that are about proximity."""
	return {code for code in codes(result) if code.startswith(("proximity", "near"))}


def half(session):
	"""What a guest reports whose clock goes at half its speed."""
	session.times = [each // 2 for each in session.times]
	session.span[1] = session.span[0] + (session.span[1] - session.span[0]) // 2


def test_near(tap, lab, guest):
	result, said = lab.judge(lab.package(guest, rounds=64))
	near = result.get("proximity", {})
	tap.ok(near.get("near") is True and about(result) == {"near-untrusted-clock"},
	       "a card that is here is near", result, said)
	tap.ok(near.get("claim") == "near, or the host is not running what the log says" and
	       near.get("clock_trust") == "untrusted-host" and near.get("rounds") == 64,
	       "in those words, by the clocks of a host that is not affirmed", near)
	guest_ns, card_ns = near["guest"], near["card"]
	tap.ok(0 < guest_ns["min_ns"] <= guest_ns["p5_ns"] <= guest_ns["median_ns"] and
	       0 < card_ns["min_ns"] <= card_ns["p5_ns"] <= card_ns["median_ns"], "both measured", near)
	tap.ok(0 < near["age_ns"], "before the evidence", near)
	tap.note(f"guest {guest_ns}, card {card_ns}")


def test_relays(tap, lab, guest):
	for through, code in ((Away, "proximity-far"), (PreAsking, "proximity-challenges"),
			      (Guessing, "proximity-responses"), (Impatient, "proximity-violation")):
		result, said = lab.judge(lab.package(guest, through))
		tap.ok(about(result) == {code} and not result.get("proximity", {}).get("near"),
		       f"{through.__name__}: {code}", result, said)


def test_replay(tap, lab, guest):
	key = ec.generate_private_key(ec.SECP384R1())
	session = Session(guest, model.nonce_for(bytes(32), key), 4)
	session.run()
	session.close()
	result, _ = lab.judge(collect(guest, NONCE, key, {"proximity": session.part()}))
	tap.ok(about(result) == {"proximity-other"}, "a session for another nonce", result)


def test_clock(tap, lab, guest):
	class Pausing(Relay):
		"""Long enough that half of it is more than clocks differ by."""

		def get(self, name):
			time.sleep(0.05)
			return self.function.get(name)

	result, _ = lab.judge(lab.package(guest, Pausing, change=half))
	tap.ok(about(result) == {"proximity-clock"}, "a guest's clock at half its speed", result)


def test_policy(tap, lab, guest):
	"""A demand that is not understood is not dropped in silence."""
	package = lab.package(guest)
	bound = {"model": "*", "guest": TIMES, "card": TIMES}
	for name, bad in (("no object", []), ("no bounds", {"rounds": 4}),
			  ("an empty list", {"rounds": 4, "bounds": []}),
			  ("one round", {"rounds": 1, "bounds": [bound]}),
			  ("257 rounds", {"rounds": 257, "bounds": [bound]}),
			  ("half a round", {"rounds": 4.5, "bounds": [bound]}),
			  ("a member more", {"rounds": 4, "bounds": [bound], "x": 1}),
			  ("an age in words", {"rounds": 4, "bounds": [bound], "age_ms": "2"}),
			  ("a negative age", {"rounds": 4, "bounds": [bound], "age_ms": -1}),
			  ("an age beyond a day", {"rounds": 4, "bounds": [bound], "age_ms": 86400001}),
			  ("65 bounds", {"rounds": 4, "bounds": [bound] * 65}),
			  ("no model", {"rounds": 4, "bounds": [{"guest": TIMES, "card": TIMES, "x": 1}]}),
			  ("an empty model", {"rounds": 4, "bounds": [{**bound, "model": ""}]}),
			  ("one clock", {"rounds": 4, "bounds": [{"model": "*", "guest": TIMES}]}),
			  ("no min_ns", {"rounds": 4, "bounds": [{**bound, "card": {"p5_ns": 1}}]}),
			  ("a quantile more", {"rounds": 4, "bounds": [{**bound, "card": {**TIMES, "p1_ns": 1}}]}),
			  ("a fraction", {"rounds": 4, "bounds": [{**bound, "card": {"min_ns": 1.5}}]}),
			  ("a negative time", {"rounds": 4, "bounds": [{**bound, "card": {"min_ns": -1}}]}),
			  ("all of 32 bits", {"rounds": 4, "bounds": [
				  {**bound, "card": {"min_ns": 2 ** 32 - 1}}]})):
		lab.demand(bad)
		result, said = lab.judge(package)
		tap.ok(not result and "policy.json: proximity: " in said, f"refused: {name}", said)


def main():
	tap = Tap()
	with tempfile.TemporaryDirectory() as folder:
		card = MadeCard(folder, Authority())
		with trial(tap, card):
			card.start()
			lab = Lab(folder, card)
			with card.function() as host, card.function("guest1") as guest:
				host.assign(1)
				for case in (test_near, test_relays, test_replay, test_clock, test_policy):
					begun = now()
					case(tap, lab, guest)
					tap.note(f"{case.__name__}: {(now() - begun) / 1e9:.1f} s")
	return tap.done()


if __name__ == "__main__":
	sys.exit(main())
