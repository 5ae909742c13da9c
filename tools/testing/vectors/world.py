# SPDX-License-Identifier: GPL-2.0-only
"""A card, its logs and a guest that asks it: Documentation/vouch.cddl in Python.

Shares no code with the C: CBOR is python3-cbor2, keys and certificates are
python3-cryptography. Keys are derived from names and signatures are
deterministic, so that the bytes are the same every time.
"""

import datetime
import hashlib

import cbor2
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

import make_refs

TYPES = {"power-on": 1, "reset": 2, "attach": 3, "detach": 4, "card-firmware": 5, "assign": 6,
	 "withdraw": 7, "nearly-full": 8, "kernel": 16, "cmdline": 17, "module-present": 18,
	 "module-load": 19, "firmware-load": 20, "kexec-kernel": 21, "kexec-initramfs": 22,
	 "kexec-cmdline": 23, "kexec-image": 24, "kexec-exec": 25, "kexec-abort": 26,
	 "vm-start": 27, "unmeasured": 28,
	 "kexec-crash": 29, "kexec-drop": 30, "livepatch": 31, "bpf-load": 32,
	 "taint": 33, "lockdown": 34, "secure-boot": 35, "microcode": 36, "policy": 37,
	 "vm-count": 38, "live-update": 39, "sleep": 40, "user": 64,
	 "tpm-key": 65, "tpm-events": 66, "tpm-quote": 67, "tpm-signature": 68}
LOG_TYPE = "application/vnd.vouch.cel+cbor-seq"
TIME = datetime.datetime(2026, 6, 1, tzinfo=datetime.timezone.utc)
NONCE = bytes(range(32))
CHECKPOINT = 4096

enc, key, spki = make_refs.enc, make_refs.key, make_refs.spki


def sha(*parts):
	return hashlib.sha384(b"".join(parts)).digest()


def point(private):
	return private.public_key().public_bytes(serialization.Encoding.X962,
						 serialization.PublicFormat.UncompressedPoint)


def ecdsa(private, data):
	return private.sign(data, ec.ECDSA(hashes.SHA384(), deterministic_signing=True))


def sign1(private, context, payload, protected=None, unprotected=None):
	"""[protected, unprotected, payload, signature] under tag 18."""
	protected = enc({1: -35}) if protected is None else protected
	der = ecdsa(private, enc(["Signature1", protected, context, payload]))
	flat = b"".join(part.to_bytes(48, "big") for part in decode_dss_signature(der))
	return cbor2.CBORTag(18, [protected, unprotected or {}, payload, flat])


def der(tag, *parts):
	body = b"".join(parts)
	if len(body) < 128:
		return bytes([tag, len(body)]) + body
	size = (len(body).bit_length() + 7) // 8
	return bytes([tag, 0x80 | size]) + len(body).to_bytes(size, "big") + body


def tcb_info(firmware):
	"""TCG DICE TcbInfo with one FWID."""
	sha384 = bytes.fromhex("0609608648016503040202")
	return der(0x30, der(0xa6, der(0x30, sha384, der(0x04, firmware))))


def certificate(subject, issuer, public, signer, extensions, end=2050):
	"""DER, its signature made anew so that it is deterministic."""
	name = [x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, text)])
		for text in (subject, issuer)]
	builder = x509.CertificateBuilder(
		issuer_name=name[1], subject_name=name[0], public_key=public.public_key(),
		serial_number=int.from_bytes(sha(subject.encode(), spki(public))[:8], "big") >> 1,
		not_valid_before=datetime.datetime(2026, 1, 1),
		not_valid_after=datetime.datetime(end, 1, 1))
	for extension, critical in extensions:
		builder = builder.add_extension(extension, critical)
	tbs = builder.sign(signer, hashes.SHA384()).tbs_certificate_bytes
	algorithm = bytes.fromhex("300a06082a8648ce3d040303")
	return der(0x30, tbs, algorithm, der(0x03, b"\0", ecdsa(signer, tbs)))


