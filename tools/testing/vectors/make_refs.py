#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""make_refs.py FOLDER: signed CoRIM, golden and broken, from cbor2 and cryptography.

cases.txt has a line a file: name, the errno that the decoder has to end with (0
for none), how many values it adds and how many it ignores. The keys are fixed,
and signatures deterministic: the bytes are the same every time.
"""

import hashlib
import os
import sys

import cbor2
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

import make_efi

PROFILE = "tag:vouch.example,2026:refs/1"


def key(name):
	secret = int.from_bytes(hashlib.sha384(name.encode()).digest(), "big") >> 1
	return ec.derive_private_key(secret, ec.SECP384R1())


PROVIDER, OPERATOR, STRANGER = key("provider"), key("operator"), key("stranger")


def enc(value):
	return cbor2.dumps(value, canonical=True)


def raw(value):
	"""Keys stay in the order that they were written in."""
	return cbor2.dumps(value)


def digest(text):
	return hashlib.sha384(text.encode()).digest()


def value(kind, name, content, version=None, build_id=None):
	mval = {2: [[7, digest(content)]], 11: name}
	if version:
		mval[0] = {0: version}
	if build_id:
		mval[4] = cbor2.CBORTag(560, build_id)
	return {0: f"{kind}/{name}", 1: mval}


def spki(private):
	return private.public_key().public_bytes(serialization.Encoding.DER,
						 serialization.PublicFormat.SubjectPublicKeyInfo)


def tpm_key(name, card="card"):
	"""Its digest is that of the public key, its name the id of the host's card."""
	owner = hashlib.sha384(spki(key(f"{card} device"))).digest()[:32]
	return {0: f"tpm-key/{name}", 1: {2: [[7, hashlib.sha384(spki(key(name))).digest()]],
					  11: owner.hex()}}


def boot_cmdline(text, end="\0"):
	"""A command line in the form in which firmware hands it over."""
	content = hashlib.sha384((text + end).encode("utf-16-le")).digest()
	return {0: f"cmdline/{text}/1", 1: {2: [[7, content]], 11: text}}


def package(name, version):
	return {0: "package", 1: {0: {0: version}, 2: [[1, hashlib.sha256(b"deb").digest()]],
				  11: name}}


VALUES = [
	package("linux-image", "1.2-3"),
	value("kernel", "1.2.3-amd64", "vmlinuz", "1.2-3", bytes(range(20))),
	value("module", "kvm_amd", "ko", "1.2-3", bytes(range(1, 21))),
	value("module", "kvm_amd", "ko.xz", "1.2-3", bytes(range(1, 21))),
	value("vmm", "qemu-system-x86_64", "qemu", "11"),
	value("initramfs", "initrd", "initrd"),
	value("cmdline", "quiet", "quiet"),
	value("firmware", "blob", "blob"),
	value("card-firmware", "card", "card"),
]


def comid(values, encode=enc, model="linux-image"):
	triple = [{0: {1: "Debian", 2: model}}, values]
	return cbor2.CBORTag(506, encode({1: {0: f"{PROFILE}/{model}"}, 4: {0: [triple]}}))


def corim(values=None, tags=None, extra=None, profile=PROFILE):
	body = {0: "vouch-refs-1", 1: tags or [comid(values or VALUES)],
		3: cbor2.CBORTag(32, profile)}
	body.update(extra or {})
	return enc(cbor2.CBORTag(501, body))


def head(content="application/rim+cbor", alg=-35):
	return {1: alg, 3: content, 8: enc({0: {0: "Debian"}})}


def sign(payload, signer=PROVIDER, protected=None, unprotected=None, aad=b""):
	protected = protected if isinstance(protected, bytes) else enc(protected or head())
	what = enc(["Signature1", protected, aad, payload])
	der = signer.sign(what, ec.ECDSA(hashes.SHA384(), deterministic_signing=True))
	flat = b"".join(part.to_bytes(48, "big") for part in decode_dss_signature(der))
	return enc(cbor2.CBORTag(18, [protected, unprotected or {}, payload, flat]))


def measured(**change):
	"""The kernel's value alone, with some of its mval replaced (None drops it)."""
	entry = value("kernel", "1.2.3-amd64", "vmlinuz", "1.2-3", bytes(20))
	for name, new in change.items():
		place = {"version": 0, "digests": 2, "raw": 4, "name": 11, "more": 12}[name]
		entry[1].pop(place, None)
		if new is not None:
			entry[1][place] = new
	return corim([entry])


def with_key(text):
	return corim([{0: text, 1: VALUES[1][1]}])


def flipped(data, at):
	changed = bytearray(data)
	changed[at] ^= 1
	return bytes(changed)


