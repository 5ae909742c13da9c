# SPDX-License-Identifier: GPL-2.0-only
"""What a card's bytes mean, worked out again from Documentation/formats.rst.

Shares nothing with the card or the verifier: python3-cbor2 and
python3-cryptography only.
"""
import hashlib
import io

import cbor2
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, utils

BATCH = b"vouch/batch/1"
EVIDENCE, RECEIPT, PACKAGE = b"vouch/evidence/1", b"vouch/receipt/1", b"vouch/package/1"
TCB_INFO = "2.23.133.5.4.1"
NO_INSTANCE = bytes(16)


def sha384(*parts):
	return hashlib.sha384(b"".join(parts)).digest()


def u32(value):
	return value.to_bytes(4, "little")


def canonical(value):
	return cbor2.dumps(value, canonical=True)


def strict(data):
	"""Decode one item; anything but the deterministic encoding is an error."""
	value = cbor2.loads(data)
	if canonical(value) != data:
		raise ValueError("not deterministic CBOR")
	return value


def spki(key):
	return key.public_bytes(serialization.Encoding.DER,
				serialization.PublicFormat.SubjectPublicKeyInfo)


def point(key):
	return key.public_bytes(serialization.Encoding.X962,
				serialization.PublicFormat.UncompressedPoint)


def card_id(device):
	"""Card id of a device certificate."""
	return sha384(spki(device.public_key()))[:32]


def mountain_root(digests):
	peaks = []
	for count, digest in enumerate(digests):
		node = sha384(b"\0", digest)
		while count & 1:
			node = sha384(b"\1", peaks.pop(), node)
			count >>= 1
		peaks.append(node)
	if not peaks:
		return bytes(48)
	root = peaks.pop()
	while peaks:
		root = sha384(b"\1", peaks.pop(), root)
	return root


class Log:
	"""A log, replayed from its bytes."""

	def __init__(self, data, ident, log=0, instance=NO_INSTANCE):
		self.pcr = sha384(b"vouch/log/1", ident, u32(log), instance)
		self.records, self.digests, self.checkpoints = [], [], 0
		stream, self.log = io.BytesIO(data), log
		while stream.tell() < len(data):
			start = stream.tell()
			item = cbor2.load(stream)
			if canonical(item) != data[start:stream.tell()]:
				raise ValueError("not deterministic CBOR")
			self.take(item)
		self.root = mountain_root(self.digests)

	def take(self, item):
		if isinstance(item, list):
			if item != [len(self.records), self.pcr] or item[0] % 4096:
				raise ValueError(f"bad checkpoint after record {len(self.records)}")
			self.checkpoints += 1
			return
		number, digest = len(self.records), sha384(item[118])
		content = strict(item[118])
		if item[0] != number or content[0] != number or item[1] != self.log:
			raise ValueError(f"record {number} is numbered {item[0]}, {content[0]}")
		if item[3] != {12: digest}:
			raise ValueError(f"record {number} has another digest")
		self.records.append(content)
		self.digests.append(digest)
		self.pcr = sha384(self.pcr, digest)

	def state(self, instance=NO_INSTANCE):
		"""As evidence has it."""
		return [self.log, instance, len(self.records), self.pcr, self.root]

	def types(self):
		return [record[1] for record in self.records]

	def last(self, kind):
		"""The last record of a type."""
		return next(r for r in reversed(self.records) if r[1] == kind)


def replay(function, ident, log=0, instance=NO_INSTANCE):
	"""A log as a function reads it (vfu_client), replayed."""
	return Log(function.log_all(log), ident, log, instance)


def signed(array, context, key):
	"""Check a COSE_Sign1 array; returns its payload."""
	protected, _, payload, signature = array
	if strict(protected).get(1) not in (-35, -51) or len(signature) != 96:
		raise ValueError("not ES384 or ESP384")
	tbs = canonical(["Signature1", protected, context, payload])
	der = utils.encode_dss_signature(int.from_bytes(signature[:48], "big"),
					 int.from_bytes(signature[48:], "big"))
	key.verify(der, tbs, ec.ECDSA(hashes.SHA384()))
	return payload