def usage(signs):
	flags = dict.fromkeys(("content_commitment", "key_encipherment", "data_encipherment",
			       "key_agreement", "crl_sign", "encipher_only", "decipher_only"), False)
	return x509.KeyUsage(digital_signature=signs, key_cert_sign=not signs, **flags)


def ca(length):
	return [(x509.BasicConstraints(ca=True, path_length=length), True), (usage(False), True)]


def root_pem(name="root"):
	whole = certificate(name, name, key(name), key(name), ca(1))
	return x509.load_der_x509_certificate(whole).public_bytes(serialization.Encoding.PEM)


class Card:
	"""A card's identity; firmware is a digest."""

	def __init__(self, name="card", root="root", firmware=None, **change):
		self.firmware = firmware or make_refs.digest("card-firmware")
		self.device, self.alias = key(f"{name} device"), change.get("alias") or key(f"{name} alias")
		self.id = sha(spki(self.device))[:32]
		fwid = x509.UnrecognizedExtension(x509.ObjectIdentifier("2.23.133.5.4.1"),
						  tcb_info(change.get("fwid", self.firmware)))
		self.chain = [
			certificate(f"{name} alias", name, self.alias, self.device, [
				(x509.BasicConstraints(ca=False, path_length=None), True),
				(usage(True), True), (fwid, change.get("fwid_critical", False))],
				change.get("alias_end", 2050)),
			certificate(name, root, self.device, change.get("root_key") or key(root),
				    change.get("device_extensions") or ca(0)),
		]


class Log:
	"""Records of one log, and what the card would sign about them."""

	def __init__(self, card, records, log=0, instance=bytes(16)):
		self.card, self.log, self.instance = card, log, instance
		self.items = [self.record(number, spec) for number, spec in enumerate(records)]

	def record(self, number, spec, **change):
		"""spec: (type, name, digest, data, ref, epoch, time), the tail left out at will."""
		kind, name, digest, data, ref, epoch, time = (list(spec) + [None] * 7)[:7]
		if kind in ("power-on", "reset") and data is None:
			data = sha(b"epoch nonce", str(number).encode())[:32]
		kind = TYPES.get(kind, kind)
		content = {0: number, 1: kind, 2: (kind > 15) + (kind > 63),
			   3: 1000 * (number + 1) if time is None else time, 4: epoch or 1,
			   5: digest, 6: name, 7: data, 8: ref}
		content = {place: value for place, value in content.items() if value is not None}
		content.update(change)
		encoded = enc(content)
		return {0: content[0], 1: self.log, 3: {12: sha(encoded)}, 118: encoded}

	def pcrs(self, items=None):
		value = sha(b"vouch/log/1", self.card.id, self.log.to_bytes(4, "little"), self.instance)
		yield value
		for item in self.items if items is None else items:
			value = sha(value, item[3][12])
			yield value

	def root(self):
		peaks = []
		for count, item in enumerate(self.items):
			node, bit = sha(b"\0", item[3][12]), 0
			while count >> bit & 1:
				node, bit = sha(b"\1", peaks.pop(), node), bit + 1
			peaks.append(node)
		value = peaks.pop() if peaks else bytes(48)
		while peaks:
			value = sha(b"\1", peaks.pop(), value)
		return value

	def state(self):
		return [self.log, self.instance, len(self.items), list(self.pcrs())[-1], self.root()]

	def current(self):
		kernels = [item[0] for item in self.items if cbor2.loads(item[118])[1] == TYPES["kernel"]]
		return kernels[-1] if kernels else None

	def final(self):
		"""Power-ons and resets, and the attach state at the end."""
		epochs, attach = 0, 0
		for item in self.items:
			content = cbor2.loads(item[118])
			if content[1] in (1, 2):
				epochs, attach = epochs + 1, 0
			elif content[1] == 3:
				attach = 1
			elif content[1] == 4 and (attach != 2 or content[6] == "gone"):
				attach = 3
			elif content[1] == 25:
				attach = 2
		return [epochs, attach]

	def encode(self, items=None):
		"""A CBOR sequence with checkpoints."""
		out, pcrs = [], list(self.pcrs())
		for number, item in enumerate(self.items if items is None else items, 1):
			out.append(enc(item) if isinstance(item, dict) else item)
			if items is None and number % CHECKPOINT == 0:
				out.append(enc([number, pcrs[number]]))
		return b"".join(out)


