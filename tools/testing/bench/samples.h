/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef BENCH_SAMPLES_H
#define BENCH_SAMPLES_H

#include <stddef.h>
#include <stdint.h>

/**
 * struct samples - durations of one operation
 * @name: of the operation
 * @ns: durations, room for @size
 * @size: most that there can be
 * @count: how many there are
 */
struct samples {
	const char *name;
	uint64_t *ns;
	size_t size;
	size_t count;
};

uint64_t samples_clock(void);
int samples_init(struct samples *samples, const char *name, size_t size);
void samples_add(struct samples *samples, uint64_t ns);
uint64_t samples_median(struct samples *samples);
void samples_print(struct samples *samples);

#endif /* BENCH_SAMPLES_H */
