# SPDX-License-Identifier: GPL-2.0-only
"""Proximity through the socket: registers, commands and the signed transcript."""
import itertools
import signal
import struct

from cryptography import x509

import vouch_model as model
from vfu_bus import BAR0, NO_REPLY, REGION_READ, REGION_WRITE
from vfu_client import OP, REGS, Refused
from vouch_near import Session, seen

NONCE = model.sha384(b"near")
OWN_SIGNATURE = 4
BESIDE, TRIES = 128, 10


def refusal(call, *args):
	try:
		call(*args)
	except Refused as refused:
		return refused.status
	return "OK"


def alias_of(guest):
	return x509.load_der_x509_certificate(guest.certs()[0])


def test_session(tap, card):
	with card.function() as host, card.function("guest1") as guest:
		host.assign(1)
		alias = alias_of(guest)
		session = Session(guest, NONCE, 64)
		session.run()
		claims, words, challenges, stamps = seen(session.close(), alias)
		tap.ok(list(challenges) == session.challenges, "the card saw what the guest asked")
		tap.ok(session.responses == [a ^ b for a, b in zip(words, challenges)],
		       "each response is the challenge and the table's word")
		tap.ok(claims[10] == NONCE and claims[-70108] == [session.session, 1, 64, 0] and
		       claims[-70109] == session.commitment, "nonce, session and commitment are signed")
		opened, first, last = claims[-70111]
		tap.ok(opened <= first < last and last - first <= session.span[1] - session.span[0],
		       "the card's span lies within the guest's", claims[-70111], session.span)
		tap.ok(first - opened == stamps[0][0] and
		       sum(sum(pair) for pair in stamps) == last - opened, "and the stamps add up to it")
		tap.ok(len(session.seen) <= 8192, "the answer is bounded")
		tap.ok(refusal(session.close) == "NOT_FOUND", "a session is signed once")


def test_halves(tap, card):
	with card.function() as host, card.function("guest1") as guest:
		host.assign(1)
		session = Session(guest, NONCE, 2)
		bus = guest.client
		for challenge in (0x1122334455667788, 0xfedcba9876543210):
			low, high = (challenge & 0xffffffff).to_bytes(4, "little"), challenge >> 32
			bus.write(BAR0, 0x2000, low)
			bus.write(BAR0, 0x2004, high.to_bytes(4, "little"))
			session.challenges.append(challenge)
			session.responses.append(int.from_bytes(
				bus.read(BAR0, 0x2008, 4) + bus.read(BAR0, 0x200c, 4), "little"))
			tap.ok(bus.read(BAR0, 0x200c, 4) == bytes(4), "an upper half is read once")
		claims, words, challenges, _ = seen(session.close(), alias_of(guest))
		tap.ok(list(challenges) == session.challenges and claims[-70108][3] == 0,
		       "a challenge in two halves is one")
		tap.ok(session.responses == [a ^ b for a, b in zip(words, challenges)], "and so is a response")


def test_turns(tap, card):
	with card.function() as host, card.function("guest1") as guest:
		host.assign(1)
		session = Session(guest, NONCE, 3)
		session.run(1)
		tap.ok(guest.get("response") == 0, "a second read of a response gives nothing")
		guest.set("challenge", 1)
		guest.set("challenge", 2)
		guest.get("response")
		bus = guest.client
		for at, size in ((0x2000, 8), (0x2000, 4), (0x2001, 8), (0x2009, 4), (0x2010, 8)):
			tap.ok(bus.read(BAR0, at, size) == bytes(size), f"{size} bytes at {at:#x} read as zero")
		bus.write(BAR0, 0x2008, bytes(8))
		guest.set("challenge", 3)
		guest.get("response")
		claims, _, challenges, _ = seen(session.close(), alias_of(guest))
		tap.ok(claims[-70108][3] == 2 and challenges[1:] == (1, 3), "and the card signs that it was so",
		       claims[-70108])


def test_who(tap, card):
	request = struct.pack("<II", 8, 0) + NONCE
	with card.function() as host, card.function("guest1") as guest, \
	     card.function("guest2") as other:
		host.assign(1)
		refusal(host.withdraw, 2)
		tap.ok(guest.get("cap") & 0x10000 and not host.get("cap") & 0x10000,
		       "guest functions have the registers")
		tap.ok(refusal(host.call, "proximity_open", request, 64) == "ROLE", "the host has no session")
		tap.ok(refusal(other.call, "proximity_open", request, 64) == "UNASSIGNED",
		       "nor has a guest without an instance")
		session = Session(guest, NONCE, 8)
		session.run(4)
		tap.ok(other.get("response") == 0, "another function does not answer for it")
		host.assign(1)
		tap.ok(guest.get("response") == 0 and refusal(session.close) == "NOT_FOUND",
		       "a new instance ends a session")
		session = Session(guest, NONCE, 8)
		guest.flr()
		guest.enable()
		tap.ok(refusal(session.close) == "NOT_FOUND", "so does a reset")
		session = Session(guest, NONCE, 8)
		session.run()
		guest.disable()
		guest.enable()
		tap.ok(refusal(session.close) == "NOT_FOUND", "and the driver's leaving")


def ask_all(guest, rounds):
	"""The accesses of that many rounds, at once and in one piece."""
	bus, parts = guest.client, []
	for challenge in range(rounds):
		at = struct.pack("<QII", REGS["challenge"][0], BAR0, 8)
		parts.append(bus.message(REGION_WRITE, at + struct.pack("<Q", challenge), NO_REPLY))
		parts.append(bus.message(REGION_READ, struct.pack("<QII", REGS["response"][0], BAR0, 8)))
	bus.sock.sendall(b"".join(parts))
	return bus.message_id


def beside(guest, other, card, rounds):
	"""Rounds that are all asked while another guest's ring is full of requests, each of
	which is a signature: what of these was fetched between one access and the next, on
	the card's clock, and whether every round was answered.
	"""
	session = Session(guest, NONCE, rounds)
	card.child.send_signal(signal.SIGSTOP)
	for i in range(255):
		other.submit(OP["attest"], struct.pack("<II", OWN_SIGNATURE, 0) + NONCE, 8192,
			     doorbell=i == 254)
	last = ask_all(guest, rounds)
	card.child.send_signal(signal.SIGCONT)
	for ident in range(last - 2 * rounds + 2, last + 1, 2):
		guest.client.reply(ident & 0xffff)
	claims, _, challenges, stamps = seen(session.close(), alias_of(guest))
	fetched = [other.wait(slot).t_rx for slot in list(other.busy)]
	times = list(itertools.accumulate(itertools.chain(*stamps), initial=claims[-70111][0]))[1:]
	return ([sum(a < t_rx < b for t_rx in fetched) for a, b in itertools.pairwise(times)],
		list(challenges) == list(range(rounds)) and not claims[-70108][3])


def test_beside(tap, card):
	with card.function() as host, card.function("guest1") as guest, \
	     card.function("guest2", 256) as other:
		host.assign(1)
		host.assign(2)
		between, whole = beside(guest, other, card, BESIDE)
		tap.ok(whole, "every round is answered beside 255 requests of another guest")
		tap.ok(max(between) <= 1, "an access waits for one of these at most", between)
		tries = 1
		# A card that is not given a processor may miss its turn.
		while sum(between) > BESIDE // 32 and tries < TRIES:
			between, _ = beside(guest, other, card, BESIDE)
			tries += 1
		tap.ok(sum(between) <= BESIDE // 32, "and nearly all of them for none", between)
		tap.note(f"{sum(between)} in {BESIDE} rounds, after {tries} tries")
