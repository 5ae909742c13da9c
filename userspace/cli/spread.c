// SPDX-License-Identifier: GPL-2.0-only
/* Percentiles of a stream, to 1 in 64. */
#include "spread.h"

#define FINE		6	/* bits of a value that choose its bin */
#define PER_OCTAVE	(1U << FINE)

static unsigned int octave(uint64_t value)
{
	return value < PER_OCTAVE ? 0 : 63 - (unsigned int)__builtin_clzll(value) - FINE;
}

static unsigned int bin_of(uint64_t value)
{
	unsigned int up = octave(value);

	return up * PER_OCTAVE + (unsigned int)(value >> up);
}

/* The largest value that goes into a bin. */
static uint64_t bin_end(unsigned int bin)
{
	unsigned int up = bin < 2 * PER_OCTAVE ? 0 : bin / PER_OCTAVE - 1;
	uint64_t mantissa = bin - up * PER_OCTAVE;

	return (mantissa << up) + (((uint64_t)1 << up) - 1);
}

/* spread_add() - one more */
void spread_add(struct spread *spread, uint64_t value)
{
	spread->count++;
	if (value > spread->max)
		spread->max = value;
	spread->bins[bin_of(value)]++;
}

/**
 * spread_at() - a percentile
 * @spread: what was added
 * @percent: 1 to 100
 *
 * Return: a duration that so many percent do not exceed; it is at most one
 * part in 64 above the smallest such. 0 if nothing was added.
 */
uint64_t spread_at(const struct spread *spread, unsigned int percent)
{
	uint64_t rank = (spread->count * percent + 99) / 100, seen = 0;

	for (unsigned int bin = 0; bin < SPREAD_BINS; bin++) {
		seen += spread->bins[bin];
		if (rank && seen >= rank) {
			uint64_t end = bin_end(bin);

			return end < spread->max ? end : spread->max;
		}
	}
	return 0;
}
