/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VOUCH_VERIFY_CLOCKS_H
#define VOUCH_VERIFY_CLOCKS_H

/*
 * Two clocks of one moment: neither is disciplined by the other, so they differ by less
 * than a part in 1024, and by what their coarsest steps make (proximity.rst).
 */

#include <stdbool.h>
#include <stdint.h>

#define VOUCH_CLOCK_STEPS_NS	1000

/* By how much the two may differ over @ns. */
static inline uint64_t vouch_clocks_apart(uint64_t ns)
{
	return ns / 1024 + VOUCH_CLOCK_STEPS_NS;
}

/* @inner, on one clock, can lie within what the other one timed as @outer. */
static inline bool vouch_clocks_allow(uint64_t inner, uint64_t outer)
{
	return inner <= outer || inner - outer <= vouch_clocks_apart(inner);
}

#endif /* VOUCH_VERIFY_CLOCKS_H */
