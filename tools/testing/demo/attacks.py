# SPDX-License-Identifier: GPL-2.0-only
"""Attacks on a package that was AUTHENTIC, each with the reason it must meet."""

import collections

import cbor2

import forge
from forge import Package, encode, evidence_with, flip, receipt_with

Attack = collections.namedtuple("Attack", "what reason package")


def network(data):
	"""On the way through the operator's network: nobody can sign anew."""
	yield "asker's key, one bit", "package-signature", key_flipped(data)
	package = Package(data)
	package.signature = flip(package.signature)
	yield "package signature, one bit", "package-signature", package.bytes()
	for name in forge.PARTS:
		changed = Package(data).with_part(name, flip(Package(data).part(name)))
		yield f"{name}, one bit", "package-signature", changed.bytes()
	for number, what in ((1, "time before"), (2, "time after")):
		request = cbor2.loads(Package(data).part("request"))
		request[number] ^= 1
		changed = Package(data).with_part("request", encode(request))
		yield f"{what}, one bit", "package-signature", changed.bytes()


def key_flipped(data):
	package = Package(data)
	header = cbor2.loads(package.protected)
	header[forge.PUBLIC_KEY] = flip(header[forge.PUBLIC_KEY])
	package.protected = encode(header)
	return package.bytes()


def signed_parts(data, key):
	"""A dishonest asker signs anew; what the card signed still does not bend."""
	evidence, receipt = Package(data).part("evidence"), Package(data).part("receipt")

	def chain(index):
		return lambda header: {33: [flip(cert, len(cert) - 8) if i == index else cert
					    for i, cert in enumerate(header[33])]}
	for what, reason, changed in (
		("evidence PCR, one bit", "evidence-signature", evidence_with(evidence, 2, pcr_flipped)),
		("evidence t_rx, one bit", "evidence-signature",
		 evidence_with(evidence, 2, lambda payload: time_flipped(payload, 0))),
		("evidence t_sign_start, one bit", "evidence-signature",
		 evidence_with(evidence, 2, lambda payload: time_flipped(payload, 1))),
		("evidence signature, one bit", "evidence-signature",
		 evidence_with(evidence, 3, flip)),
		("alias certificate, one bit", "certificate-chain", evidence_with(evidence, 1, chain(0))),
		("device certificate, one bit", "certificate-chain", evidence_with(evidence, 1, chain(1))),
	):
		yield what, reason, Package(data).with_part("evidence", changed).bytes(key)
	for what, index, change in (("receipt t_tx, one bit", 2, lambda payload: time_flipped(payload, 2)),
				    ("receipt signature, one bit", 3, flip)):
		changed = receipt_with(receipt, index, change)
		yield what, "receipt-signature", Package(data).with_part("receipt", changed).bytes(key)


def pcr_flipped(payload):
	"""The PCR of log 0, so that the claims still parse."""
	claims = cbor2.loads(payload)
	claims[-70101][0][3] = flip(claims[-70101][0][3])
	return encode(claims)


def time_flipped(payload, which):
	claims = cbor2.loads(payload)
	claims[-70104][which] ^= 1
	return encode(claims)


def log_edits(data, key):
	"""The asker signs anew; the PCR, the root and the count are the card's."""
	records = Package(data).records

	def edited(items):
		return Package(data).with_records(items).bytes(key)
	middle = len(records) // 2
	dropped = records[:middle] + records[middle + 1:]
	yield "a record dropped", "record-number", edited(dropped)
	yield "a record dropped, the rest renumbered", "log-count", edited(renumber(dropped))
	swapped = list(records)
	swapped[middle], swapped[middle + 1] = swapped[middle + 1], swapped[middle]
	yield "two records swapped", "record-number", edited(swapped)
	yield "two records swapped and renumbered", "log-pcr", edited(renumber(swapped))
	yield "a record relabelled", "record-digest", edited(relabel(records, middle, False))
	yield "a record relabelled, its digest too", "log-pcr", edited(relabel(records, middle, True))
	yield "the tail cut", "log-count", edited(records[:-1])
	yield "one record too many", "log-count", edited(
		records + renumber([records[-1]], len(records)))
	own = Package(data).with_records(Package(data).records_of("own")[:-1], "own")
	yield "the tail of the guest's own log cut", "log-count", own.bytes(key)


def with_content(record, change):
	content = cbor2.loads(record[118])
	change(content)
	encoded = encode(content)
	digest = forge.hashes.Hash(forge.hashes.SHA384())
	digest.update(encoded)
	return {**record, 0: content[0], 3: {12: digest.finalize()}, 118: encoded}


def renumber(records, first=0):
	return [with_content(record, lambda content, n=number: content.__setitem__(0, n))
		for number, record in enumerate(records, first)]


def relabel(records, index, consistent):
	changed = with_content(records[index], lambda content: content.__setitem__(6, "harmless"))
	if not consistent:
		changed[3] = records[index][3]
	return records[:index] + [changed] + records[index + 1:]


def on_package(data, key):
	"""Every attack that needs nothing but the package and the asker's key."""
	for source in (network(data), signed_parts(data, key), log_edits(data, key)):
		for each in source:
			yield Attack(*each)


def nonce_written_in(data, nonce, key):
	request = cbor2.loads(Package(data).part("request"))
	request[0] = nonce
	return Package(data).with_part("request", encode(request)).bytes(key)


def log_of(data, other, key):
	"""The evidence of one package with the log of another."""
	return Package(data).with_part("log", Package(other).part("log")).bytes(key)
