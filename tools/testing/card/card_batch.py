# SPDX-License-Identifier: GPL-2.0-only
"""Requests that share a signature: who, when, and who is told what."""

import cbor2
from cryptography import x509

import vouch_model as model
from vfu_client import OP, USER

OWN_SIGNATURE = 4
DIGEST = model.sha384(b"something")


def nonce(number):
	return model.sha384(b"nonce", bytes([number]))


def ask(function, numbers, flags=0):
	"""Queue requests and ring once; returns their slots."""
	numbers = list(numbers)
	return [function.submit(OP["attest"], flags.to_bytes(4, "little") + bytes(4) + nonce(n), 8192,
				doorbell=n == numbers[-1]) for n in numbers]


def alias_of(data):
	"""The alias certificate in batched or single evidence."""
	sign1 = cbor2.loads(cbor2.loads(data)[0]) if model.is_batched(data) else cbor2.loads(data).value
	return x509.load_der_x509_certificate(sign1.value[1][33][0])


def opened(cpl, context=model.EVIDENCE, key=None):
	return model.batched(cpl.out, context, key or alias_of(cpl.out).public_key())


def test_auto(tap, card):
	with card.function(qsize=256) as host, card.function("guest1", 64) as guest:
		_, instance = host.assign(1)
		for function, number in ((host, 0), (guest, 1)):
			done = [function.wait(slot) for slot in ask(function, range(16))]
			leaves = [opened(cpl) for cpl in done]
			tap.ok([claims[10] for claims, _, _ in leaves] == [nonce(i) for i in range(16)],
			       "each gets what it asked for")
			tap.ok({claims[-70103][0] for claims, _, _ in leaves} == {number}, "for its function")
			tap.ok([cpl.result for cpl in done] == [16] * 16 ==
			       [size for _, _, size in leaves], "all share one signature",
			       [cpl.result for cpl in done])
			tap.ok(sorted(index for _, index, _ in leaves) == list(range(16)), "each its own leaf")
			tap.ok(all(claims[-70104][0] == cpl.t_rx <= claims[-70104][1]
				   for cpl, (claims, _, _) in zip(done, leaves)), "times are in order")
			tap.ok(len({claims[-70104][1] for claims, _, _ in leaves}) == 1,
			       "and one is the signature's")
			model.evidence(function.attest(nonce(99))[0], card.authority.root)
			tap.ok(True, "one alone has a signature of its own")
		own = model.replay(guest, host.identify()["card_id"], 1, instance)
		tap.ok(leaves[3][0][-70101][1] == own.state(instance), "the claims hold")
		full = [host.wait(slot) for slot in ask(host, range(255))]
		tap.ok(all(opened(cpl) for cpl in full), "255 at once", {cpl.result for cpl in full})


def test_own(tap, card):
	with card.function() as host:
		mixed = ask(host, range(4)) + ask(host, range(4, 8), OWN_SIGNATURE)
		done = [host.wait(slot) for slot in mixed]
		tap.ok(not any(model.is_batched(cpl.out) or cpl.result for cpl in done[4:]),
		       "who insists has a signature of its own")
		for number, cpl in enumerate(done[4:], 4):
			claims, _, _ = model.evidence(cpl.out, card.authority.root)
			tap.ok(claims[10] == nonce(number), "over its own nonce")


def test_receipts(tap, card):
	with card.function() as host:
		done = [host.wait(slot) for slot in ask(host, range(8))]
		slots = [host.submit(OP["receipt"], model.sha384(cpl.out), 1024, doorbell=i == 7)
			 for i, cpl in enumerate(done)]
		receipts = [host.wait(slot) for slot in slots]
		for cpl, answer in zip(done, receipts):
			key = alias_of(cpl.out).public_key()
			evidence, receipt = opened(cpl)[0], opened(answer, model.RECEIPT, key)[0]
			tap.ok(receipt[-70106] == model.sha384(cpl.out) and
			       receipt[-70104][:2] == evidence[-70104] and
			       receipt[-70104][2] >= evidence[-70104][1], "its receipt, in a batch too")
		tap.ok({cpl.result for cpl in receipts} == {8}, "of eight")


def test_gone(tap, card):
	"""Who goes while it waits gets nothing, and keeps nobody waiting."""
	card.stop()
	card.start("--batch", "always", "--batch-wait", "500")
	with card.function() as host, card.function("guest1") as guest, \
	     card.function("guest2") as other:
		host.assign(1)
		host.assign(2)
		ask(guest, range(3))
		slots = ask(other, range(3))
		guest.client.reset()
		guest.enable()
		number, _ = host.append(USER, "x", digest=DIGEST)
		tap.ok(number > 0 and not other.poll(), "a host's append passes who waits")
		done = [other.wait(slot) for slot in slots]
		tap.ok([opened(cpl)[0][10] for cpl in done] == [nonce(i) for i in range(3)],
		       "the others are answered")
		tap.ok(not guest.poll(), "and who was reset is not")
		slots = ask(guest, range(2))
		host.withdraw(1)
		tap.ok([guest.wait(slot).status for slot in slots] == [8, 8],
		       "whose instance went is told so")


def test_always(tap, card):
	"""With the card that test_gone has started."""
	with card.function() as host:
		cpl = host.attest(nonce(1))[1]
		claims, _, size = opened(cpl)
		waited = claims[-70104][1] - claims[-70104][0]
		tap.ok(size == 1 and waited >= 500_000_000, "one alone waits for others", waited)
		receipt = host.call("receipt", model.sha384(cpl.out), 1024)
		tap.ok(opened(receipt, model.RECEIPT, alias_of(cpl.out).public_key())[2] == 1,
		       "and its receipt too")
		claims, _, _ = model.evidence(host.attest(nonce(2), OWN_SIGNATURE)[0], card.authority.root)
		tap.ok(claims[-70104][1] - claims[-70104][0] < 500_000_000, "who insists does not")


def test_off(tap, card):
	card.stop()
	card.start("--batch", "off")
	with card.function() as host:
		done = [host.wait(slot) for slot in ask(host, range(8))]
		tap.ok(not any(model.is_batched(cpl.out) for cpl in done), "off is off")
	for args in ("--batch", "maybe"), ("--batch-wait", "1001"), ("--batch-wait", "x"):
		tap.ok(card.run(*args).returncode == 2, f"{' '.join(args)} is refused")
	card.stop()
	card.start()
