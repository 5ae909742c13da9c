# SPDX-License-Identifier: GPL-2.0-only
"""Evidence, receipt and certificates, broken before they were signed."""

import cbor2
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from cases_history import BAD, LONG, NONE, OWN, WARNED
from world import Card, World, ca, certificate, der, enc, key, sha, sign1, tcb_info, usage

ROOT = "root-self-asserted"


def flip(data, at):
	changed = bytearray(data)
	changed[at] ^= 1
	return bytes(changed)


def with_evidence(world, evidence):
	"""With a receipt that fits."""
	return world.package(world.collection(evidence))


def raw(value):
	return cbor2.dumps(value)


def claims(world):
	def claimed(change, encode=enc):
		new = {place: value for place, value in world.claims(claims=change).items()
		       if value != "gone"}
		return with_evidence(world, world.evidence(new, encode))

	malformed = (BAD, "evidence-malformed", None, {})
	for name, change in (
		("issuer", {1: "someone"}), ("nonce-short", {10: bytes(47)}), ("nonce-gone", {10: "gone"}),
		("ueid-type", {256: b"\x02" + world.card.id}), ("ueid-short", {256: b"\x01" + bytes(31)}),
		("dbgstat", {263: 2}), ("profile", {265: "tag:vouch.example,2026:evidence/2"}),
		("boot", {267: -1}), ("logs-none", {-70101: []}),
		("logs-three", {-70101: [world.log.state()] * 3}),
		("current", {-70102: "last"}), ("role", {-70103: [1, 2, 1, 1, None]}),
		("attach", {-70103: [1, 1, 1, 4, None]}), ("times", {-70104: [1]}),
		("firmware", {-70105: bytes(32)}), ("more", {-70107: 0}), ("float", {267: 1.0}),
	):
		yield f"evidence-{name}", claimed(change), *malformed
	state = (BAD, "state-malformed", None, {})
	first, own = world.log.state(), world.own.state()
	yield "evidence-one-log", claimed({-70101: [first]}), *malformed
	yield "evidence-log-order", claimed({-70101: [own, first]}), *malformed
	yield "evidence-log-twice", claimed({-70101: [first, first]}), *malformed
	yield "evidence-other-log", claimed({-70101: [first, [2, *own[1:]]]}), *state
	yield "evidence-instance", claimed({-70101: [[0, bytes([1] * 16), *first[2:]], own]}), *state
	yield "evidence-current-beyond", claimed({-70102: len(LONG)}), *state
	yield "evidence-host-number", claimed({-70103: [1, 0, 1, 1, None]}), *state
	bad = (BAD, "not-deterministic", None, {})
	yield "evidence-unsorted", claimed({}, lambda it: raw(dict(reversed(it.items())))), *bad
	yield "evidence-wide", claimed({}, lambda it: enc(it).replace(
		b"\x19\x01\x07\x03", b"\x19\x01\x07\x18\x03")), *bad
	yield "evidence-endless", claimed({}, lambda it: b"\xbf" + enc(it)[1:] + b"\xff"), *bad
	yield "evidence-twice", claimed({}, lambda it: b"\xac" + enc({1: it[1]})[1:] + enc(it)[1:]), *bad
	yield "evidence-no-contact", claimed({-70103: [1, 1, 1, 1, None]}), WARNED, ROOT, 1, {}


def agreement(world):
	"""Claims that are well formed, but not what the log shows."""
	def claimed(change):
		return with_evidence(world, world.evidence(world.claims(claims=change)))

	yield "current-none", claimed({-70102: None}), BAD, "log-current", None, {}
	yield "current-earlier", claimed({-70102: 2}), BAD, "log-current", None, {}
	yield "epoch-other", claimed({-70103: [1, 1, 2, 1, None]}), BAD, "log-state", None, {}
	yield "attach-other", claimed({-70103: [1, 1, 1, 3, None]}), BAD, "log-state", None, {}
	yield ("card-clock", claimed({-70104: [5_000_000, 4_999_999]}), BAD, "receipt-other", None, {})
	times = World(LONG, OWN, times=[5_000_000, 4_999_999, 5_000_001])
	yield "card-clock-order", times.package(), BAD, "card-clock-order", None, {}
	times = World(LONG, OWN, times=[5_000_000, 5_000_001, 5_000_000])
	yield "card-clock-end", times.package(), BAD, "card-clock-order", None, {}
	yield ("instance-other", World(LONG, OWN, instance=bytes([9] * 16)).package(), BAD,
	       "log-instance", None, {})
	withdrawn = LONG + [("withdraw", "function 1")]
	yield "withdrawn", World(withdrawn, OWN).package(), BAD, "log-instance", None, {}
	host = World(LONG, (), role=0)
	yield "host-as-guest", host.package(), BAD, "role", None, {}
	yield "guest-as-host", world.package(), BAD, "role", None, {"policy": "host.json"}


