# SPDX-License-Identifier: GPL-2.0-only
"""Logs that are not what the card signed, and logs that no card writes."""

import cbor2

from cases_history import BAD, LONG, OWN, START, WARNED
from make_refs import digest
from world import TYPES, Card, Log, World, enc, sha

ROOT = "root-self-asserted"
MIDDLE = 5


def with_log(world, log, own=None):
	parts = world.collection()
	parts["log"] = [parts["log"][0], log]
	if own is not None:
		parts["own"] = [parts["log"][0], own]
	return world.package(parts)


def renumbered(world, items):
	"""Each record made anew with its place as its number, digest and all."""
	return [rewritten(world, item, {0: number}) for number, item in enumerate(items)]


def rewritten(_world, item, change, honest=True):
	content = {**cbor2.loads(item[118]), **change}
	content = {place: value for place, value in content.items() if value is not None}
	encoded = enc(content)
	return {**item, 0: content[0], 3: {12: sha(encoded)} if honest else item[3], 118: encoded}


def edits(world):
	items = world.log.items
	last = len(items)

	def edited(new):
		return with_log(world, world.log.encode(new))

	dropped = items[:MIDDLE] + items[MIDDLE + 1:]
	swapped = items[:MIDDLE] + [items[MIDDLE + 1], items[MIDDLE]] + items[MIDDLE + 2:]
	yield "log-dropped", edited(dropped), BAD, "record-number", MIDDLE, {}
	yield "log-dropped-renumbered", edited(renumbered(world, dropped)), BAD, "log-count", last - 1, {}
	yield "log-swapped", edited(swapped), BAD, "record-number", MIDDLE, {}
	level = [rewritten(world, item, {3: 7}) for item in renumbered(world, swapped)]
	yield "log-swapped-renumbered", edited(level), BAD, "log-pcr", None, {}
	yield "log-tail-cut", edited(items[:-1]), BAD, "log-count", last - 1, {}
	yield "log-all-cut", with_log(world, b""), BAD, "log-count", 0, {}
	extra = world.log.record(last, ("user", "more", digest("more")))
	yield "log-one-more", edited(items + [extra]), BAD, "log-count", last, {}
	yield "log-repeated", edited(items[:3] + items[2:]), BAD, "record-number", 3, {}

	def at(number, change, honest=True):
		new = list(items)
		new[number] = rewritten(world, new[number], change, honest)
		return edited(new)
	yield "log-relabelled", at(2, {6: "6.6.6"}, False), BAD, "record-digest", 2, {}
	yield "log-relabelled-well", at(2, {6: "6.6.6"}), BAD, "log-pcr", None, {}
	yield "log-digest", at(7, {5: digest("other")}, False), BAD, "record-digest", 7, {}
	yield "log-digest-well", at(7, {5: digest("other")}), BAD, "log-pcr", None, {}
	yield "log-retyped", at(7, {1: TYPES["unmeasured"]}), BAD, "log-pcr", None, {}
	first = world.log.record(0, START[0], **{})
	outer = [{**first, 0: 1}] + items[1:]
	yield "log-outer-number", edited(outer), BAD, "record-number", 0, {}
	yield "log-other-id", edited([{**items[0], 1: 1}] + items[1:]), BAD, "record-log", 0, {}


def others(world):
	second = World(LONG[:-1] + [("user", "x")], OWN, card=Card("second"))
	yield "log-other-card", with_log(world, second.log_bytes), BAD, "log-pcr", None, {}
	longer = World(LONG + [("user", "x")], OWN, card=Card("second"))
	yield "log-other-card-longer", with_log(world, longer.log_bytes), BAD, "log-count", len(LONG), {}
	yield "own-cut", with_log(world, world.log_bytes, world.own.encode(world.own.items[:1])), BAD, \
		"log-count", 1, {}
	moved = Log(world.card, OWN, 1, bytes(16))
	alien = moved.encode([rewritten(world, moved.items[0], {6: "x"}), moved.items[1]])
	yield "own-other", with_log(world, world.log_bytes, alien), BAD, "log-pcr", None, {}
	parts = world.collection()
	del parts["own"]
	yield "own-missing", world.package(parts), BAD, "own-log", None, {}
	empty = World(LONG)
	parts = empty.collection()
	order = {"log": parts["log"], "own": [parts["log"][0], b""], **parts}
	yield "own-empty", empty.package(order), WARNED, ROOT, 1, {}
	host = World(LONG, (), role=0)
	parts = host.collection()
	order = {"log": parts["log"], "own": parts["log"], **parts}
	yield "own-of-host", host.package(order), BAD, "own-log", None, {"policy": "host.json"}


