# SPDX-License-Identifier: GPL-2.0-only
"""Step 7: attacks, each refused with its own reason, and what is not refused."""

import os
import shutil
import subprocess

import attacks
import forge
import rogue
from forge import load_key
from card import CARDD, control
from parties import ThirdParty
from steps import AFFIRMED, REFUSED, Steps, read_log


def copy(source, target):
	"""A file or a folder, in the place of what was there."""
	if os.path.isdir(source):
		shutil.rmtree(target, ignore_errors=True)
		shutil.copytree(source, target)
	else:
		shutil.copyfile(source, target)


class Siege(Steps):
	"""Attacks on the lab of the first steps."""

	def refused(self, what, reason, package, nonce, **options):
		answer = self.auditor.judge(package, nonce, **options)
		self.table.row(7, what, f"{REFUSED}: {reason}", answer.refusal())

	def package_attacked(self):
		self.say("7 attacks on the package of step 5")
		fresh = os.urandom(32)
		self.refused("an old package with a new nonce", "nonce", self.package, fresh)
		key = load_key(self.asker)
		renamed = attacks.nonce_written_in(self.package, fresh, key)
		self.refused("the same, the new nonce written in", "nonce-binding", renamed, fresh)
		for attack in attacks.on_package(self.package, key):
			self.refused(attack.what, attack.reason, attack.package, self.nonce)
		stranger = ThirdParty(self.lab.path("stranger"))
		answer = self.auditor.judge(self.package, self.nonce, root=stranger.root)
		self.table.row(7, "a card of an unknown CA", "COULD NOT TELL: unknown-ca", answer.refusal())

	def answer_delayed(self):
		control(self.control, "delay-ms 2500")
		nonce, package = self.auditor.ask(self.guest, "--key /tmp/asker.pem")
		control(self.control, "delay-ms 0")
		self.refused("an answer 2.5 s late, threshold 250 ms", "late", package, nonce)

	def host_posed(self):
		"""The host function's evidence, offered as a guest's."""
		nonce, self.host_package = self.auditor.ask(self.host)
		self.refused("evidence of the host function as a guest's", "role",
			     self.host_package, nonce)

	def card_swapped(self):
		"""Two cards of the same third party, both real, their logs as long."""
		state = self.lab.path("other-card")
		self.third.make_card(state)
		card = self.lab.card(["host", "guest1"], state, prefix="other")
		_, package = rogue.ask(card, self.asker, count=len(forge.Package(self.package).records))
		card.stop()
		self.refused("the log of another card, as long as this one", "log-pcr",
			     attacks.log_of(self.package, package, load_key(self.asker)), self.nonce)

	def state_restored(self):
		"""An older copy of the card's whole state folder."""
		state, older = self.lab.path("restored"), self.lab.path("older")
		self.third.make_card(state)
		shutil.copytree(state, older)
		card = self.lab.card(["host", "guest1"], state, prefix="restored")
		rogue.ask(card, self.asker)
		card.stop()
		shutil.rmtree(state)
		shutil.move(older, state)
		done = subprocess.run([CARDD, "--state", state, "--function",
				       f"host={self.lab.path('never.sock')}"], capture_output=True,
				      text=True, check=False, timeout=60)
		said = done.stderr.strip()
		self.table.row(7, "the card's state folder restored from an older copy",
			       "does not start: rolled back", "does not start: rolled back"
			       if done.returncode and "rolled back" in said else said)
		self.say(f"    the card says: {said.splitlines()[-1]}")

	def history_rewound(self):
		"""State and counter both restored: only a verifier that remembers sees it."""
		state, older = self.lab.path("rewound"), self.lab.path("rewound-older")
		self.third.make_card(state)
		for suffix in ("", ".counter"):
			copy(state + suffix, older + suffix)
		options = {"policy": self.auditor.policy("rewound.json"),
			   "options": ["--state", self.lab.path("auditor/memory.json")]}
		answers = []
		for claims in ([{"name": "first", "data": "01"}], []):
			card = self.lab.card(["host", "guest1"], state, prefix="rewound")
			nonce, package = rogue.ask(card, self.asker, claims)
			card.stop()
			answers.append(self.auditor.judge(package, nonce, **options))
			for suffix in ("", ".counter"):
				copy(older + suffix, state + suffix)
		self.table.row(7, "the same, its counter too: the auditor remembers", [False, True],
			       [bool({"regress", "fork"} & set(each.reasons)) for each in answers])

	def attach_forged(self):
		"""Software of the operator's own poses as the published kernel, on a copy
		of the card and on a card that nothing else has used."""
		kernel = dict(self.answer.history("kernel")[-1],
			      cmdline=self.answer.history("cmdline")[-1]["digest"])
		state = self.lab.path("forged")
		for suffix in ("", ".counter"):
			copy(self.state + suffix, state + suffix)
		card = self.lab.card(["host", "guest1"], state, prefix="forged")
		nonce, package = rogue.ask(card, self.asker, [kernel])
		card.stop()
		self.refused("a reset and a forged attach: new unproven root", "new-root", package, nonce)
		state = self.lab.path("forged-new")
		self.third.make_card(state)
		card = self.lab.card(["host", "guest1"], state, prefix="forged-new")
		nonce, package = rogue.ask(card, self.asker, [kernel, kernel])
		card.stop()
		self.refused("a forged attach without a reset: unannounced", "unannounced-restart",
			     package, nonce)

	def function_reset(self):
		"""What must not be refused: the core restarted behind a function reset."""
		state, path = self.lab.path("reset-card"), self.lab.path("reset-control.sock")
		self.third.make_card(state)
		card = self.lab.card(["host"], state, prefix="reset", args=["--control", path])
		host = self.lab.host(self.first, card=card, image=self.provider.images)
		before = read_log(host)
		control(path, "restart-core")
		host.must(f"echo 1 > /sys/bus/pci/devices/{host.slots['host']}/reset", 120)
		after = read_log(host)
		kept = sum(old["record"] == new["record"] for old, new in zip(before, after))
		self.table.row(7, "host function reset, core restarted: records kept", len(before), kept)
		policy = self.auditor.policy("reset.json", role="host", accept=(
			"root-self-asserted", "new-root"))
		nonce, package = self.auditor.ask(host)
		answer = self.auditor.judge(package, nonce, policy)
		self.table.row(7, "the same, not refused: the history is whole",
			       f"{AFFIRMED}: new-root root-self-asserted", answer.words())
		host.stop()
		card.stop()