def cases():
	good = sign(corim())
	payload = corim()
	yield "golden", good, 0, 8, 0
	yield "esp384", sign(payload, protected=head(alg=-51)), 0, 8, 0
	yield "validity", sign(corim(extra={4: {
		0: cbor2.CBORTag(1, 1700000000), 1: cbor2.CBORTag(1, 1800000000)}})), 0, 8, 0
	yield "two-packages", sign(corim(tags=[comid(VALUES[:2]), comid(VALUES[5:6])])), 0, 2, 0
	yield "operator", sign(payload, OPERATOR), 0, 2, 6
	yield "build-id-none", sign(measured(raw=None)), 0, 1, 0

	yield "wrong-key", sign(payload, STRANGER), "EKEYREJECTED", 0, 0
	yield "bad-signature", flipped(good, -1), "EKEYREJECTED", 0, 0
	yield "altered-digest", flipped(good, good.index(digest("vmlinuz"))), "EKEYREJECTED", 0, 0
	yield "context", sign(payload, aad=b"vouch/refs/1"), "EKEYREJECTED", 0, 0
	# Not signed by anyone who is accepted: nothing of it is looked at.
	yield "rubbish-unsigned", sign(b"rubbish", STRANGER), "EKEYREJECTED", 0, 0

	yield "alg", sign(payload, protected=head(alg=-7)), "EBADMSG", 0, 0
	yield "content-type", sign(payload, protected=head("text/plain")), "EBADMSG", 0, 0
	yield "unprotected", sign(payload, unprotected={4: b"kid"}), "EBADMSG", 0, 0
	yield "protected-empty", sign(payload, protected=b""), "EBADMSG", 0, 0
	yield "rubbish-signed", sign(b"\xff" * 8), "EILSEQ", 0, 0
	yield "profile", sign(corim(profile="tag:example.com,2026:other")), "EBADMSG", 0, 0
	yield "validity-empty", sign(corim(extra={4: {}})), "EBADMSG", 0, 0
	yield "validity-zero", sign(corim(extra={4: {1: cbor2.CBORTag(1, 0)}})), "EBADMSG", 0, 0
	yield "entities", sign(corim(extra={5: [{0: "x", 2: [1]}]})), "EBADMSG", 0, 0
	yield "no-tags", sign(enc(cbor2.CBORTag(501, {
		0: "x", 1: [], 3: cbor2.CBORTag(32, PROFILE)}))), "EBADMSG", 0, 0
	yield "no-values", sign(corim(tags=[comid([])])), "EBADMSG", 0, 0
	yield "other-tag", sign(corim(tags=[cbor2.CBORTag(505, b"")])), "EBADMSG", 0, 0
	yield "kind-unknown", sign(with_key("virus/x")), "EBADMSG", 0, 0
	yield "kind-alone", sign(with_key("kernel/")), "EBADMSG", 0, 0
	yield "sha256", sign(measured(digests=[[1, bytes(32)]])), "EBADMSG", 0, 0
	yield "short-digest", sign(measured(digests=[[7, bytes(47)]])), "EBADMSG", 0, 0
	yield "two-digests", sign(measured(digests=[[7, bytes(48)]] * 2)), "EBADMSG", 0, 0
	yield "no-digest", sign(measured(digests=None)), "EBADMSG", 0, 0
	yield "no-name", sign(measured(name=None)), "EBADMSG", 0, 0
	yield "empty-name", sign(measured(name="")), "EINVAL", 0, 0
	yield "long-name", sign(measured(name="x" * 1025)), "EINVAL", 0, 0
	yield "nul-name", sign(measured(name="a\0b")), "EBADMSG", 0, 0
	yield "raw-untagged", sign(measured(raw=bytes(20))), "EBADMSG", 0, 0
	yield "long-build-id", sign(measured(raw=cbor2.CBORTag(560, bytes(65)))), "EINVAL", 0, 0
	yield "more", sign(measured(more=1)), "EBADMSG", 0, 0

	entry = VALUES[1]
	unsorted = {0: entry[0], 1: dict(reversed(entry[1].items()))}
	yield "unsorted-keys", sign(corim(tags=[comid([unsorted], raw)])), "EILSEQ", 0, 0
	wide = enc(entry).replace(b"\x07\x58\x30", b"\x18\x07\x58\x30")
	inner = comid([cbor2.CBORTag(501, 0)]).value
	inner = inner.replace(enc(cbor2.CBORTag(501, 0)), wide)
	yield "long-integer", sign(corim(tags=[cbor2.CBORTag(506, inner)])), "EILSEQ", 0, 0
	endless = comid([entry]).value.replace(b"\x81\x82\x07", b"\x9f\x82\x07")
	yield "indefinite", sign(corim(tags=[cbor2.CBORTag(506, endless)])), "EILSEQ", 0, 0
	tail = comid(VALUES).value + b"\x00"
	yield "tail-in-comid", sign(corim(tags=[cbor2.CBORTag(506, tail)])), "EBADMSG", 0, 0
	yield "tail-in-corim", sign(payload + b"\x00"), "EBADMSG", 0, 0
	yield "tail", good + b"\x00", "EBADMSG", 0, 0
	yield "truncated", good[:-1], "EBADMSG", 0, 0
	yield "truncated-half", good[:len(good) // 2], "EBADMSG", 0, 0
	yield "empty", b"", "EBADMSG", 0, 0
	yield "huge-payload", b"\xd2\x84\x40\xa0\x5b" + b"\xff" * 8, "EBADMSG", 0, 0
	huge = comid(VALUES).value.replace(bytes([0x80 + len(VALUES)]) + b"\xa2\x00\x67package",
					   b"\x9b" + b"\x7f" * 8 + b"\xa2\x00\x67package")
	yield "huge-array", sign(corim(tags=[cbor2.CBORTag(506, huge)])), "EBADMSG", 0, 0
	yield "deep", sign(b"\x81" * 100 + b"\x00"), "EBADMSG", 0, 0


def main():
	folder = sys.argv[1]
	os.makedirs(folder, exist_ok=True)
	for name, secret in (("provider", PROVIDER), ("operator", OPERATOR)):
		with open(f"{folder}/{name}.pem", "wb") as handle:
			handle.write(secret.public_key().public_bytes(
				serialization.Encoding.PEM,
				serialization.PublicFormat.SubjectPublicKeyInfo))
	for name, data in make_efi.files():
		with open(f"{folder}/{name}", "wb") as handle:
			handle.write(data)
	lines = []
	for name, data, error, added, ignored in cases():
		with open(f"{folder}/{name}.corim", "wb") as handle:
			handle.write(data)
		lines.append(f"{name} {error} {added} {ignored}\n")
	with open(f"{folder}/cases.txt", "w", encoding="ascii") as handle:
		handle.writelines(lines)


if __name__ == "__main__":
	main()
