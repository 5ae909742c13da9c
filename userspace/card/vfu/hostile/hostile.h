/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VOUCH_CARD_HOSTILE_H
#define VOUCH_CARD_HOSTILE_H

/*
 * Test only: the reference card with a linker's shim between its queues and the
 * driver. The card does its work truthfully; what the driver sees of it is
 * altered here.
 */

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

enum hostile_mode {
	HOSTILE_ATTACK,		/* in turns, with pauses in which a driver can recover */
	HOSTILE_HEAL,		/* behaves until told otherwise */
};

/* What is counted: X(NAME, name). */
#define HOSTILE_COUNTERS(X)		\
	X(MUTATED, "mutated")		\
	X(INVENTED, "invented")		\
	X(ANSWERS, "answers")		\
	X(STALLED, "stalled")		\
	X(OUTPUTS, "outputs")		\
	X(REGISTERS, "registers")	\
	X(INTERRUPTS, "interrupts")	\
	X(PAUSES, "pauses")

enum hostile_counter {
#define HOSTILE_COUNTER(name, text) HOSTILE_##name,
	HOSTILE_COUNTERS(HOSTILE_COUNTER)
#undef HOSTILE_COUNTER
	HOSTILE_COUNTED
};

/**
 * struct hostile - what the shim is to do, and what it has done
 * @mode: enum hostile_mode
 * @seed: of the generator
 * @rate: of 1000 completions, how many are altered
 * @flood: most completions invented beside a true one
 * @steal: of 1000 of these, how many are for a command in flight
 * @echo: of 100 doorbells that bring no command, how many are answered anyway
 * @stall: of 100000 completions, how many cost the driver a time-out
 * @registers: of 1000 register reads, how many are altered
 * @gone: of 100000 register reads, how many are all ones, as of a card that is gone
 * @count: by enum hostile_counter; read by another thread
 */
struct hostile {
	_Atomic int mode;
	uint64_t seed;
	unsigned int rate;
	unsigned int flood;
	unsigned int steal;
	unsigned int echo;
	unsigned int stall;
	unsigned int registers;
	unsigned int gone;
	_Atomic uint64_t count[HOSTILE_COUNTED];
};

extern struct hostile hostile;

uint32_t hostile_below(uint32_t limit);
uint64_t hostile_random(void);
bool hostile_now(void);
int hostile_control_start(const char *path);

#endif /* VOUCH_CARD_HOSTILE_H */
