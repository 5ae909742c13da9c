#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""The whole card through its socket, as a machine without a kernel would see it.

Prints TAP. Everything that the card signs or hashes is worked out again here.
"""
import os
import sys
import tempfile
import time

import card_hostile
import vouch_model as model
from card_made import Authority, MadeCard
from tap import Tap
from vfu_actors import RogueHost, collect
from vfu_client import KERNEL, KEXEC_EXEC, NO_REF, OP, USER, Refused

sys.dont_write_bytecode = True
DIGEST = model.sha384(b"something")
POWER_ON, RESET, ATTACH, DETACH, ASSIGN, WITHDRAW = 1, 2, 3, 4, 6, 7


def status_of(call, *args, **kwargs):
	"""What the card answers: OK, or the status that it refuses with."""
	try:
		call(*args, **kwargs)
	except Refused as refused:
		return refused.status
	return "OK"


def replay(function, ident, log=0, instance=model.NO_INSTANCE):
	return model.Log(function.log_all(log), ident, log, instance)


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
		tap.ok(host.get("function") == 0 and host.get("cap") == 256, "host function, ring size")
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
		log, state = replay(host, ident), host.log_state()
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
		own = replay(guest, ident, 1, instance)
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
		host.assign(1)
		tap.ok(status_of(guest.assign, 2) == "ROLE", "a guest cannot assign")
		tap.ok(status_of(guest.withdraw, 1) == "ROLE", "or withdraw")
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
		last = replay(host, ident).last(ATTACH)
		tap.ok((last[6], last[5], last[8]) == ("announced", DIGEST, number),
		       "attach after a jump is announced")
		host.disable()
		host.enable()
		log = replay(host, ident)
		tap.ok(log.last(ATTACH)[6] == "unannounced" and log.last(DETACH)[6] == "driver",
		       "attach without one is not")
		host.append(KEXEC_EXEC, digest=DIGEST)
	with card.function() as host:
		log = replay(host, ident)
		tap.ok(log.last(DETACH)[6] == "gone" and log.types()[-2:] == [RESET, ATTACH],
		       "a lost client is gone, the next finds a reset", log.types()[-4:])
	rogue = RogueHost(card.path("host"))
	rogue.forge("6.12.0", bytes(20))
	log = replay(rogue.function, ident)
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
		tap.ok(replay(host, ident).pcr == host.log_state()["pcr"], "the log holds")


def test_delay(tap, card):
	with card.function() as host, card.function("guest1") as guest:
		host.assign(1)
		tap.ok(card.control("delay-ms 1500") == "ok", "delay-ms")
		begun = time.monotonic()
		slot = guest.submit(OP["attest"], bytes(56), 8192)
		host.append(USER, "meanwhile", b"", DIGEST)
		quick = time.monotonic() - begun
		cpl = guest.wait(slot)
		slow = time.monotonic() - begun
		tap.ok(slow >= 1.5 and quick < 1.4, "evidence is held back, the host is not",
		       f"{slow:.3f} s, {quick:.3f} s")
		alias = model.evidence(cpl.out, card.authority.root)[1]
		times = model.receipt(guest.receipt(model.sha384(cpl.out)), alias)[-70104]
		tap.ok(times[2] - times[0] < 1_400_000_000, "the card's own time is not", times)
		card.control("delay-ms 0")
		tap.ok(card.control("delay-ms x").startswith("error"), "nonsense is refused")


def test_restart(tap, card):
	with card.function() as host, card.function("guest1") as guest:
		ident, boots = host.identify()["card_id"], host.identify()["boot_count"]
		host.assign(1)
		number, digest = host.append(USER, "kept", b"", DIGEST)
		tap.ok(card.control("restart-core") == "ok", "restart-core")
		tap.ok(host.get("status") == 0 and guest.get("status") == 0, "no function is ready")
		host.set("sq_tail", 1)
		host.client.reset()
		tap.ok(host.enable() & 1 and guest.enable() & 1, "until it is enabled again")
		log = replay(host, ident)
		tap.ok(host.identify()["boot_count"] == boots + 1, "the card has booted once more")
		tap.ok(log.digests[number] == digest and log.types()[-3:] == [POWER_ON, RESET, ATTACH],
		       "the history is whole", log.types()[-4:])
		claims, _, _ = model.evidence(guest.attest(bytes(48))[0], card.authority.root)
		tap.ok(claims[-70101][0][3] == log.pcr, "and the guest still has its instance")


def test_kill(tap, card):
	acknowledged = {}
	with card.function(qsize=64) as host:
		ident = host.identify()["card_id"]
		try:
			for i in range(10):
				slots = [host.submit(OP["append"], host.record(USER, f"{i} {j}", b"", DIGEST), 56)
					 for j in range(50)]
				if i == 9:
					card.stop(9)
				for slot in slots:
					out = host.wait(slot).out
					acknowledged[int.from_bytes(out[:8], "little")] = out[8:]
		except (OSError, TimeoutError):
			pass
	tap.ok(not card.alive(), "the card was killed")
	card.start()
	with card.function() as host:
		log = replay(host, ident)
		missing = [n for n, digest in acknowledged.items() if log.digests[n] != digest]
		tap.ok(len(acknowledged) >= 450 and not missing, "every acknowledged record is there",
		       len(acknowledged), missing[:5])
		tap.ok(log.pcr == host.log_state()["pcr"], "and the log holds")
		tap.ok(log.types()[-2:] == [POWER_ON, ATTACH], "power-on follows", log.types()[-3:])


def test_stop(tap, card):
	boots = int(card.status()["boot"])
	tap.ok(card.stop() == 0, "SIGTERM ends it cleanly")
	tap.ok(not os.path.exists(card.path("host")), "and removes the sockets")
	card.start("--alg", "esp384")
	tap.ok(int(card.status()["boot"]) == boots + 1, "it starts again")
	with card.function() as host:
		data, _ = host.attest(bytes(48))
		model.evidence(data, card.authority.root)
		tap.ok(model.strict(model.evidence_array(data)[0]) == {1: -51}, "--alg esp384")
	refused = card.run("--function", f"host={card.folder}/other.sock")
	tap.ok(refused.returncode == 1 and refused.stderr, "a second card on the same state is refused",
	       refused.stderr)


CASES = (test_log, test_device, test_identify, test_evidence, test_roles, test_epochs, test_many,
	 card_hostile.test_rings, card_hostile.test_commands, card_hostile.test_registers,
	 card_hostile.test_memory, card_hostile.test_interrupts, card_hostile.test_protocol,
	 test_delay, test_restart, test_kill, test_stop)


def main():
	tap = Tap()
	with tempfile.TemporaryDirectory() as folder:
		card = MadeCard(folder, Authority())
		try:
			card.start()
			for case in CASES:
				tap.note(case.__name__)
				case(tap, card)
				if not tap.ok(card.alive(), f"{case.__name__}: the card lives"):
					break
		except Exception as error:
			tap.ok(False, "no test broke off", repr(error), card.said()[-2000:])
			raise
		finally:
			if card.alive():
				card.stop(9)
			status = tap.done()
	return status


if __name__ == "__main__":
	sys.exit(main())
