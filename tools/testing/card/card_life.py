# SPDX-License-Identifier: GPL-2.0-only
"""The life of a card: held back, restarted, killed, stopped."""
import os
import resource
import time

import vouch_model as model
from vfu_client import OP, USER

DIGEST = model.sha384(b"something")
POWER_ON, RESET, ATTACH = 1, 2, 3


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
		log = model.replay(host, ident)
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
					out = host.wait(slot, 2 if i == 9 else 30).out
					acknowledged[int.from_bytes(out[:8], "little")] = out[8:]
		except (OSError, TimeoutError):
			pass
	tap.ok(not card.alive(), "the card was killed")
	card.start()
	with card.function() as host:
		log = model.replay(host, ident)
		missing = [n for n, digest in acknowledged.items() if log.digests[n] != digest]
		tap.ok(len(acknowledged) >= 450 and not missing, "every acknowledged record is there",
		       len(acknowledged), missing[:5])
		tap.ok(log.pcr == host.log_state()["pcr"], "and the log holds")
		tap.ok(log.types()[-2:] == [POWER_ON, ATTACH], "power-on follows", log.types()[-3:])


def stumble(function, times):
	"""Make a function stop, again and again."""
	for _ in range(times):
		function.client.reset()
		function.enable()
		function.set("sq_tail", 0xffff)


def test_complaints(tap, card):
	"""A guest decides when its function stops, but not how much the card writes."""
	with card.function("guest1") as guest:
		before = card.said().count("function 1 stopped")
		begun = time.monotonic()
		stumble(guest, 300)
		lines = card.said().count("function 1 stopped") - before
		tap.ok(1 <= lines <= 2 + time.monotonic() - begun, "one complaint a second", lines)
	card.stop()
	reader, writer = os.pipe()
	os.set_blocking(writer, False)
	try:
		while True:
			os.write(writer, bytes(4096))
	except BlockingIOError:
		os.set_blocking(writer, True)
	card.start(log=os.fdopen(writer, "wb"))
	limit, _ = resource.prlimit(card.child.pid, resource.RLIMIT_NOFILE)
	tap.ok(limit >= 2048, "16 clients cannot use up its files", limit)
	with card.function("guest1") as guest, card.function() as host:
		stumble(guest, 1)
		tap.ok(host.identify()["function"] == 0, "nobody who reads them, and the card goes on")
	card.stop()
	os.close(reader)
	card.start()


def test_no_return(tap, card):
	"""A power cycle that fails ends the card with a reason, not with a crash."""
	counter = card.state + ".counter"
	with card.function("guest1") as guest:
		os.rename(counter, counter + ".away")
		guest.set("sq_tail", 0xffff)
		answer = card.control("restart-core")
	tap.ok(answer.startswith("error the card did not come back"), "restart-core says so", answer)
	tap.ok(card.child.wait(30) == 1, "the card ends", card.child.returncode)
	tap.ok("Sanitizer" not in card.said(), "in good order", card.said()[-500:])
	card.stop()
	os.rename(counter + ".away", counter)
	card.start()


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


def test_command_line(tap, card):
	def says(want, word, *args):
		done = card.run(*args)
		tap.ok(done.returncode == want and word in done.stdout + done.stderr,
		       f"{' '.join(args)}: {word}", done.returncode, done.stdout, done.stderr)

	host = f"host={card.folder}/x.sock"
	says(0, "usage:", "--help")
	says(0, "vouch-cardd", "--version")
	says(2, "--function host=SOCKET is missing")
	says(2, "without a gap", "--function", "guest1=/x")
	says(2, "host, or guest1 to guest15", "--function", "guest16=/x")
	says(2, "given twice", "--function", host, "--function", host)
	says(2, "--alg is", "--function", host, "--alg", "rsa")
	says(2, "--log-capacity", "--function", host, "--log-capacity", "-1")
	says(2, "one of", "--init", "--info")
	says(2, "what is this", "--info", "more")
	says(2, "unrecognized", "--nonsense")
	says(1, "card", "--init")
	card.stop()
	says(1, "cannot listen", "--function", "host=/nowhere/x.sock")
	says(0, card.card_id, "--info")
	says(0, '"card_id"', "--info", "--json")
	card.start()