def signatures(world):
	evidence, receipt = world.evidence(), world.receipt(world.evidence())

	def given(evidence=evidence, receipt=receipt):
		return world.package(world.collection(evidence, receipt))

	bad = (BAD, "evidence-signature", None, {})
	yield "evidence-flip", given(flip(evidence, -1)), *bad
	at = evidence.index(world.log.state()[3])
	yield "evidence-flip-pcr", given(flip(evidence, at)), *bad
	yield "evidence-flip-time", given(flip(evidence, evidence.index(enc(world.times[0])) + 4)), *bad
	yield "evidence-context", given(world.evidence(context=b"vouch/receipt/1")), *bad
	yield "evidence-device-key", given(world.evidence(signer=world.card.device)), *bad
	yield "evidence-other-key", given(world.evidence(signer=key("other"))), *bad
	yield "evidence-esp384", given(*other_alg(world)), WARNED, ROOT, 1, {}
	yield ("evidence-alg", given(world.evidence(protected=enc({1: -7}))), BAD, "evidence-malformed",
	       None, {})
	bad = (BAD, "receipt-signature", None, {})
	yield "receipt-flip", given(receipt=flip(receipt, -1)), *bad
	at = receipt.index(enc(world.times[2]))
	yield "receipt-flip-time", given(receipt=flip(receipt, at + 4)), *bad
	yield "receipt-context", given(receipt=world.receipt(evidence, context=b"vouch/evidence/1")), *bad
	yield "receipt-other-key", given(receipt=world.receipt(evidence, signer=key("other"))), *bad
	yield "receipt-asker", given(receipt=world.receipt(evidence, signer=world.guest)), *bad


def degenerate(world):
	"""Signatures that no key makes: r and s must be between 0 and the order."""
	order = 2 ** 384 - 0x389cb27e0bc8d220a7e5f24db74f58851313e695333ad68d
	evidence, package = world.evidence(), world.package()
	good = int.from_bytes(evidence[-48:], "big")
	for name, r, s in (("zero", 0, 0), ("r-zero", 0, 1), ("s-zero", 1, 0), ("order", order, 1),
			   ("order-s", 1, order), ("most", 2 ** 384 - 1, 2 ** 384 - 1)):
		flat = r.to_bytes(48, "big") + s.to_bytes(48, "big")
		yield (f"evidence-sign-{name}", with_evidence(world, evidence[:-96] + flat), BAD,
		       "evidence-signature", None, {})
		yield f"package-sign-{name}", package[:-96] + flat, BAD, "package-signature", None, {}
	# The other of the two signatures that anyone can make of one.
	twin = evidence[:-48] + (order - good).to_bytes(48, "big")
	yield "evidence-sign-twin", with_evidence(world, twin), WARNED, ROOT, 1, {}
	yield ("receipt-sign-twin", world.package(world.collection(twin, world.receipt(evidence))), BAD,
	       "receipt-other", None, {})


def other_alg(world):
	evidence = world.evidence(protected=enc({1: -51}))
	return evidence, world.receipt(evidence)


def receipts(world):
	evidence = world.evidence()

	def given(payload, encode=enc):
		receipt = world.receipt(evidence, encode, payload=payload)
		return world.package(world.collection(evidence, receipt))

	other = (BAD, "receipt-other", None, {})
	yield "receipt-other-evidence", given({-70106: sha(b"other")}), *other
	yield "receipt-other-nonce", given({10: sha(b"other")}), *other
	yield "receipt-other-times", given({-70104: [5_000_001, 5_100_000, 5_900_000]}), *other
	malformed = (BAD, "receipt-malformed", None, {})
	yield "receipt-more", given({-70107: 0}), *malformed
	yield "receipt-times", given({-70104: [1, 2]}), *malformed
	yield "receipt-unsorted", given({}, lambda it: raw(dict(reversed(it.items())))), BAD, \
		"not-deterministic", None, {}
	unprotected = enc(sign1(world.card.alias, b"vouch/receipt/1", b"\xa0", None, {1: 1}))
	yield "receipt-header", world.package(world.collection(evidence, unprotected)), *malformed
	none = world.package(world.collection(evidence, b""))
	yield "receipt-none", none, BAD, "no-receipt", None, {}
	yield ("receipt-none-accepted", none, WARNED, f"no-receipt,{ROOT}", None,
	       {"policy": "accept-all.json"})


