#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Packages as the client writes them, taken apart by code that shares nothing with it.

    package_test.py FAKE_VOUCH    the client, built with a made-up card
"""

import hashlib
import io
import os
import subprocess
import sys
import tempfile

import cbor2
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, utils

NONCE = bytes(range(32))
LOG = "application/vnd.vouch.cel+cbor-seq"
results = []


def check(good, text):
	results.append(good)
	print(f"{'ok' if good else 'not ok'} {len(results)} - {text}")


def make(function, count, own, *args, nonce=NONCE, batch=0):
	env = dict(os.environ, FAKE_FUNCTION=str(function), FAKE_COUNT=str(count),
		   FAKE_OWN=str(own), FAKE_BATCH=str(batch))
	done = subprocess.run([sys.argv[1], "attest", "--nonce", nonce.hex(), *args],
			      env=env, check=True, capture_output=True)
	return done.stdout


def point_of(package):
	return cbor2.loads(cbor2.loads(package).value[0])[-70201]


def public_key(point):
	return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP384R1(), point)


def verifies(package, context=b"vouch/package/1"):
	protected, _, payload, signature = cbor2.loads(package).value
	tbs = cbor2.dumps(["Signature1", protected, context, payload])
	der = utils.encode_dss_signature(int.from_bytes(signature[:48], "big"),
					 int.from_bytes(signature[48:], "big"))
	try:
		public_key(point_of(package)).verify(der, tbs, ec.ECDSA(hashes.SHA384()))
	except InvalidSignature:
		return False
	return True


def deterministic(data):
	"""Whether encoding again gives the same bytes: RFC 8949, 4.2.1."""
	return cbor2.dumps(cbor2.loads(data), canonical=True) == data


def records(sequence):
	stream = io.BytesIO(sequence)
	items = []
	while stream.tell() < len(sequence):
		items.append(cbor2.load(stream))
	return [item for item in items if isinstance(item, dict)]


def check_envelope(package, nonce):
	outer = cbor2.loads(package)
	check(outer.tag == 18 and len(outer.value) == 4, "a COSE_Sign1, tagged")
	check(deterministic(package), "the envelope is deterministic")
	protected = cbor2.loads(outer.value[0])
	check(sorted(protected) == [-70201, 1] and protected[1] in (-35, -51), "the header")
	check(deterministic(outer.value[0]), "the header is deterministic")
	check(len(protected[-70201]) == 97, "the key is 97 bytes")
	check(outer.value[1] == {} and len(outer.value[3]) == 96, "the rest of the envelope")
	check(verifies(package), "the signature")
	check(not verifies(package, b"vouch/evidence/1"), "in no other context")
	collection = cbor2.loads(outer.value[2])
	evidence = cbor2.loads(collection["evidence"][1])
	claims = cbor2.loads(evidence[4] if isinstance(evidence, list) else evidence.value.value[2])
	want = hashlib.sha384(b"vouch/nonce/1" + nonce + protected[-70201]).digest()
	check(claims[10] == want, "the card's nonce binds nonce and key")
	return outer.value[2], collection


def check_request(collection, nonce):
	kind, data = collection["request"]
	check(kind == "application/vnd.vouch.request+cbor" and deterministic(data), "request")
	request = cbor2.loads(data)
	check(request[0] == nonce and request[5] == "CLOCK_MONOTONIC_RAW", "nonce and clock")
	check(sorted(request) == [0, 1, 2, 3, 4, 5, 6], "all four times")
	check(request[6] == "driver", "who took the two in the middle")
	check(request[1] <= request[3] <= request[4] <= request[2], "times in order")


def check_guest():
	payload, collection = check_envelope(make(1, 11, 2), NONCE)
	check(deterministic(payload), "the collection is deterministic")
	check(list(collection) == ["log", "own", "receipt", "request", "__cmwc_t", "evidence"],
	      "its entries in order")
	check(collection["__cmwc_t"] == "tag:vouch.example,2026:package/1", "its type")
	check(collection["receipt"][0] == "application/vnd.vouch.receipt+cose", "receipt")
	check(collection["evidence"][0] == "application/eat+cwt", "evidence")
	check(collection["log"][0] == collection["own"][0] == LOG, "logs")
	for name, count, log in (("log", 11, 0), ("own", 2, 1)):
		found = records(collection[name][1])
		check([each[0] for each in found] == list(range(count)), f"{name}: as many as signed")
		check(all(each[1] == log for each in found), f"{name}: of log {log}")
		check(all(hashlib.sha384(each[118]).digest() == each[3][12] for each in found),
		      f"{name}: digests cover contents")
	check_request(collection, NONCE)


def check_proximity():
	"""The fake's rounds are arithmetic: its secret is 5e…, round i takes 1000 + i ns."""
	payload, collection = check_envelope(make(1, 3, 1, "--proximity=4"), NONCE)
	check(deterministic(payload), "the collection is deterministic with a session too")
	check(list(collection)[-1] == "proximity", "which is its last entry")
	kind, data = collection["proximity"]
	check(kind == "application/vnd.vouch.proximity+cbor" and deterministic(data), "proximity")
	part = cbor2.loads(data)
	words = [b"".join((value & 2 ** 64 - 1).to_bytes(8, "little") for value in values)
		 for values in ([0x0102030405060708 * (i + 1) for i in range(4)],
				[~i for i in range(4)])]
	check(list(part) == list(range(9)) and part[8] == "CLOCK_MONOTONIC_RAW", "nine members")
	check(part[0] == b"\x5e" * 32 and part[1] == b"\x55" * 16 and part[2] == b"\xc0" * 48,
	      "secret, session and commitment")
	check([part[3], part[4]] == words, "challenges and responses, little endian")
	check(part[5] == b"".join((1003 - i).to_bytes(4, "little") for i in range(4)), "times")
	check(part[6] == [5000000, 5004006], "begin and end")
	check(cbor2.loads(part[7])[2] == words[0], "what the card saw, as it came")


