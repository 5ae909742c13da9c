# SPDX-License-Identifier: GPL-2.0-only
"""Batches: Documentation/vouch.cddl in Python, the tree as RFC 9162 defines it."""

import cbor2

from world import enc, sha, sign1

EVIDENCE, RECEIPT = b"vouch/evidence/1", b"vouch/receipt/1"
TYPE = "application/vnd.vouch.batch+cbor"


def split(count):
	"""The largest power of two below count."""
	return 1 << (count - 1).bit_length() - 1


def merkle(leaves):
	if len(leaves) == 1:
		return leaves[0]
	at = split(len(leaves))
	return sha(b"\1", merkle(leaves[:at]), merkle(leaves[at:]))


def path(index, leaves):
	if len(leaves) == 1:
		return []
	at = split(len(leaves))
	if index < at:
		return path(index, leaves[:at]) + [merkle(leaves[at:])]
	return path(index - at, leaves[at:]) + [merkle(leaves[:at])]


def leaf(context, blind, payload, prefix=b"\0"):
	return sha(prefix, context, blind, payload)


class Batch:
	"""One leaf of interest among others; change says what is not as it should be."""

	def __init__(self, world, kind, payload, size=3, index=1, **change):
		self.blind = change.get("blind", sha(b"blind", kind)[:32])
		ours = leaf(change.get("leaf_context", kind), change.get("hashed_blind", self.blind),
			    payload, change.get("prefix", b"\0"))
		leaves = [ours if i == index else leaf(kind, bytes(32), b"other %d" % i)
			  for i in range(size)]
		self.payload, self.index, self.path = payload, index, path(index, leaves)
		self.tree = change.get("tree", {-70112: [change.get("signed_size", size), merkle(leaves)]})
		chain = {33: world.card.chain} if kind == EVIDENCE else {}
		self.sign1 = enc(sign1(change.get("signer", world.card.alias),
				       change.get("context", b"vouch/batch/1"), enc(self.tree),
				       change.get("protected"), change.get("unprotected", chain)))

	def encode(self, encode=enc, **change):
		"""With index, path, payload, blind or sign1 of somebody else."""
		parts = {name: change.get(name, getattr(self, name))
			 for name in ("sign1", "index", "blind", "path", "payload")}
		return encode(list(parts.values()))


def evidence(world, size=3, index=1, claims=None, **change):
	return Batch(world, EVIDENCE, enc(claims or world.claims()), size, index, **change)


def receipt(world, whole, size=3, index=1, payload=None, **change):
	claims = {10: world.claims()[10], -70104: world.times, -70106: sha(whole), **(payload or {})}
	return Batch(world, RECEIPT, enc(claims), size, index, **change)


def package(world, whole, given=None, labels=None):
	"""A package whose parts have the labels that their first byte asks for, or others."""
	given = receipt(world, whole).encode() if given is None else given
	parts = world.collection(whole, given)
	for name, data in (("evidence", whole), ("receipt", given)):
		batched = labels[name] if labels else data[:1] == b"\x85"
		if batched:
			parts[name][0] = TYPE
	return world.package(parts)


def unsorted_index(item):
	"""The same item, its index not as short as can be."""
	whole = cbor2.dumps(item)
	at = len(cbor2.dumps(item[0])) + 1
	return whole[:at] + b"\x18" + whole[at:at + 1] + whole[at + 1:]
