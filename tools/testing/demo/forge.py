# SPDX-License-Identifier: GPL-2.0-only
"""Takes a package apart and puts an altered one together.

Shares no code with what it attacks: CBOR is python3-cbor2, keys are
python3-cryptography, the layout is Documentation/vouch.cddl. What lies behind
the asker's signature can be signed anew with the asker's key, because a
dishonest asker could do so; what the card signed cannot.
"""

import io

import cbor2
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, utils

CONTEXT = b"vouch/package/1"
ES384 = -35
ALG, PUBLIC_KEY = 1, -70201
PARTS = ("log", "own", "receipt", "request", "evidence")


def encode(value):
	return cbor2.dumps(value, canonical=True)


def sequence(data):
	"""The items of a CBOR sequence."""
	stream, items = io.BytesIO(data), []
	while stream.tell() < len(data):
		items.append(cbor2.load(stream))
	return items


def load_key(path):
	with open(path, "rb") as handle:
		return serialization.load_pem_private_key(handle.read(), None)


def public_numbers(key):
	"""0x04 || x || y"""
	return key.public_key().public_bytes(serialization.Encoding.X962,
					     serialization.PublicFormat.UncompressedPoint)


def raw_signature(key, data):
	r, s = utils.decode_dss_signature(key.sign(data, ec.ECDSA(hashes.SHA384())))
	return r.to_bytes(48, "big") + s.to_bytes(48, "big")


def cose_parts(data):
	"""[protected, unprotected, payload, signature] of a COSE_Sign1, tags gone."""
	item = cbor2.loads(data)
	while isinstance(item, cbor2.CBORTag):
		item = item.value
	return list(item)


class Package:
	"""One package, in parts that may be changed."""

	def __init__(self, data):
		self.protected, _, payload, self.signature = cose_parts(data)
		self.collection = cbor2.loads(payload)

	@classmethod
	def of(cls, collection):
		"""A package that was never signed."""
		package = cls.__new__(cls)
		package.protected, package.signature = b"", b""
		package.collection = collection
		return package

	def part(self, name):
		return self.collection[name][1]

	def with_part(self, name, data):
		self.collection[name] = [self.collection[name][0], data]
		return self

	@property
	def records(self):
		"""The records of log 0, without the checkpoints between them."""
		return self.records_of("log")

	def records_of(self, name):
		return [item for item in sequence(self.part(name)) if isinstance(item, dict)]

	def with_records(self, items, name="log"):
		return self.with_part(name, b"".join(encode(item) for item in items))

	def bytes(self, key=None):
		"""Encode; with a key, signed anew."""
		payload = encode(self.collection)
		signature = self.signature
		if key:
			self.protected = encode({ALG: ES384, PUBLIC_KEY: public_numbers(key)})
			signature = raw_signature(key, encode(
				["Signature1", self.protected, CONTEXT, payload]))
		return encode(cbor2.CBORTag(18, [self.protected, {}, payload, signature]))


def flip(data, offset=None):
	"""One bit, in the middle unless told."""
	offset = len(data) // 2 if offset is None else offset
	return data[:offset] + bytes([data[offset] ^ 1]) + data[offset + 1:]


def evidence_with(data, index, change):
	"""Evidence (61(18([...]))) with one of its four parts changed."""
	parts = cose_parts(data)
	parts[index] = change(parts[index])
	return encode(cbor2.CBORTag(61, cbor2.CBORTag(18, parts)))


def receipt_with(data, index, change):
	parts = cose_parts(data)
	parts[index] = change(parts[index])
	return encode(cbor2.CBORTag(18, parts))
