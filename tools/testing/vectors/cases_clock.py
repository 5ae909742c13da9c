# SPDX-License-Identifier: GPL-2.0-only
"""Proximity sessions whose clocks do not go together, and honest ones that were held up."""

from cases_history import BAD, LONG, OWN, WARNED
from cases_proximity import NEAR, ROOT, ROUNDS, TRUST, Session
from world import World

BAD_CLOCK = (BAD, "proximity-clock", None, NEAR)
HONEST = (WARNED, f"{ROOT},{TRUST}", 1, NEAR)

# What a round is made of, in ns: from the guest's stamp until the challenge is there, until
# its response is read, until the guest's second stamp, and until the next round's first.
WAY, ANSWER, BACK, GAP = range(4)
STEPS = (700, 300, 800, 200)
LAST = ROUNDS - 1
CARD_BEHIND = 96_000_000
# When evidence is asked for, after all that can hold up a session.
EVIDENCE = 20_000_000_000


class Played(Session):
	"""A session as it went by on a third clock; held is {(round, step): more ns}."""

	def __init__(self, world, held=None, guest=lambda now: now, rounds=ROUNDS):
		super().__init__(world, rounds)
		self.times, self.stamps = [], []
		begin = now = 100_000_000
		opened = read = now - 1000
		first = after = now
		for at in range(rounds):
			way, answer, back, gap = (each + (held or {}).get((at, step), 0)
						  for step, each in enumerate(STEPS))
			asked, before = now + way, read
			first = asked if at == 0 else first
			read, after = asked + answer, asked + answer + back
			self.stamps.append((self.least(asked - before), self.least(answer)))
			self.times.append(self.least(guest(after) - guest(now)))
			now = after + gap
		self.span = [guest(begin), guest(after)]
		self.card_span = [each - CARD_BEHIND for each in (opened, first, read)]

	@staticmethod
	def least(number):
		"""All ones for what is longer, and what went back."""
		return min(number % 2 ** 64, 2 ** 32 - 1)


def half(now):
	return now // 2


def honest(world):
	"""Being held up is no crime, wherever it happens and however long."""
	yield "near-played", Played(world).package(), *HONEST
	for ns in (52_000_000, 5_000_000_000):
		for at in (0, 1, LAST):
			for step, name in enumerate(("way", "answer", "back", "gap")):
				yield (f"near-held-{name}-{at}-{ns}",
				       Played(world, {(at, step): ns}).package(), *HONEST)
	both = {(0, step): 7_000_000 for step in range(4)} | {(LAST, step): 7_000_000 for step in range(4)}
	yield "near-held-at-both-ends", Played(world, both).package(), *HONEST
	for at in range(2):
		for step in range(4):
			yield (f"near-held-of-two-{at}-{step}",
			       Played(world, {(at, step): 52_000_000}, rounds=2).package(), WARNED, ROOT, 1, {})
	# As fast as a clock may be against another.
	slower = Played(world, {(0, WAY): 52_000_000}, lambda now: now - now // 1100)
	yield "near-slower-within", slower.package(), *HONEST


def slowed(world):
	"""A clock at half its speed, and a guest that waited longer than it lost."""
	yield "near-clock-half", Played(world, guest=half).package(), *BAD_CLOCK
	for name, held in (("first", {(0, WAY): 52_000_000}), ("last", {(LAST, BACK): 52_000_000}),
			   ("both", {(0, WAY): 7_000_000, (LAST, BACK): 7_000_000})):
		yield f"near-clock-half-held-{name}", Played(world, held, half).package(), *BAD_CLOCK
	# Held up for as long behind it, which hides what was lost; but no round is shorter
	# than what passed for the card in it.
	held = {(0, WAY): 104_000_000, (0, BACK): 104_000_000, (30, ANSWER): 20_000}
	yield "near-clock-half-in-round", Played(world, held, half).package(), *BAD_CLOCK
	# Slow while rounds are timed alone, and as much ahead between them.
	session = Played(world, {(at, ANSWER): 20_000 for at in range(ROUNDS)})
	session.times = [each // 8 for each in session.times]
	yield "near-clock-slow-in-rounds", session.package(), *BAD_CLOCK


def back(world):
	"""A guest whose kernel did not refuse a clock that went back."""
	session = Played(world)
	yield "near-clock-back", session.package(_6=[session.span[1], session.span[0]]), *BAD_CLOCK
	yield "near-clock-rounds", session.package(_6=[0, sum(session.times) - 1]), *BAD_CLOCK
	middle = 100_000_000 + 30 * sum(STEPS)
	for name, at, ns in (("between", -100, 15_000), ("in-round", 500, 15_000),
			     ("far", -100, 50_000_000)):
		gone = Played(world, guest=lambda now, at=at, ns=ns: now - (now > middle + at) * ns)
		yield f"near-clock-back-{name}", gone.package(), *BAD_CLOCK


def card(world):
	session = Session(world)
	opened, first, last = session.card_span
	for name, span in (("first", [first + 1, first, last]), ("last", [opened, last + 1, last]),
			   ("sum", [opened + 1, first, last])):
		answer = session.answer(session.transcript(claims={-70111: span}))
		yield f"near-card-{name}", session.package(answer=answer), *BAD_CLOCK


def cases():
	world = World(LONG, OWN, times=[EVIDENCE, EVIDENCE + 100_000, EVIDENCE + 900_000])
	for source in (honest, slowed, back, card):
		yield from source(world)