class World:
	"""Everything that goes into one package; a case changes what it is about."""

	def __init__(self, records, own=(), **change):
		self.card = change.get("card") or Card()
		self.instance = change.get("instance", bytes(range(16)))
		self.guest, self.nonce = key("guest"), change.get("nonce", NONCE)
		self.log = Log(self.card, records)
		self.own = Log(self.card, own, 1, self.instance)
		self.role = change.get("role", 1)
		self.times = change.get("times", [5_000_000, 5_100_000, 5_900_000])
		self.epoch, self.attach = change.get("epoch", 1), change.get("attach", 1)
		self.logs, self.own_state = change.get("logs", (0, 1)), change.get("own_state")
		self.request = {0: self.nonce, 1: 10_000_000, 2: 11_300_000, 3: 10_050_000,
				4: 11_250_000, 5: "CLOCK_MONOTONIC_RAW"}
		self.log_bytes, self.own_bytes = self.log.encode(), self.own.encode()

	def claims(self, **change):
		parts = self.logs if self.role else (0,)
		logs = [(self.log, self.own)[which].state() for which in parts]
		bound = sha(b"vouch/nonce/1", self.nonce, point(self.guest))
		claims = {1: "vouch-card", 10: bound, 256: b"\x01" + self.card.id, 263: 3,
			  265: "tag:vouch.example,2026:evidence/1", 267: 1, -70101: logs,
			  -70102: self.log.current(),
			  -70103: [self.role, self.role, self.epoch, self.attach, 4_000_000],
			  -70104: self.times[:2], -70105: self.card.firmware}
		if 1 in parts:
			claims[-70107] = self.own.final() if self.own_state is None else self.own_state
		claims.update(change.get("claims", {}))
		return claims

	def evidence(self, claims=None, encode=enc, context=b"vouch/evidence/1", chain=None, **change):
		payload = encode(claims or self.claims())
		signed = sign1(change.get("signer", self.card.alias), context, payload,
			       change.get("protected"), {33: chain or self.card.chain})
		return enc(cbor2.CBORTag(61, signed))

	def receipt(self, evidence, encode=enc, context=b"vouch/receipt/1", signer=None, **change):
		payload = {10: self.claims()[10], -70104: self.times, -70106: sha(evidence)}
		payload.update(change.get("payload", {}))
		return enc(sign1(signer or self.card.alias, context, encode(payload)))

	def collection(self, evidence=None, receipt=None, request=None):
		evidence = evidence or self.evidence()
		receipt = self.receipt(evidence) if receipt is None else receipt
		parts = {"log": [LOG_TYPE, self.log_bytes]} if 0 in self.logs else {}
		if self.own.items and 1 in self.logs:
			parts["own"] = [LOG_TYPE, self.own_bytes]
		if receipt:
			parts["receipt"] = ["application/vnd.vouch.receipt+cose", receipt]
		parts["request"] = ["application/vnd.vouch.request+cbor", request or enc(self.request)]
		parts["__cmwc_t"] = "tag:vouch.example,2026:package/1"
		parts["evidence"] = ["application/eat+cwt", evidence]
		return parts

	def package(self, collection=None, encode=cbor2.dumps, **change):
		collection = self.collection() if collection is None else collection
		payload = collection if isinstance(collection, bytes) else encode(collection)
		protected = enc({1: change.get("alg", -35), -70201: point(self.guest)})
		return enc(sign1(change.get("signer", self.guest),
				 change.get("context", b"vouch/package/1"), payload, protected))
