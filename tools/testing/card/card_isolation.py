# SPDX-License-Identifier: GPL-2.0-only
"""A tenant that wants what is the host's, or another tenant's, or all of the card."""

import signal
import struct

import vouch_model as model
from card_hostile import answer
from vfu_bus import BAR0, NO_REPLY, REGION_WRITE, Memory
from vfu_client import KEXEC_EXEC, OP, REGS, USER, Refused

DIGEST = model.sha384(b"something")
NONCE = model.sha384(b"nonce")
POWER_ON, RESET, ATTACH, DETACH = 1, 2, 3, 4
HYPERVISOR, OS, OWN_SIGNATURE = 1, 2, 4
INSTANCE_RECORDS = 4096
# What Documentation/card-interface.rst promises a waiting host.
GUEST_COMMANDS = 4
GUEST_MESSAGES = 64
FLOOD = 400


def refused(call, *args, **kwargs):
	"""The status that a call is refused with, or OK."""
	try:
		call(*args, **kwargs)
	except Refused as error:
		return error.status
	return "OK"


def test_reach(tap, card):
	with card.function() as host, card.function("guest1") as guest, \
	     card.function("guest2") as other:
		host.assign(1)
		host.assign(2)
		other.append(USER, "secret", digest=DIGEST)
		before = host.log_state()
		for text, want, call in (
			("assign itself", "ROLE", lambda: guest.assign(1)),
			("withdraw another", "ROLE", lambda: guest.withdraw(2)),
			("read another's log", "ROLE", lambda: guest.log_read(2)),
			("see another's log", "ROLE", lambda: guest.log_state(2)),
			("read log 0 without evidence", "NOT_FOUND", lambda: guest.log_read(0, 1)),
			("write as the card", "FIELD", lambda: guest.append(ATTACH, "after-reset")),
			("name a log in an append", "FIELD", lambda: guest.call(
				"append", guest.record(USER, "x", b"", DIGEST), 56, arg0=2)),
			("a receipt for another's evidence", "NOT_FOUND", lambda: guest.receipt(
				model.sha384(other.attest(NONCE)[0]))),
		):
			tap.ok(refused(call) == want, f"a guest cannot {text}: {want}", refused(call))
		number, _ = guest.append(USER, "mine", digest=DIGEST)
		kind = guest.log_state(1)["count"]
		guest.append(KEXEC_EXEC, digest=DIGEST)
		tap.ok(number == kind - 1, "a guest's records go to its own log")
		tap.ok(host.log_state() == before, "of all that log 0 has nothing")
		tap.ok(host.identify()["attach"] == 1, "a guest's jump is not the host's")
		claims, _, _ = model.evidence(guest.attest(NONCE)[0], card.authority.root)
		tap.ok(claims[-70103][3] == 1 and claims[-70107][1] == 2, "its evidence has both states",
		       claims[-70103], claims[-70107])


def test_buffers(tap, card):
	with card.function() as host, card.function("guest1") as guest:
		host.assign(1)
		theirs, at = Memory(65536), 0x90000000
		host.client.map(at, theirs.size, theirs.fd)
		record = host.record(USER, "x", b"", DIGEST)
		theirs.bytes[0:len(record)] = record
		tap.ok(answer(host, "append", record, 56, in_addr=at) == "OK", "the host's memory is there")
		for text, want, args, raw in (
			("input in the host's memory", "DMA", ("append", record, 56), {"in_addr": at}),
			("output to the host's memory", "DMA", ("identify", b"", 120), {"out_addr": at}),
			("input of 4 GiB", "LENGTH", ("append", record, 56), {"in_len": 2**32 - 1}),
			("input of one byte too many", "LENGTH", ("append", record, 56), {"in_len": 65537}),
			("output of 4 GiB", "LENGTH", ("identify", b"", 2**32 - 1), {}),
			("input across the end", "DMA", ("append", record, 56),
			 {"in_addr": guest.BASE + guest.memory.size - 8}),
			("output that wraps", "DMA", ("identify", b"", 120), {"out_addr": 2**64 - 8}),
		):
			got = answer(guest, *args, **raw)
			tap.ok(got == want, f"a guest's {text}: {want}", f"got {got}")
		tap.ok(theirs.bytes[0:len(record)] == record, "the host's memory is as it was")
		request = bytes(8) + NONCE
		slot = guest.submit(OP["attest"], request, 8192,
				    out_addr=guest.BASE + guest.buffers(0)[0])
		done = guest.wait(slot)
		size = done.out_len
		data = guest.memory.bytes[guest.buffers(0)[0]:guest.buffers(0)[0] + size]
		claims, _, _ = model.evidence(data, card.authority.root)
		tap.ok(claims[10] == NONCE, "output over its own input: the input was copied first")
		guest.submit(OP["certs"], b"", 65536, out_addr=guest.sq_base())
		host.append(USER, "x", digest=DIGEST)
		tap.ok(True, "output over its own rings is nothing to the host")
		theirs.close()


