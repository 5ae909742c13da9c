# SPDX-License-Identifier: GPL-2.0-only
"""Proximity sessions: whole, altered by a relay, and judged by bounds."""

import cbor2

from cases_history import BAD, LONG, OWN, WARNED
from cases_tpm import GOOD, booted
from world import World, enc, key, sha, sign1

ROOT = "root-self-asserted"
MEDIA = "application/vnd.vouch.proximity+cbor"
ROUNDS = 64
NEAR = {"policy": "near.json"}
TRUST = "near-untrusted-clock"


def u32(value):
	return value.to_bytes(4, "little")


def u64(value):
	return value.to_bytes(8, "little")


def number(digest):
	return int.from_bytes(digest[:8], "little")


class Session:
	"""What guest and card did, each list open to change before it is signed."""

	def __init__(self, world, rounds=ROUNDS, **change):
		self.world, self.rounds = world, rounds
		self.nonce = world.claims()[10]
		self.secret, self.session = sha(b"secret")[:32], sha(b"session")[:16]
		self.table = [number(sha(b"word", u32(at))) for at in range(rounds)]
		self.function, self.violations = 1, 0
		self.guest_ns, self.card_ns = change.get("guest_ns", 2000), change.get("card_ns", 1500)
		self.commitment = self.commit()
		self.chain = sha(b"vouch/chain/1", self.secret, self.commitment)
		self.challenges, self.responses = self.play(self.table)
		self.seen = list(self.challenges)
		self.times = [self.guest_ns + at % 7 for at in range(rounds)]
		self.stamps = [(self.card_ns + at % 5, 300) for at in range(rounds)]
		waits = sum(sum(pair) for pair in self.stamps)
		self.span = [20_000_000, 20_000_000 + max(waits, sum(self.times)) + 5000]
		first = 4_000_000 + self.stamps[0][0]
		self.card_span = [4_000_000, first, 4_000_000 + waits]
		self.told = {}

	def commit(self):
		return sha(b"vouch/commitment/1", self.session, u32(self.function), u32(self.rounds),
			   self.nonce, b"".join(map(u64, self.table)))

	def play(self, table):
		challenges, responses = [], []
		for at, word in enumerate(table):
			before = responses[-1] if responses else 0
			challenges.append(number(sha(b"vouch/challenge/1", self.chain, u32(at), u64(before))))
			responses.append(challenges[-1] ^ word)
		return challenges, responses

	def claims(self):
		lists = b"".join(map(u64, self.seen)) + self.stamp_bytes()
		return {10: self.nonce,
			-70108: [self.session, self.function, self.rounds, self.violations],
			-70109: self.commitment, -70110: sha(lists), -70111: self.card_span}

	def stamp_bytes(self):
		return b"".join(u32(a) + u32(b) for a, b in self.stamps)

	def transcript(self, context=b"vouch/proximity/1", signer=None, claims=None, encode=enc,
		       **more):
		payload = encode({**self.claims(), **(claims or {})})
		return enc(sign1(signer or self.world.card.alias, context, payload, **more))

	def answer(self, transcript=None, **lists):
		return enc([transcript or self.transcript(),
			    lists.get("table", b"".join(map(u64, self.table))),
			    lists.get("seen", b"".join(map(u64, self.seen))),
			    lists.get("stamps", self.stamp_bytes())])

	def part(self, answer=None, encode=enc, **change):
		parts = {0: self.secret, 1: self.session, 2: self.commitment,
			 3: b"".join(map(u64, self.challenges)), 4: b"".join(map(u64, self.responses)),
			 5: b"".join(map(u32, self.times)), 6: self.span, 7: answer or self.answer(),
			 8: "CLOCK_MONOTONIC_RAW"}
		parts.update({int(place[1:]): value for place, value in change.items()})
		return encode(parts)

	def package(self, part=None, **change):
		collection = self.world.collection()
		collection["proximity"] = [MEDIA, part or self.part(**change)]
		return self.world.package(collection)


def good(world):
	yield ("near", Session(world).package(), WARNED, f"{ROOT},{TRUST}", 1, NEAR)
	for rounds in (2, 16, 256):
		options = {"policy": "near-two.json"}
		yield (f"near-{rounds}", Session(world, rounds).package(), WARNED, f"{ROOT},{TRUST}", 1,
		       options)
	yield "near-not-asked", Session(world).package(), WARNED, ROOT, 1, {}
	session = Session(world)
	alg = session.transcript(protected=enc({1: -51}))
	yield "near-esp384", session.package(answer=session.answer(alg)), WARNED, f"{ROOT},{TRUST}", 1, NEAR


