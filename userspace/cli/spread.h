/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VOUCH_CLI_SPREAD_H
#define VOUCH_CLI_SPREAD_H

#include <stdint.h>

#define SPREAD_BINS	3776

/**
 * struct spread - how durations are spread, in memory that does not grow
 * @count: how many were added
 * @max: the longest
 * @bins: of the same width up to 127, then 64 to each power of two
 */
struct spread {
	uint64_t count;
	uint64_t max;
	uint32_t bins[SPREAD_BINS];
};

void spread_add(struct spread *spread, uint64_t value);
uint64_t spread_at(const struct spread *spread, unsigned int percent);

#endif /* VOUCH_CLI_SPREAD_H */
