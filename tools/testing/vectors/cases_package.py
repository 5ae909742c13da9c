# SPDX-License-Identifier: GPL-2.0-only
"""The package around it all: frame, parts, nonce, time, references, state."""

import cbor2

from cases_history import BAD, LONG, NONE, OWN, WARNED
from world import NONCE, World, enc, key, sha

ROOT = "root-self-asserted"


def flip(data, at):
	changed = bytearray(data)
	changed[at] ^= 1
	return bytes(changed)


def flips(world):
	"""One bit in every part; nobody signs anew."""
	data, collection = world.package(), world.collection()
	for name in ("log", "own", "receipt", "request", "evidence"):
		part = collection[name][1]
		at = data.index(part)
		for where, offset in (("first", 0), ("middle", len(part) // 2), ("last", len(part) - 1)):
			yield (f"flip-{name}-{where}", flip(data, at + offset), BAD, "package-signature", None,
			       {})
	yield "flip-signature", flip(data, -1), BAD, "package-signature", None, {}
	yield "flip-payload", flip(data, data.index(b"__cmwc_t")), BAD, "package-signature", None, {}
	public = data.index(b"\x04", 10)
	yield "flip-key", flip(data, public + 20), BAD, "package-signature", None, {}
	yield "flip-tag", flip(data, 0), NONE, "package-malformed", None, {}
	yield "flip-array", flip(data, 1), NONE, "package-malformed", None, {}


def frame(world):
	data = world.package()
	parts = cbor2.loads(data).value
	malformed = (NONE, "package-malformed", None, {})
	yield "empty", b"", *malformed
	yield "text", b"hello, this is not a package\n" * 20, *malformed
	yield "cut", data[:-1], *malformed
	yield "cut-half", data[:len(data) // 2], *malformed
	yield "trailing", data + b"\0", *malformed
	yield "huge", b"\xd2\x84\x40\xa0\x5b" + b"\xff" * 8 + bytes(200), *malformed
	yield "no-tag", enc(parts), *malformed
	yield "alg", world.package(alg=-7), *malformed
	yield "unprotected", enc(cbor2.CBORTag(18, [parts[0], {1: 2}, *parts[2:]])), *malformed
	yield "context", world.package(context=b"vouch/evidence/1"), BAD, "package-signature", None, {}
	yield "other-key", world.package(signer=key("other")), BAD, "package-signature", None, {}
	yield "esp384", world.package(alg=-51), WARNED, ROOT, 1, {}
	yield ("frame-wide", data.replace(b"\xd2\x84\x58", b"\xd2\x84\x59\x00", 1), BAD,
	       "not-deterministic", None, {})


def collections(world):
	def without(name):
		return {each: value for each, value in world.collection().items() if each != name}

	malformed = (NONE, "package-malformed", None, {})
	for name in ("log", "request", "__cmwc_t", "evidence"):
		lost = (BAD, "log-count", 0, {})
		yield f"without-{name}", world.package(without(name)), *(lost if name == "log" else malformed)
	more = dict(world.collection(), zzzzzzzzzz=["a/b", b""])
	yield "part-unknown", world.package(more), *malformed
	typed = dict(world.collection(), log=["text/plain", world.log_bytes])
	yield "part-type", world.package(typed), *malformed
	profile = dict(world.collection(), __cmwc_t="tag:vouch.example,2026:package/2")
	yield "collection-type", world.package(profile), *malformed
	yield "collection-tail", world.package(cbor2.dumps(world.collection()) + b"\0"), *malformed
	yield "collection-cut", world.package(cbor2.dumps(world.collection())[:-1]), *malformed
	yield "collection-none", world.package(b"\0"), *malformed
	bad = (BAD, "not-deterministic", None, {})
	backwards = dict(reversed(list(world.collection().items())))
	yield "collection-unsorted", world.package(backwards), *bad
	pairs = [cbor2.dumps(each) for pair in world.collection().items() for each in pair]
	twice = b"\xa7" + b"".join(pairs[:2] + pairs)
	yield "collection-twice", world.package(b"\xa6" + twice[1:1 + len(twice)]), *bad
	wide = cbor2.dumps(world.collection()).replace(b"\x63log", b"\x78\x03log", 1)
	yield "collection-wide", world.package(wide), *bad


def lengths(world):
	long = (BAD, "too-long", None, {})
	yield ("evidence-long", world.package(dict(world.collection(), evidence=[
		"application/eat+cwt", bytes(8193)])), *long)
	yield ("receipt-long", world.package(dict(world.collection(), receipt=[
		"application/vnd.vouch.receipt+cose", bytes(1025)])), *long)
	yield ("request-long", world.package(dict(world.collection(), request=[
		"application/vnd.vouch.request+cbor", bytes(1025)])), *long)


def requests(world):
	def requested(change, encode=enc):
		request = {place: value for place, value in {**world.request, **change}.items()
			   if value is not None}
		return world.package(world.collection(request=encode(request)))

	malformed = (BAD, "request-malformed", None, {})
	yield "request-without-driver", requested({3: None, 4: None}), WARNED, ROOT, 1, {}
	yield "request-no-nonce", requested({0: None}), *malformed
	yield "request-short-nonce", requested({0: bytes(7)}), *malformed
	yield "request-long-nonce", requested({0: bytes(65)}), *malformed
	yield "request-more", requested({7: 0}), *malformed
	for name in ("driver", "ebpf"):
		yield f"request-{name}", requested({6: name}), WARNED, ROOT, 1, {}
	for name, change in (("other", {6: "xdp"}), ("number", {6: 0}), ("near", {6: "ebpf\n"}),
			     ("doorbell", {6: "ebpf", 3: None}), ("interrupt", {6: "driver", 4: None})):
		yield f"request-stamped-{name}", requested(change), *malformed
	yield "request-clock", requested({5: "CLOCK_REALTIME"}), *malformed
	yield "request-negative", requested({1: -1}), *malformed
	yield "request-float", requested({1: 1.5}), *malformed
	yield ("request-unsorted", requested({}, lambda it: cbor2.dumps(dict(reversed(it.items())))),
	       BAD, "not-deterministic", None, {})
	yield ("request-wide", requested({}, lambda it: enc(it).replace(b"\x00\x58\x20", b"\x00\x59\x00\x20")),
	       BAD, "not-deterministic", None, {})
	for name, change in (("before", {1: 10_060_000}), ("doorbell", {3: 11_260_000}),
			     ("interrupt", {4: 11_300_001}), ("after", {2: 9_000_000, 3: None, 4: None})):
		yield f"clock-{name}", requested(change), BAD, "clock-order", None, {}
	limit = 10_000_000 + 250_000_000 + 900_000
	yield "in-time", requested({2: limit}), WARNED, ROOT, 1, {}
	yield "late", requested({2: limit + 1}), BAD, "late", None, {}
	# The card took 0.9 ms by its own clock, which may be a part in 1024 and 1 us ahead.
	fastest = 10_000_000 + 900_000 - 900_000 // 1024 - 1000
	for name, after in (("card-ahead", 10_899_999), ("card-ahead-most", fastest)):
		yield name, requested({2: after, 3: None, 4: None}), WARNED, ROOT, 1, {}
	for name, after in (("impossible", fastest - 1), ("impossible-by-far", 10_000_001)):
		yield (name, requested({2: after, 3: None, 4: None}), BAD, "time-impossible", None, {})


def stamps(world):
	"""Judged where the policy asks; the card took 0.9 ms by its own clock."""
	def stamped(doorbell, interrupt):
		request = {**world.request, 2: 20_000_000, 3: doorbell, 4: interrupt}
		kept = {place: value for place, value in request.items() if value is not None}
		return world.package(world.collection(request=enc(kept)))

	bus, good = {"policy": "bus.json"}, (WARNED, ROOT, 1)
	limit = 10_050_000 + 900_000 + 300_000
	yield "bus-in-time", stamped(10_050_000, limit), *good, bus
	yield "bus-late", stamped(10_050_000, limit + 1), BAD, "bus-late", None, bus
	yield "bus-late-unasked", stamped(10_050_000, limit + 1), *good, {}
	# The handler of an interrupt finds what came after it, too.
	yield "bus-card-longer", stamped(10_050_000, 10_050_001), *good, bus
	for name, times in (("doorbell", (None, limit)), ("interrupt", (10_050_000, None)),
			    ("both", (None, None))):
		yield f"bus-without-{name}", stamped(*times), BAD, "bus-missing", None, bus


def nonces(world):
	fresh = bytes(32)
	yield "nonce-old", world.package(), BAD, "nonce", None, {"nonce": fresh.hex()}
	request = enc({**world.request, 0: fresh})
	yield ("nonce-written-in", world.package(world.collection(request=request)), BAD,
	       "nonce-binding", None, {"nonce": fresh.hex()})
	yield "nonce-longer", world.package(), BAD, "nonce", None, {"nonce": (NONCE + b"\0").hex()}
	thief = World(LONG, OWN)
	stolen = thief.collection()
	thief.guest = key("thief")
	yield "nonce-other-key", thief.package(stolen), BAD, "nonce-binding", None, {}
	short = World(LONG, OWN, nonce=bytes(range(8)))
	yield "nonce-8", short.package(), WARNED, ROOT, 1, {"nonce": bytes(range(8)).hex()}
	long = World(LONG, OWN, nonce=bytes(range(64)))
	yield "nonce-64", long.package(), WARNED, ROOT, 1, {"nonce": bytes(range(64)).hex()}


def references(world):
	data = world.package()
	for name, files, code in (("none", [], "no-references"),
				  ("stranger", ["refs-stranger.corim"], "references-refused"),
				  ("extra", ["refs.corim", "refs-stranger.corim"], "references-refused"),
				  ("expired", ["refs-expired.corim"], "references-expired"),
				  ("early", ["refs-early.corim"], "references-expired"),
				  ("expired-too", ["refs.corim", "refs-expired.corim"],
				   "references-expired"),
				  ("rubbish", ["refs-rubbish.corim"], "references-malformed")):
		yield f"refs-{name}", data, NONE, code, None, {"refs": files}
	yield "root-other", data, NONE, "unknown-ca", None, {"root": "other-root.pem"}
	cut = world.package(dict(world.collection(), log=world.collection()["log"][:1] +
				 [world.log.encode(world.log.items[:-1])]))
	yield "refs-none-and-cut", cut, BAD, "log-count", len(LONG) - 1, {"refs": []}


def states(world):
	pcrs = list(world.log.pcrs())

	def seen(count, pcr, boot=1, epoch=1):
		return {"version": 1, "cards": {world.card.id.hex(): {
			"boot_count": boot, "epoch": epoch, "count": count, "pcr": pcr.hex()}}}
	data, last = world.package(), len(LONG)
	yield "state-same", data, WARNED, ROOT, 1, {"state": seen(last, pcrs[last])}
	yield "state-before", data, WARNED, ROOT, 1, {"state": seen(5, pcrs[5])}
	yield "state-start", data, WARNED, ROOT, 1, {"state": seen(0, pcrs[0])}
	yield "regress-count", data, BAD, "regress", None, {"state": seen(last + 1, sha(b""))}
	yield "regress-boot", data, BAD, "regress", None, {"state": seen(5, pcrs[5], boot=2)}
	yield "regress-epoch", data, BAD, "regress", None, {"state": seen(5, pcrs[5], epoch=2)}
	huge = {"version": 1, "cards": {world.card.id.hex(): {
		"boot_count": 1, "epoch": 1, "count": 2 ** 63 - 1, "pcr": sha(b"").hex()}}}
	yield "regress-huge", data, BAD, "regress", None, {"state": huge}
	yield "fork", data, BAD, "fork", None, {"state": seen(5, sha(b"other"))}
	yield "fork-end", data, BAD, "fork", None, {"state": seen(last, sha(b"other"))}


def cases():
	world = World(LONG, OWN)
	for source in (flips, frame, collections, lengths, requests, stamps, nonces, references,
		       states):
		yield from source(world)
