// SPDX-License-Identifier: GPL-2.0-only
/* Durations, and what is said about them: medians and tails, never means. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "samples.h"

/* samples_clock() - CLOCK_MONOTONIC_RAW in nanoseconds */
uint64_t samples_clock(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC_RAW, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

/* samples_init() - room for @size durations of the operation @name */
int samples_init(struct samples *samples, const char *name, size_t size)
{
	samples->name = name;
	samples->ns = calloc(size, sizeof(*samples->ns));
	samples->size = size;
	samples->count = 0;
	return samples->ns ? 0 : -ENOMEM;
}

/* samples_add() - one more; those beyond the room are dropped */
void samples_add(struct samples *samples, uint64_t ns)
{
	if (samples->count < samples->size)
		samples->ns[samples->count++] = ns;
}

static int compare(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static double microseconds(const struct samples *samples, size_t percent)
{
	return (double)samples->ns[(samples->count - 1) * percent / 100] / 1000;
}

/* samples_median() - in nanoseconds, of at least one */
uint64_t samples_median(struct samples *samples)
{
	qsort(samples->ns, samples->count, sizeof(*samples->ns), compare);
	return samples->ns[(samples->count - 1) / 2];
}

/* samples_print() - one JSON object on a line, times in microseconds */
void samples_print(struct samples *samples)
{
	if (!samples->count)
		return;
	qsort(samples->ns, samples->count, sizeof(*samples->ns), compare);
	printf("{\"operation\":\"%s\",\"rounds\":%zu,\"p5\":%.1f,\"p50\":%.1f,\"p99\":%.1f}\n",
	       samples->name, samples->count, microseconds(samples, 5),
	       microseconds(samples, 50), microseconds(samples, 99));
}
