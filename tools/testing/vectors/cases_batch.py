# SPDX-License-Identifier: GPL-2.0-only
"""Batched evidence and receipts: whole, and broken before or after the signature."""

import batch
from batch import evidence, package, receipt
from cases_evidence import flip
from cases_history import BAD, LONG, OWN, WARNED
from cases_report import aux
from world import NONCE, World, enc, key, sha

ROOT = "root-self-asserted"
GOOD = (WARNED, ROOT, 1, {})
REFUSE = {"policy": "unbatched.json"}


def bad(code):
	return BAD, code, None, {}


def whole(world):
	yield "batch", package(world, evidence(world).encode()), *GOOD
	for size, index in ((1, 0), (2, 1), (3, 2), (5, 4), (7, 6), (8, 0), (200, 199), (256, 255)):
		yield (f"batch-{size}-{index}", package(world, evidence(world, size, index).encode()),
		       *GOOD)
	given = evidence(world).encode()
	yield "batch-receipt-single", package(world, given, world.receipt(given)), *GOOD
	yield "batch-receipt-none", package(world, given, b""), BAD, "no-receipt", None, {}
	single = world.evidence()
	yield "batch-receipt-alone", package(world, single), *GOOD
	yield ("batch-esp384", package(world, evidence(world, protected=enc({1: -51})).encode()),
	       *GOOD)
	# The card made it wait for others: its time, not the way's.
	late = World(LONG, OWN, times=[5_000_000, 905_000_000, 906_000_000])
	late.request[2] = late.request[4] = 911_300_000
	yield "batch-waited", package(late, evidence(late).encode()), *GOOD


def refused(world):
	given, single = evidence(world).encode(), world.evidence()
	yield "batch-refused", package(world, given), BAD, "batched", None, REFUSE
	yield ("batch-refused-receipt", package(world, single), BAD, "batched", None, REFUSE)
	yield "batch-refused-none", world.package(), WARNED, ROOT, 1, REFUSE


def confused(world):
	"""One kind shown as the other."""
	given, single = evidence(world).encode(), world.evidence()
	own = world.receipt(single)
	shared = receipt(world, single).encode()

	def labelled(whole, given, wrong):
		labels = {"evidence": whole[0] >> 5 == 4, "receipt": given[0] >> 5 == 4}
		labels[wrong] = not labels[wrong]
		return package(world, whole, given, labels)

	yield ("batch-as-single", labelled(given, world.receipt(given), "evidence"),
	       *bad("evidence-malformed"))
	yield "batch-single-as", labelled(single, own, "evidence"), *bad("evidence-malformed")
	yield "batch-receipt-as-single", labelled(single, shared, "receipt"), *bad("receipt-malformed")
	yield "batch-single-receipt-as", labelled(single, own, "receipt"), *bad("receipt-malformed")
	yield ("batch-context-single", world.package(world.collection(
		world.evidence(context=b"vouch/batch/1"))), *bad("evidence-signature"))
	# A signature over claims in the place of one over a tree, and one over a tree as claims.
	claims = evidence(world, tree=world.claims()).encode()
	yield "batch-tree-claims", package(world, claims), *bad("batch-malformed")
	tree = evidence(world).tree
	yield ("batch-claims-tree", world.package(world.collection(world.evidence(tree))),
	       *bad("evidence-malformed"))
	yield ("batch-leaf-receipt", package(world, evidence(world, leaf_context=batch.RECEIPT).encode()),
	       *bad("batch-path"))
	given = evidence(world).encode()
	yield ("batch-receipt-leaf-evidence", package(world, given, receipt(
		world, given, leaf_context=batch.EVIDENCE).encode()), *bad("batch-path"))


def placed(world):
	"""Size, index and path."""
	def of(**change):
		return package(world, evidence(world).encode(**change))

	def sized(size):
		return package(world, evidence(world, signed_size=size).encode())

	yield "batch-size-none", sized(0), *bad("batch-size")
	yield "batch-size-257", sized(257), *bad("batch-size")
	yield "batch-size-huge", sized(2**64 - 1), *bad("batch-size")
	yield "batch-size-text", sized("3"), *bad("batch-malformed")
	yield "batch-size-less", sized(2), *bad("batch-path-length")
	last = evidence(world, 3, 2, signed_size=4).encode()
	yield "batch-size-more", package(world, last), *bad("batch-path-length")
	for name, index, code in (("zero", 0, "batch-path"), ("last", 2, "batch-path-length"),
				  ("beyond", 3, "batch-index"), ("huge", 2**64 - 1, "batch-index")):
		yield f"batch-index-{name}", of(index=index), *bad(code)
	steps = evidence(world).path
	for name, changed, code in (
		("short", steps[:1], "batch-path-length"), ("empty", [], "batch-path-length"),
		("long", steps + [bytes(48)], "batch-path-length"),
		("most", steps * 4 + steps[:1], "batch-path-length"),
		("order", steps[::-1], "batch-path"), ("flip", [flip(steps[0], 5), steps[1]], "batch-path"),
		("digest", [steps[0], steps[1][:-1]], "batch-malformed"),
		("number", [1, 2], "batch-malformed"),
	):
		yield f"batch-path-{name}", of(path=changed), *bad(code)
	one = evidence(world, 1, 0).encode(path=[bytes(48)])
	yield "batch-path-of-one", package(world, one), *bad("batch-path-length")