def test_own_history(tap, card):
	with card.function() as host, card.function("guest1", enable=False) as guest:
		ident = host.identify()["card_id"]
		_, instance = host.assign(1)
		guest.client.reset()
		guest.enable()
		guest.append(KEXEC_EXEC, digest=DIGEST)
		guest.disable()
		guest.enable()
		own = model.replay(guest, ident, 1, instance)
		tap.ok(own.types() == [RESET, ATTACH, KEXEC_EXEC, DETACH, ATTACH],
		       "a guest's log tells its own epochs", own.types())
		tap.ok([r.get(6) for r in own.records[1::3]] == ["after-reset", "announced"],
		       "with the same words as the host's")
		tap.ok(len(own.records[0][7]) == 32, "and a nonce")
		claims, _, _ = model.evidence(guest.attest(NONCE, OS)[0], card.authority.root)
		tap.ok(claims[-70101] == [own.state(instance)] and claims[-70107] == [1, 1],
		       "evidence of the OS alone", claims[-70107])
		tap.ok(guest.log_all(0) == b"", "opens nothing of log 0")
		claims, _, _ = model.evidence(guest.attest(NONCE, HYPERVISOR)[0], card.authority.root)
		tap.ok([log[0] for log in claims[-70101]] == [0] and -70107 not in claims,
		       "evidence of the hypervisor alone")
		tap.ok(len(model.Log(guest.log_all(0), ident).records) == claims[-70101][0][2],
		       "opens log 0 up to its count")
		tap.ok(refused(host.attest, NONCE, OS) == "FIELD", "the host has no OS log")
		host.withdraw(1)
		tap.ok(refused(guest.attest, NONCE, OS) == "UNASSIGNED", "nor has who is not assigned")


def waited(host, guests, rounds):
	"""For each host append: guest commands that were fetched while it waited."""
	spans = []
	for _ in range(rounds):
		slot = host.submit(OP["append"], host.record(USER, "x", b"", DIGEST), 56, doorbell=False)
		host.set("sq_tail", host.tail, wait=False)
		# Behind the doorbell on one socket: at this time the append waits, or is served.
		since = host.get("time")
		spans.append((since, host.wait(slot).t_rx))
	fetched = []
	for guest in guests:
		fetched += [guest.wait(slot).t_rx for slot in list(guest.busy)]
	between = sum(spans[0][1] < t_rx < spans[-1][1] for t_rx in fetched)
	return [sum(since < t_rx < until for t_rx in fetched) for since, until in spans], between


def test_fairness(tap, card):
	with card.function() as host, card.function("guest1", 256) as first, \
	     card.function("guest2", 256) as second:
		host.assign(1)
		host.assign(2)
		for guest in first, second:
			for i in range(255):
				guest.submit(OP["attest"], struct.pack("<II", OWN_SIGNATURE, 0) + NONCE, 8192,
					     doorbell=i == 254)
		counts, between = waited(host, (first, second), 20)
		tap.ok(max(counts) <= GUEST_COMMANDS,
		       f"a waiting host append is served after at most {GUEST_COMMANDS} guest commands",
		       counts)
		tap.ok(between > 20, "while two guests had 510 commands queued", between)


def test_messages(tap, card):
	"""Without commands: each stop and start of a guest's function is a record, so
	that the messages can be counted which came before the host's append."""
	with card.function() as host, card.function("guest1") as first, \
	     card.function("guest2") as second:
		ident = host.identify()["card_id"]
		given = {1: host.assign(1)[1], 2: host.assign(2)[1]}
		card.child.send_signal(signal.SIGSTOP)
		for guest in first, second:
			# In one piece: a socket holds few that are sent one by one.
			guest.client.sock.sendall(b"".join(
				guest.client.message(REGION_WRITE, struct.pack("<QIII", REGS["control"][0], BAR0, 4, i % 2),
						     NO_REPLY) for i in range(FLOOD)))
		slot = host.submit(OP["append"], host.record(USER, "x", b"", DIGEST), 56)
		card.child.send_signal(signal.SIGCONT)
		served = host.wait(slot).t_rx
		for number, guest in (1, first), (2, second):
			guest.enable()
			log = model.replay(guest, ident, number, given[number])
			times = [record[3] for record in log.records if record[1] in (ATTACH, DETACH)]
			sooner = sum(time < served for time in times[1:])
			tap.ok(sooner <= GUEST_MESSAGES and len(times) > FLOOD,
			       f"guest {number}: at most {GUEST_MESSAGES} messages come before a host's append",
			       sooner, len(times))


def test_floods(tap, card):
	with card.function() as host, card.function("guest1") as guest:
		ident = host.identify()["card_id"]
		_, instance = host.assign(1)
		before = host.log_state()["count"]
		for _ in range(20000):
			guest.set("sq_tail", guest.tail, wait=False)
		tap.ok(guest.identify()["role"] == 1, "20,000 doorbells for nothing")
		for _ in range(INSTANCE_RECORDS // 2 + 100):
			guest.disable()
			guest.enable()
			guest.client.reset()
		guest.enable()
		own = model.replay(guest, ident, 1, instance)
		tap.ok(len(own.records) == INSTANCE_RECORDS, "resets fill the guest's own log",
		       len(own.records))
		tap.ok(host.log_state()["count"] == before, "and leave log 0 alone")
		tap.ok(refused(guest.append, USER, "x", b"", DIGEST) == "FULL", "which takes no more")
		claims, _, _ = model.evidence(guest.attest(NONCE)[0], card.authority.root)
		tap.ok(claims[-70107][1] == 1, "its evidence still says that it is attached")
		number, _ = host.append(USER, "x", digest=DIGEST)
		tap.ok(number == before, "the host appends as ever")
		host.assign(1)
		tap.ok(guest.log_state(1)["count"] == 1, "a new instance begins anew, with its driver",
		       guest.log_state(1))