def relays(world):
	"""What someone between guest and card can do."""
	session = Session(world)
	session.seen[9] ^= 1
	yield "near-pre-asked", session.package(), BAD, "proximity-challenges", None, NEAR
	session = Session(world)
	own = [number(sha(b"relay", u32(at))) for at in range(ROUNDS)]
	session.seen = own
	yield "near-pre-asked-all", session.package(), BAD, "proximity-challenges", None, NEAR
	session = Session(world)
	session.seen[3], session.seen[4] = session.seen[4], session.seen[3]
	yield "near-reordered", session.package(), BAD, "proximity-challenges", None, NEAR
	session = Session(world)
	session.seen[5] = session.seen[4]
	yield "near-repeated", session.package(), BAD, "proximity-challenges", None, NEAR
	session = Session(world)
	guessed = list(session.table)
	guessed[0] ^= 1 << 63
	session.challenges, session.responses = session.play(guessed)
	session.seen = list(session.challenges)
	yield "near-guessed", session.package(), BAD, "proximity-responses", None, NEAR
	session = Session(world)
	session.violations = 1
	yield "near-violation", session.package(), BAD, "proximity-violation", None, NEAR
	replayed = Session(world)
	replayed.nonce = sha(b"another verifier's")
	replayed.commitment = replayed.commit()
	yield "near-replayed", replayed.package(), BAD, "proximity-other", None, NEAR
	for name, rounds, more in (("missing", -1, 0), ("extra", 0, 1)):
		session = Session(world)
		for each in (session.challenges, session.responses, session.times):
			each[:] = each[:len(each) + rounds] + each[:more]
		yield f"near-{name}", session.package(), BAD, "proximity-challenges", None, NEAR


def bindings(world):
	def told(name, code, change=None, **part):
		session = Session(world)
		if change:
			change(session)
		return f"near-{name}", session.package(**part), BAD, code, None, NEAR

	def sets(**values):
		return lambda session: vars(session).update(values)

	other = "proximity-other"
	yield told("session", other, _1=bytes(16))
	yield told("commitment", other, _2=bytes(48))
	session = Session(world)
	session.function = 2
	session.commitment = session.commit()
	session.chain = sha(b"vouch/chain/1", session.secret, session.commitment)
	session.challenges, session.responses = session.play(session.table)
	session.seen = list(session.challenges)
	yield "near-function", session.package(), BAD, other, None, NEAR
	session = Session(world)
	table = [session.table[0] ^ 1, *session.table[1:]]
	yield told("opening", "proximity-opening", sets(table=table))
	yield told("opening-short", "proximity-opening", sets(table=table[:-1]))
	yield told("secret", "proximity-chain", _0=bytes(32))
	session = Session(world)
	session.challenges[0] ^= 1
	session.responses[0] ^= 1
	session.seen = list(session.challenges)
	yield "near-unchained", session.package(), BAD, "proximity-chain", None, NEAR
	ahead = Session(world)
	ahead.challenges = [number(sha(b"vouch/challenge/1", ahead.chain, u32(at), u64(0)))
			    for at in range(ROUNDS)]
	ahead.responses = [a ^ b for a, b in zip(ahead.challenges, ahead.table)]
	ahead.seen = list(ahead.challenges)
	yield "near-asked-ahead", ahead.package(), BAD, "proximity-chain", None, NEAR


def signatures(world):
	session = Session(world)

	def given(name, transcript=None, **lists):
		return (f"near-{name}", session.package(answer=session.answer(transcript, **lists)), BAD,
			"proximity-signature", None, NEAR)

	yield given("context", session.transcript(context=b"vouch/evidence/1"))
	yield given("other-key", session.transcript(signer=key("other")))
	yield given("device-key", session.transcript(signer=world.card.device))
	yield given("flip", session.transcript()[:-1] + bytes([session.transcript()[-1] ^ 1]))
	yield given("seen-altered", seen=b"".join(map(u64, session.seen[:-1])) + bytes(8))
	yield given("seen-short", seen=b"".join(map(u64, session.seen[:-1])))
	yield given("stamps-altered", stamps=session.stamp_bytes()[:-8] + bytes(8))
	moved = b"".join(map(u64, session.seen)) + session.stamp_bytes()
	yield given("boundary", seen=moved[:-8 * ROUNDS - 8], stamps=moved[-8 * ROUNDS - 8:])
	yield given("rounds-signed", session.transcript(claims={
		-70108: [session.session, 1, ROUNDS - 1, 0]}))