def check_host():
	nonce = bytes(64)
	_, collection = check_envelope(make(0, 5000, 0, nonce=nonce), nonce)
	check("own" not in collection, "a host has no instance log")
	check(len(records(collection["log"][1])) == 5000, "a log of 5000 records")
	_, collection = check_envelope(make(0, 9, 0, "--no-log"), NONCE)
	check(collection["log"][1] == b"", "--no-log leaves it empty")


def check_subject():
	_, collection = check_envelope(make(1, 11, 2, "--subject", "os"), NONCE)
	check("log" not in collection and len(records(collection["own"][1])) == 2,
	      "--subject os: the instance log alone")
	_, collection = check_envelope(make(1, 11, 2, "--subject", "hypervisor"), NONCE)
	check("own" not in collection and len(records(collection["log"][1])) == 11,
	      "--subject hypervisor: log 0 alone")
	_, collection = check_envelope(make(1, 11, 2, "--subject", "both"), NONCE)
	check("own" in collection and "log" in collection, "--subject both")


def check_batched():
	payload, collection = check_envelope(make(1, 11, 2, batch=3), NONCE)
	check(deterministic(payload), "the collection is deterministic with a batch too")
	check({collection[name][0] for name in ("evidence", "receipt")} ==
	      {"application/vnd.vouch.batch+cbor"}, "batched evidence and receipt say so")
	_, collection = check_envelope(make(1, 11, 2, "--own-signature", batch=3), NONCE)
	check(collection["evidence"][0] == "application/eat+cwt", "--own-signature is heard")
	_, collection = check_envelope(make(1, 11, 2, "--own-signature", "--subject", "os",
					    batch=3), NONCE)
	check(collection["evidence"][0] == "application/eat+cwt" and "log" not in collection,
	      "with a subject too")


def check_keys():
	check(point_of(make(0, 1, 0)) != point_of(make(0, 1, 0)), "each package has a fresh key")
	with tempfile.TemporaryDirectory() as folder:
		path = os.path.join(folder, "key.pem")
		first, second = (make(0, 1, 0, "--key", path) for _ in range(2))
		with open(path, "rb") as pem:
			kept = serialization.load_pem_private_key(pem.read(), None)
		check(os.stat(path).st_mode & 0o777 == 0o600, "a kept key is its owner's alone")
	point = kept.public_key().public_bytes(serialization.Encoding.X962,
					       serialization.PublicFormat.UncompressedPoint)
	check(point_of(first) == point_of(second) == point, "--key keeps one")
	check(verifies(first) and verifies(second), "and signs with it")


def check_flips():
	"""Every 7th bit: nothing in a package can change without being seen."""
	package = make(1, 3, 1)
	payload = cbor2.loads(package).value[2]
	start = package.index(payload)
	passed = 0
	for bit in range(start * 8, (start + len(payload)) * 8, 7):
		broken = bytearray(package)
		broken[bit // 8] ^= 1 << bit % 8
		passed += verifies(bytes(broken))
	check(passed == 0, "no flipped bit of the payload verifies")


def main():
	check_guest()
	check_proximity()
	check_host()
	check_subject()
	check_batched()
	check_keys()
	check_flips()
	print(f"1..{len(results)}")
	return 0 if all(results) else 1


if __name__ == "__main__":
	sys.exit(main())