def shapes(world):
	"""Records that the card would have to have signed like that."""
	items = world.log.items

	def bytes_at(number, data, code="record-malformed"):
		new = list(items)
		new[number] = data
		return with_log(world, world.log.encode(new)), BAD, code, number, {}

	good = enc(items[4])
	yield "record-cut", *bytes_at(len(items) - 1, enc(items[-1])[:-1])
	yield "record-not-map", *bytes_at(4, b"\x00")
	yield "record-empty-map", *bytes_at(4, b"\xa0")
	yield "record-more", *bytes_at(4, enc({**items[4], 200: 0}))
	yield "record-sha256", *bytes_at(4, enc({**items[4], 3: {11: bytes(32)}}))
	yield "record-text", *bytes_at(4, good.replace(b"\x63kvm", b"\x63k\xff\xfe"))
	yield "record-nul", *bytes_at(4, good.replace(b"\x63kvm", b"\x63k\0m"))
	for name, change in (("name-empty", {6: ""}), ("name-long", {6: "x" * 129}), ("data-empty", {7: b""}),
			     ("data-long", {7: bytes(257)}), ("type-zero", {1: 0}), ("type-69", {1: 69}),
			     ("origin-3", {2: 3}), ("key-9", {9: 0}), ("digest-short", {5: bytes(47)}),
			     ("no-time", {3: None}), ("ref-none", {8: 2 ** 64 - 1})):
		yield f"record-{name}", *bytes_at(4, enc(rewritten(world, items[4], change)))
	yield "record-long", *bytes_at(4, enc(rewritten(world, items[4], {7: bytes(1100)})))
	wide = good.replace(b"\x00\x04", b"\x00\x18\x04", 1)
	yield "record-wide", *bytes_at(4, wide, "not-deterministic")
	unsorted = cbor2.dumps(dict(reversed(cbor2.loads(items[4][118]).items())))
	yield ("record-unsorted", *bytes_at(4, enc({**items[4], 118: unsorted, 3: {12: sha(unsorted)}}),
					    "not-deterministic"))
	twice = items[4][118]
	twice = bytes([twice[0] + 1]) + twice[1:3] + twice[1:]
	yield ("record-twice", *bytes_at(4, enc({**items[4], 118: twice, 3: {12: sha(twice)}}),
					 "not-deterministic"))


def signed():
	"""The card itself wrote what no card may write."""
	def of(number, change, code, base=LONG):
		world = World(base, OWN)
		world.log.items[number] = rewritten(world, world.log.items[number], change)
		world.log_bytes = world.log.encode()
		return world.package(), BAD, code, number, {}

	yield "origin-hook", *of(0, {2: 1}, "record-origin")
	yield "origin-card", *of(2, {2: 0}, "record-origin")
	yield "origin-user", *of(7, {2: 2}, "record-origin")
	yield "time-back", *of(7, {3: 1}, "record-time")
	yield "epoch-back", *of(7, {4: 0}, "record-time")
	yield "ref-self", *of(7, {8: 7}, "record-ref")
	yield "ref-ahead", *of(7, {8: 9}, "record-ref")
	world = World(LONG, OWN)
	claims = world.claims()
	for place, name in ((3, "log-pcr"), (4, "log-root")):
		broken = [list(state) for state in claims[-70101]]
		broken[0][place] = sha(b"other")
		evidence = world.evidence({**claims, -70101: broken})
		yield name, world.package(world.collection(evidence)), BAD, name, None, {}
	for count in (len(LONG) - 1, len(LONG) + 1):
		broken = [list(state) for state in claims[-70101]]
		broken[0][2] = count
		evidence = world.evidence({**claims, -70101: broken, -70102: 2})
		yield (f"log-count-{count}", world.package(world.collection(evidence)), BAD, "log-count",
		       min(count, len(LONG)), {})


def checkpoints():
	many = START + [("user", "note", digest("note"))] * 4200
	world = World(many, OWN)
	data = world.log_bytes
	yield "checkpoint", world.package(), WARNED, ROOT, 1, {}
	without = world.log.encode(list(world.log.items))
	yield "checkpoint-none", with_log(world, without), WARNED, ROOT, 1, {}
	pcr = list(world.log.pcrs())[4096]
	good = enc([4096, pcr])

	def point(new, code, record):
		return with_log(world, data.replace(good, new)), BAD, code, record, {}
	yield "checkpoint-pcr", *point(enc([4096, sha(b"other")]), "checkpoint", 4096)
	yield "checkpoint-count", *point(enc([8192, pcr]), "checkpoint", 4096)
	yield "checkpoint-odd", *point(enc([4095, pcr]), "record-malformed", 4096)
	yield "checkpoint-twice", *point(good + good, "record-malformed", 4096)
	yield "checkpoint-long", *point(enc([4096, pcr, 0]), "record-malformed", 4096)
	items = list(world.log.items)
	items[2000] = rewritten(world, items[2000], {6: "other"})
	items.insert(4096, good)
	changed = b"".join(each if isinstance(each, bytes) else enc(each) for each in items)
	yield "checkpoint-catches", with_log(world, changed), BAD, "checkpoint", 4096, {}


def cases():
	world = World(LONG, OWN)
	for source in (edits, others, shapes):
		yield from source(world)
	yield from signed()
	yield from checkpoints()