def malformed(world):
	session = Session(world)
	bad = (BAD, "proximity-malformed", None, NEAR)
	for name, change in (("no-rounds", {"_3": b"", "_4": b"", "_5": b""}),
			     ("one-round", {"_3": bytes(8), "_4": bytes(8), "_5": bytes(4)}),
			     ("uneven", {"_4": bytes(8 * ROUNDS - 8)}), ("odd", {"_5": bytes(4 * ROUNDS + 1)}),
			     ("secret-short", {"_0": bytes(31)}), ("clock-name", {"_8": "CLOCK_REALTIME"}),
			     ("more", {"_9": 0}), ("seen-rubbish", {"_7": b"\x84\x00"}), ("seen-empty", {"_7": b"\x80"}),
			     ("negative", {"_6": [-1, 2]})):
		yield f"near-{name}", session.package(**change), *bad
	for name, claims in (("rounds-none", {-70108: [session.session, 1, 0, 0]}),
			     ("rounds-many", {-70108: [session.session, 1, 257, 0]}),
			     ("claims-more", {-70112: 0}), ("span-short", {-70111: [1, 2]})):
		yield (f"near-{name}",
		       session.package(answer=session.answer(session.transcript(claims=claims))), *bad)
	unprotected = session.transcript(unprotected={1: 1})
	yield "near-header", session.package(answer=session.answer(unprotected)), *bad
	yield "near-empty", session.package(b"\xa0"), *bad
	order = (BAD, "not-deterministic", None, NEAR)

	def backwards(item):
		return cbor2.dumps(dict(reversed(item.items())))

	yield "near-unsorted", session.package(session.part(encode=backwards)), *order
	yield ("near-unsorted-claims", session.package(answer=session.answer(
		session.transcript(encode=backwards))), *order)
	yield "near-long", session.package(bytes(16385)), BAD, "too-long", None, NEAR


def bounds(world):
	far = (BAD, "proximity-far", None, NEAR)
	for name, change in (("guest", {"guest_ns": 3001}), ("card", {"card_ns": 2501})):
		yield f"near-far-{name}", Session(world, **change).package(), *far
	yield ("near-limit", Session(world, guest_ns=3000, card_ns=2500).package(), WARNED,
	       f"{ROOT},{TRUST}", 1, NEAR)
	session = Session(world)
	session.times = [2000] * 4 + [5001] * (ROUNDS - 4)
	session.span[1] += sum(session.times)
	yield "near-far-median", session.package(), *far
	session = Session(world)
	session.times = [2000] * 3 + [4001] + [4002] * (ROUNDS - 4)
	session.span[1] += sum(session.times)
	yield "near-far-p5", session.package(), *far
	session.times = [2000] * 4 + [4002] * (ROUNDS - 4)
	yield "near-p5", session.package(), WARNED, f"{ROOT},{TRUST}", 1, NEAR
	yield "near-none", world.package(), BAD, "proximity-missing", None, NEAR
	yield "near-few", Session(world, ROUNDS - 1).package(), BAD, "proximity-rounds", None, NEAR
	yield ("near-other-model", Session(world).package(), BAD, "proximity-unbounded", None,
	       {"policy": "near-other.json"})
	yield ("near-not-accepted", Session(world).package(), BAD, TRUST, None,
	       {"policy": "near-strict.json"})


def moments():
	"""The session and the evidence are on one clock of the card."""
	def after(ns, **options):
		"""Evidence that was asked for so long after the session's last response."""
		last = Session(World(LONG, OWN)).card_span[2]
		t_rx = last + ns
		return (Session(World(LONG, OWN, times=[t_rx, t_rx + 100_000, t_rx + 900_000])).package(),
			options or NEAR)

	def given(name, ns, *want, **options):
		package, options = after(ns, **options)
		return f"near-{name}", package, *want, options

	good, old = (WARNED, f"{ROOT},{TRUST}", 1), (BAD, "proximity-old", None)
	yield given("at-once", 0, *good)
	yield given("before-session", -1, BAD, "proximity-after", None)
	yield given("oldest", 30_000_000_000, *good)
	yield given("old", 30_000_000_001, *old)
	yield given("oldest-wanted", 2_500_000, *good, policy="near-age.json")
	yield given("old-wanted", 2_500_001, *old, policy="near-age.json")


def trust():
	"""Who could have lied: nobody but a host that is affirmed in all."""
	world = World(booted(), OWN)
	yield "near-measured", Session(world).package(), GOOD, "", None, NEAR
	broken = Session(world)
	broken.seen[0] ^= 1
	yield "near-measured-altered", broken.package(), BAD, "proximity-challenges", None, NEAR


def cases():
	yield from trust()
	yield from moments()
	world = World(LONG, OWN)
	for source in (good, relays, bindings, signatures, malformed, bounds):
		yield from source(world)