def aliases(chained):
	"""What the device key must not have certified."""
	card = Card()
	oid = x509.ObjectIdentifier("2.23.133.5.4.1")
	info = tcb_info(card.firmware)
	fwid = info[4:]

	def of(name, *extensions, value=info, signs=True, is_ca=False, issuer="card"):
		length = 0 if is_ca else None
		alias = certificate("card alias", issuer, card.alias, card.device, [
			(x509.BasicConstraints(ca=is_ca, path_length=length), True), (usage(signs), True),
			(x509.UnrecognizedExtension(oid, value), False), *extensions])
		return (f"alias-{name}", chained(lambda it: [alias, it[1]]), BAD, "certificate-chain", None,
			{})

	strange = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.3.6.1.4.1.99999.1"), b"\x05\x00")
	yield of("critical", (strange, True))
	yield of("two-fwids", value=der(0x30, der(0xa6, fwid, fwid)))
	yield of("no-fwids", value=der(0x30))
	yield of("fwid-tail", value=info + b"\0")
	yield of("ca", is_ca=True)
	yield of("usage", signs=False)
	yield of("issuer", issuer="root")
	yield (*of("plain", (strange, False))[:2], WARNED, ROOT, 1, {})


def certificates():
	def of(*name, **change):
		return World(LONG, OWN, card=Card(*name, **change)).package()

	def chained(edit):
		world = World(LONG, OWN)
		return with_evidence(world, world.evidence(chain=edit(world.card.chain)))

	chain = (BAD, "certificate-chain", None, {})
	yield "ca-unknown", of("card", "other-root"), NONE, "unknown-ca", None, {}
	yield "ca-impostor", of(root_key=key("other-root")), *chain
	yield "device-flip", chained(lambda it: [it[0], flip(it[1], -1)]), *chain
	yield "alias-flip", chained(lambda it: [flip(it[0], -1), it[1]]), *chain
	yield "alias-other-card", chained(lambda it: [it[0], Card("second").chain[1]]), *chain
	yield "chain-order", chained(lambda it: it[::-1]), NONE, "unknown-ca", None, {}
	yield "device-as-alias", chained(lambda it: [it[1], it[1]]), *chain
	yield "device-path", of(device_extensions=ca(1)), *chain
	yield ("device-no-ca", of(device_extensions=[
		(x509.BasicConstraints(ca=False, path_length=None), True)]), *chain)
	malformed = (BAD, "certificate-malformed", None, {})
	yield "alias-rubbish", chained(lambda it: [b"\x30\x03abc", it[1]]), *malformed
	yield "device-tail", chained(lambda it: [it[0], it[1] + b"\0"]), *malformed
	p256 = ec.derive_private_key(5, ec.SECP256R1())
	yield "alias-p256", of(alias=p256), BAD, "certificate-key", None, {}
	yield "fwid-other", of(fwid=sha(b"other")), BAD, "certificate-firmware", None, {}
	yield "fwid-critical", of(fwid_critical=True), WARNED, ROOT, 1, {}
	info = x509.UnrecognizedExtension(x509.ObjectIdentifier("2.23.133.5.4.1"), tcb_info(bytes(48)))
	yield "device-critical", of(device_extensions=ca(0) + [(info, True)]), *chain
	yield from aliases(chained)
	yield "fwid-short", of(fwid=bytes(32)), *chain
	late = {"time": "2051-01-01T00:00:00Z"}
	yield "certificate-late", of(), BAD, "certificate-time", None, late
	yield "certificate-early", of(), BAD, "certificate-time", None, {"time": "2025-01-01T00:00:00Z"}
	yield "alias-expired", of(alias_end=2027), BAD, "certificate-time", None, \
		{"time": "2028-01-01T00:00:00Z"}
	world = World(LONG, OWN)
	card = world.card
	card.id = sha(b"another")[:32]
	world = World(LONG, OWN, card=card)
	yield "card-id", world.package(), BAD, "card-id", None, {}


def cases():
	world = World(LONG, OWN)
	for source in (claims, agreement, signatures, degenerate, receipts):
		yield from source(world)
	yield from certificates()