def verifies(array, context, key):
	try:
		signed(array, context, key)
	except InvalidSignature:
		return False
	return True


def evidence_array(data):
	item = strict(data)
	if item.tag != 61 or item.value.tag != 18:
		raise ValueError("not a CWT in a COSE_Sign1")
	return item.value.value


def evidence(data, root):
	"""Check evidence up to a root certificate; returns claims, alias, device."""
	array = evidence_array(data)
	alias, device = (x509.load_der_x509_certificate(der) for der in array[1][33])
	device.verify_directly_issued_by(root)
	alias.verify_directly_issued_by(device)
	claims = strict(signed(array, EVIDENCE, alias.public_key()))
	info = alias.extensions.get_extension_for_oid(x509.ObjectIdentifier(TCB_INFO))
	if claims[-70105] not in info.value.value:
		raise ValueError("the alias certificate is for another firmware")
	if claims[256] != b"\1" + card_id(device):
		raise ValueError("evidence of another card")
	return claims, alias, device


def climb(leaf, index, size, path):
	"""RFC 9162, 2.1.3.2: the root that a path leads to."""
	last, node = size - 1, leaf
	for step in path:
		if not last:
			raise ValueError("the path is too long")
		if index & 1 or index == last:
			node = sha384(b"\1", step, node)
			while not index & 1 and index:
				index, last = index >> 1, last >> 1
		else:
			node = sha384(b"\1", node, step)
		index, last = index >> 1, last >> 1
	if last:
		raise ValueError("the path is too short")
	return node


def is_batched(data):
	return data[0] >> 5 == 4


def batched(data, context, key):
	"""Check a leaf of a batch; returns its payload, place and the tree's size."""
	sign1, index, blind, path, payload = strict(data)
	item = strict(sign1)
	if item.tag != 18 or len(blind) != 32:
		raise ValueError("not a leaf of a batch")
	(size, root), = strict(signed(item.value, BATCH, key)).values()
	if not index < size <= 256 or \
	   climb(sha384(b"\0", context, blind, payload), index, size, path) != root:
		raise ValueError("the path does not lead to the root")
	return strict(payload), index, size


def receipt(data, alias):
	"""Check a receipt by the alias certificate; returns its claims."""
	item = strict(data)
	if item.tag != 18:
		raise ValueError("not a COSE_Sign1")
	return strict(signed(item.value, RECEIPT, alias.public_key()))


def nonce_for(nonce, key):
	"""What the card is to sign for a verifier's nonce and an asker's key."""
	return sha384(b"vouch/nonce/1", nonce, point(key.public_key()))


def request(nonce, before, after, doorbell=None, interrupt=None):
	item = {0: nonce, 1: before, 2: after, 5: "CLOCK_MONOTONIC_RAW"}
	if doorbell is not None:
		item[3] = doorbell
	if interrupt is not None:
		item[4] = interrupt
	return canonical(item)


def package(key, parts):
	"""Sign a collection of {name: bytes} with the asker's key."""
	batch_type = "application/vnd.vouch.batch+cbor"
	types = {"log": "application/vnd.vouch.cel+cbor-seq",
		 "own": "application/vnd.vouch.cel+cbor-seq",
		 "receipt": "application/vnd.vouch.receipt+cose",
		 "request": "application/vnd.vouch.request+cbor",
		 "evidence": "application/eat+cwt",
		 "proximity": "application/vnd.vouch.proximity+cbor"}
	collection = {name: [types[name], data] for name, data in parts.items()}
	for name in "evidence", "receipt":
		if name in parts and is_batched(parts[name]):
			collection[name][0] = batch_type
	collection["__cmwc_t"] = "tag:vouch.example,2026:package/1"
	payload = canonical(collection)
	protected = canonical({1: -51, -70201: point(key.public_key())})
	tbs = canonical(["Signature1", protected, PACKAGE, payload])
	r, s = utils.decode_dss_signature(key.sign(tbs, ec.ECDSA(hashes.SHA384())))
	signature = r.to_bytes(48, "big") + s.to_bytes(48, "big")
	return canonical(cbor2.CBORTag(18, [protected, {}, payload, signature]))