def signed(world):
	def of(**change):
		return package(world, evidence(world, **change).encode())

	broken = bad("batch-signature")
	yield "batch-context", of(context=b"vouch/evidence/1"), *broken
	yield "batch-other-key", of(signer=key("other")), *broken
	yield "batch-device-key", of(signer=world.card.device), *broken
	# A place that has as long a path among seven as among six.
	made = evidence(world, 6, 0)
	root = made.tree[-70112][1]
	for name, at in (("root", made.sign1.index(root)), ("sign", -1),
			 ("size", made.sign1.index(b"\x82\x06\x58\x30") + 1)):
		yield f"batch-flip-{name}", package(world, made.encode(sign1=flip(made.sign1, at))), *broken
	yield "batch-alg", of(protected=enc({1: -7})), *bad("batch-malformed")
	yield "batch-tree-more", of(tree={**made.tree, -70107: 0}), *bad("batch-malformed")
	yield "batch-tree-other", of(tree={-70107: made.tree[-70112]}), *bad("batch-malformed")
	yield "batch-no-chain", of(unprotected={}), *bad("evidence-malformed")
	given = made.encode()
	yield ("batch-receipt-header", package(world, given, receipt(
		world, given, unprotected={1: 1}).encode()), *bad("receipt-malformed"))
	yield ("batch-receipt-key", package(world, given, receipt(
		world, given, signer=key("other")).encode()), *bad("batch-signature"))


def leaves(world):
	"""What is in the leaf, and whose."""
	made = evidence(world)
	other = World(LONG, OWN, nonce=bytes(32))
	theirs = evidence(other)
	yield "batch-payload-other", package(world, made.encode(payload=theirs.payload)), \
		*bad("batch-path")
	yield "batch-of-other", package(world, theirs.encode(), receipt(
		other, theirs.encode()).encode()), *bad("nonce-binding")
	yield "batch-payload-flip", package(world, made.encode(payload=flip(
		made.payload, made.payload.index(world.claims()[10]) + 7))), *bad("batch-path")
	yield "batch-blind-flip", package(world, made.encode(blind=flip(made.blind, 0))), \
		*bad("batch-path")
	yield "batch-blind-short", package(world, made.encode(blind=bytes(31))), \
		*bad("batch-malformed")
	yield "batch-unblinded", package(world, evidence(world, hashed_blind=b"").encode()), \
		*bad("batch-path")
	yield "batch-leaf-node", package(world, evidence(world, prefix=b"\1").encode()), \
		*bad("batch-path")
	yield "batch-more", package(world, made.encode(lambda it: enc(it + [0]))), \
		*bad("batch-malformed")
	yield "batch-less", package(world, made.encode(lambda it: enc(it[:4]))), \
		*bad("batch-malformed")
	yield "batch-wide", package(world, made.encode(batch.unsorted_index)), \
		*bad("not-deterministic")
	claims = evidence(world, claims={**world.claims(), 267: -1}).encode()
	yield "batch-claims", package(world, claims), *bad("evidence-malformed")
	given = made.encode()
	yield ("batch-receipt-other", package(world, given, receipt(
		world, given, payload={-70106: sha(b"other")}).encode()), *bad("receipt-other"))


def reports(world):
	claims = {**world.claims(), 10: sha(b"vouch/tsm/1", NONCE)}
	out = evidence(world, claims=claims).encode()
	logs = aux(world.log_bytes, world.own_bytes)
	accept = {"policy": "accept-all.json"}
	yield "batch-report", (out, logs), WARNED, f"not-timed,{ROOT}", None, accept
	yield "batch-report-flip", (flip(out, -1), logs), BAD, "batch-path", None, accept


def cases():
	world = World(LONG, OWN)
	for source in (whole, refused, confused, placed, signed, leaves, reports):
		yield from source(world)
