#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""The whole card through its socket, as a machine without a kernel would see it.

Prints TAP. Everything that the card signs or hashes is worked out again here.
"""
import os
import sys
import tempfile
import time

sys.path.insert(1, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../vm"))

# pylint: disable=wrong-import-position
import card_batch
import card_hostile
import card_isolation
import card_life
import card_near
import card_rude
import vouch_model as model
from card_made import Authority, MadeCard, trial
from tap import Tap
from vfu_actors import RogueHost, collect
from vfu_client import KERNEL, KEXEC_EXEC, OP, USER, Refused

sys.dont_write_bytecode = True
DIGEST = model.sha384(b"something")
POWER_ON, RESET, ATTACH, DETACH, ASSIGN = 1, 2, 3, 4, 6


def status_of(call, *args, **kwargs):
	"""What the card answers: OK, or the status that it refuses with."""
	try:
		call(*args, **kwargs)
	except Refused as refused:
		return refused.status
	return "OK"


def told(function):
	"""Whether the card has raised the event vector since the last look."""
	function.identify()
	try:
		return os.eventfd_read(function.events[0]) > 0
	except BlockingIOError:
		return False


def test_device(tap, card):
	with card.function(enable=False) as host:
		config = host.client.read(7, 0, 4096)
		tap.ok(config[:4] == bytes.fromhex("34124376"), "vendor and device", config[:4].hex())
		tap.ok(config[9:12] == bytes.fromhex("008010"), "class", config[9:12].hex())
		flags, size = host.client.region_info(0)
		tap.ok((flags, size) == (3, 0x4000) and host.client.region_info(2)[1] == 0x1000,
		       "BAR 0 and BAR 2")
		tap.ok(all(host.client.region_info(i)[1] == 0 for i in (1, 3, 4, 5, 6, 8)),
		       "no other region but configuration space")
		at = host.capability(0x11)
		tap.ok(at and config[at + 2] == 1 and config[at + 4] == 2, "MSI-X, two vectors in BAR 2")
		at = host.capability(0x10)
		tap.ok(at and config[at + 7] & 0x10, "express endpoint with function level reset")
		host.client.write(7, 0x10, bytes.fromhex("ffffffff"))
		tap.ok(host.client.read(7, 0x10, 4) == bytes.fromhex("04c0ffff"), "BAR 0 says its size")
		tap.ok(host.client.irq_info(2)[3] == 2 and host.client.irq_info(0)[3] == 0,
		       "two MSI-X interrupts, no INTx")
		tap.ok(host.get("magic") == 0x48435556 and host.get("version") == 0x10000,
		       "magic and version")
		tap.ok(host.get("function") == 0 and host.get("cap") == 0x20100,
		       "host function, ring size, batches")
		first, second = host.get("time"), host.get("time")
		tap.ok(0 < first < second, "the clock runs")
	with card.function("guest2", enable=False) as guest:
		tap.ok(guest.get("function") == 0x10002, "guest function and its number")


def test_identify(tap, card):
	with card.function() as host, card.function("guest1") as guest:
		mine, theirs = host.identify(), guest.identify()
		tap.ok(mine["card_id"].hex() == card.card_id, "identity is that of --init")
		with open(card.child.args[0], "rb") as handle:
			tap.ok(mine["firmware"] == model.sha384(handle.read()),
			       "firmware is the program's digest")
		tap.ok((mine["function"], mine["role"], mine["functions"]) == (0, 0, 3), "host")
		tap.ok((theirs["function"], theirs["role"]) == (1, 1), "guest")
		tap.ok(mine["attach"] == 1 and theirs["attach"] == 1, "the host is attached")
		_, device = host.certs()
		tap.ok(model.x509.load_der_x509_certificate(device).public_key() ==
		       model.x509.load_pem_x509_certificate(
			       open(os.path.join(card.folder, "device.pem"), "rb").read()).public_key(),
		       "device certificate is the one installed")


def test_log(tap, card):
	with card.function() as host:
		ident = host.identify()["card_id"]
		before = host.log_state()["count"]
		number, digest = host.append(KERNEL, name="6.1", data=b"\1" * 20)
		tap.ok(number == before, "append returns the next number", number)
		host.append(USER, name="a file", digest=DIGEST)
		log, state = model.replay(host, ident), host.log_state()
		tap.ok(log.digests[number] == digest, "record digest is that of its content")
		tap.ok(log.records[number][1] == KERNEL and log.records[number][6] == "6.1" and
		       log.records[number][7] == b"\1" * 20, "the record is what was asked for")
		tap.ok((state["count"], state["pcr"], state["root"]) ==
		       (len(log.records), log.pcr, log.root), "PCR and root recomputed")
		tap.ok(state["current"] == number, "current is the last kernel record")
		tap.ok(log.types()[:2] == [POWER_ON, ATTACH], "the card wrote power-on and attach",
		       log.types())
		tap.ok(log.records[1][6] == "after-reset", "attach after-reset")
		part, following = host.log_read(0, number)
		tap.ok(following == state["count"] and part in host.log_all(), "a log can be read on")
		tap.ok(host.log_read(0, following) == (b"", following), "nothing after the end")
		tap.ok(status_of(host.log_read, 0, following + 1) == "NOT_FOUND", "or beyond it")


def test_evidence(tap, card):
	root = card.authority.root
	with card.function() as host, card.function("guest1") as guest:
		ident = host.identify()["card_id"]
		_, instance = host.assign(1)
		guest.append(USER, name="mine", digest=DIGEST)
		nonce = model.sha384(b"nonce")
		data, cpl = guest.attest(nonce)
		claims, alias, device = model.evidence(data, root)
		tap.ok(claims[10] == nonce, "evidence carries the nonce")
		tap.ok(model.card_id(device) == ident, "and the identity of the card")
		count = claims[-70101][0][2]
		log = model.Log(guest.log_all(0, count), ident)
		own = model.replay(guest, ident, 1, instance)
		tap.ok(claims[-70101] == [log.state(), own.state(instance)],
		       "log 0 and the instance log recomputed")
		tap.ok(log.last(ASSIGN)[7] == instance, "the assignment is in log 0")
		function, role, _, attach, contact = claims[-70103]
		tap.ok((function, role, attach) == (1, 1, 1) and contact > 0, "state of the asker")
		receipt = model.receipt(guest.receipt(model.sha384(data)), alias)
		t_rx, t_sign = claims[-70104]
		tap.ok(receipt[10] == nonce and receipt[-70106] == model.sha384(data),
		       "receipt is for this evidence")
		tap.ok(receipt[-70104][:2] == [t_rx, t_sign] and t_rx == cpl.t_rx and
		       t_rx <= t_sign <= receipt[-70104][2], "times are in order", receipt[-70104])
		array = model.evidence_array(data)
		tap.ok(not model.verifies(array, model.RECEIPT, alias.public_key()),
		       "evidence is no receipt")
		tap.ok(status_of(guest.receipt, bytes(48)) == "NOT_FOUND", "no receipt for a stranger's")
		tap.ok(status_of(host.receipt, model.sha384(data)) == "NOT_FOUND",
		       "or another function's")
		claims, _, _ = model.evidence(host.attest(nonce)[0], root)
		tap.ok(len(claims[-70101]) == 1 and claims[-70103][1] == 0, "host evidence says so")
		tap.ok(len(collect(guest, b"verifier")) > 1000, "a whole package can be made")


def test_roles(tap, card):
	with card.function() as host, card.function("guest1") as guest, \
	     card.function("guest2") as other:
		told(guest), told(other)
		host.assign(1)
		tap.ok(status_of(guest.assign, 2) == "ROLE", "a guest cannot assign")
		tap.ok(status_of(guest.withdraw, 1) == "ROLE", "or withdraw")
		tap.ok(told(guest) and not told(other), "who is assigned is told, nobody else")
		host.assign(1)
		tap.ok(told(guest), "also of an instance that follows another")
		host.identify()
		tap.ok(not told(guest), "and of nothing more")
		tap.ok(status_of(other.attest, bytes(48)) == "UNASSIGNED", "no evidence unassigned")
		tap.ok(status_of(other.append, USER, "x", b"", DIGEST) == "UNASSIGNED", "no records")
		tap.ok(status_of(other.log_read) == "UNASSIGNED", "no reading")
		tap.ok(status_of(guest.log_state, 2) == "ROLE", "a guest cannot see another's log")
		tap.ok(status_of(host.log_read, 1) == "ROLE", "nor can the host a guest's")
		guest.client.reset()
		guest.enable()
		tap.ok(guest.log_all(0) == b"", "before evidence a guest reads nothing of log 0")
		tap.ok(status_of(host.append, ATTACH, "after-reset") == "FIELD",
		       "the host cannot write the card's records")
		tap.ok(status_of(host.append, USER, "x", b"", DIGEST, 10**9) == "FIELD",
		       "or refer to what does not exist")
		tap.ok(status_of(host.append, KERNEL, "bad\0name") == "FIELD", "or write a bad name")
		host.withdraw(1)
		tap.ok(status_of(guest.attest, bytes(48)) == "UNASSIGNED", "withdrawn is unassigned")
		tap.ok(told(guest), "and its driver is told")


def test_epochs(tap, card):
	with card.function() as host:
		ident, epoch = host.identify()["card_id"], host.identify()["epoch"]
		host.client.reset()
		tap.ok(host.get("status") == 0 and host.get("control") == 0, "a reset clears registers")
		host.enable()
		tap.ok(host.identify()["epoch"] == epoch + 1, "a reset begins a new epoch")
		host.flr()
		tap.ok(host.get("status") == 0 and host.client.read(7, 4, 2) == b"\0\0",
		       "function level reset likewise")
		host.enable()
		tap.ok(host.identify()["epoch"] == epoch + 2, "and begins another")
		number, _ = host.append(KEXEC_EXEC, digest=DIGEST)
		host.disable()
		host.enable()
		last = model.replay(host, ident).last(ATTACH)
		tap.ok((last[6], last[5], last[8]) == ("announced", DIGEST, number),
		       "attach after a jump is announced")
		host.disable()
		host.enable()
		log = model.replay(host, ident)
		tap.ok(log.last(ATTACH)[6] == "unannounced" and log.last(DETACH)[6] == "driver",
		       "attach without one is not")
		host.append(KEXEC_EXEC, digest=DIGEST)
	with card.function() as host:
		log = model.replay(host, ident)
		tap.ok(log.last(DETACH)[6] == "gone" and log.types()[-2:] == [RESET, ATTACH],
		       "a lost client is gone, the next finds a reset", log.types()[-4:])
	rogue = RogueHost(card.path("host"))
	rogue.forge("6.12.0", bytes(20))
	log = model.replay(rogue.function, ident)
	tap.ok(log.types()[-3:] == [RESET, ATTACH, KERNEL] and
	       log.last(ATTACH)[6] == "after-reset", "a forged attach shows its reset")
	rogue.close()


def test_many(tap, card):
	with card.function(qsize=256) as host:
		before = host.log_state()["count"]
		slots = [host.submit(OP["append"], host.record(USER, f"file {i}", b"", DIGEST), 56,
				     doorbell=i == 254) for i in range(255)]
		done = [host.wait(slot) for slot in slots]
		numbers = [int.from_bytes(cpl.out[:8], "little") for cpl in done]
		tap.ok(numbers == list(range(before, before + 255)), "255 appends in flight, in order")
		tap.ok(all(cpl.status == 0 for cpl in done), "all acknowledged")
		ident = host.identify()["card_id"]
		tap.ok(model.replay(host, ident).pcr == host.log_state()["pcr"], "the log holds")


CASES = (test_log, test_device, test_identify, test_evidence, test_roles, test_epochs, test_many,
	 card_hostile.test_rings, card_hostile.test_commands, card_hostile.test_registers,
	 card_rude.test_memory, card_rude.test_interrupts, card_rude.test_protocol,
	 card_isolation.test_reach, card_isolation.test_buffers, card_isolation.test_own_history,
	 card_isolation.test_fairness, card_isolation.test_messages, card_isolation.test_floods,
	 card_batch.test_auto, card_batch.test_own, card_batch.test_receipts, card_batch.test_gone,
	 card_batch.test_always, card_batch.test_off, card_near.test_session, card_near.test_halves, card_near.test_turns, card_near.test_who,
	 card_near.test_beside,
	 card_life.test_delay, card_life.test_restart, card_life.test_kill, card_life.test_complaints,
	 card_life.test_no_return, card_life.test_stop, card_life.test_command_line)


def main():
	tap = Tap()
	with tempfile.TemporaryDirectory() as folder:
		card = MadeCard(folder, Authority())
		with trial(tap, card):
			card.start()
			for case in CASES:
				begun = time.monotonic()
				case(tap, card)
				tap.note(f"{case.__name__}: {time.monotonic() - begun:.1f} s")
				if not tap.ok(card.alive(), f"{case.__name__}: the card lives"):
					break
	return tap.done()


if __name__ == "__main__":
	sys.exit(main())
