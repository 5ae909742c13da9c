#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""The card that lies to its driver: it must lie, say how often, and stop when told.

Prints TAP. What a driver makes of its lies is for the module's own tests.
"""
import os
import select
import socket
import sys
import tempfile
import time

sys.path.insert(1, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../vm"))

# pylint: disable=wrong-import-position
import vouch_model as model
from card_made import Authority, MadeCard, trial
from tap import Tap
from vfu_client import OP, STATUS, USER, Completion

sys.dont_write_bytecode = True
DIGEST = model.sha384(b"something")
WANTED = 10000
SECONDS = 60


def say(path, line):
	with socket.socket(socket.AF_UNIX) as sock:
		sock.settimeout(30)
		sock.connect(path)
		sock.sendall(line.encode() + b"\n")
		return sock.makefile().readline().strip()


def counters(path):
	words = say(path, "status").split()
	return {name: int(value) for name, value in (word.split("=") for word in words[1:])}


def take(function):
	"""As Function.poll(), but of the phase only the bit that counts."""
	taken = []
	while len(taken) < function.qsize:
		at = function.cq_base() - function.BASE + function.head * 32
		cpl = Completion(function.memory.bytes[at:at + 32], function.head)
		if cpl.phase & 1 != function.phase:
			break
		taken.append(cpl)
		function.head = (function.head + 1) % function.qsize
		function.phase ^= function.head == 0
	if taken:
		function.set("cq_head", function.head, wait=False)
	return taken


def suffer(function, path):
	"""A driver that believes nothing and counts what cannot be."""
	strange, end = 0, time.monotonic() + SECONDS
	while counters(path)["mutated"] < WANTED and time.monotonic() < end:
		function.client.reset()
		function.enable()
		for _ in range(100):
			slot = function.submit(OP["append"], function.record(USER, "x", b"", DIGEST), 56)
			if select.select([function.events[1]], [], [], 0.2)[0]:
				os.eventfd_read(function.events[1])
			strange += sum(cpl.cid != slot or cpl.status >= len(STATUS) or cpl.rsv != 0 or
				       cpl.out_len > 56 for cpl in take(function))
			function.busy = {}
			function.get("status")
	return strange


def run(tap, card, path):
	with card.function(enable=False) as host:
		strange = suffer(host, path)
		done = counters(path)
		tap.ok(done["mutated"] >= WANTED, f"{WANTED} completions were altered", done)
		tap.ok(strange > WANTED // 4, "the driver saw what no card says", strange)
		tap.ok(all(done[name] for name in ("invented", "answers", "outputs", "registers", "interrupts",
						   "pauses")), "and the rest", done)
		tap.ok(say(path, "heal") == "ok", "told to behave")
		host.client.reset()
		tap.ok(host.enable() == 1, "it starts")
		healed = counters(path)
		ident = host.identify()["card_id"]
		log = model.replay(host, ident)
		tap.ok((log.pcr, log.root) == tuple(host.log_state()[name] for name in ("pcr", "root")),
		       "its log was true all the time")
		tap.ok(log.types().count(USER) > 100, "with what was appended", len(log.types()))
		tap.ok(counters(path) == healed, "and alters nothing")
		tap.ok(say(path, "attack") == "ok" and say(path, "nonsense").startswith("error"),
		       "told to go on")
	tap.ok(card.alive(), "it lives")


def main():
	tap = Tap()
	with tempfile.TemporaryDirectory() as folder:
		card = MadeCard(folder, Authority())
		path = os.path.join(folder, "hostile.sock")
		with trial(tap, card):
			card.start("--seed", "7", "--stall", "0", "--hostile", path)
			run(tap, card, path)
	return tap.done()


if __name__ == "__main__":
	sys.exit(main())
