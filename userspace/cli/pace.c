// SPDX-License-Identifier: GPL-2.0-only
#include "pace.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/random.h>
#include <time.h>

#define NS_PER_S	1000000000ULL

struct pace {
	struct timespec begin;
	uint64_t ns[];	/* from then on, in order */
};

static int compare(const void *a, const void *b)
{
	const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

static int draw(uint64_t below, uint64_t *ns)
{
	uint32_t random;

	if (getrandom(&random, sizeof(random), 0) != sizeof(random))
		return -errno;
	*ns = (uint64_t)((double)random / ((double)UINT32_MAX + 1) * (double)below);
	return 0;
}

/**
 * pace_new() - draw moments from now on
 * @count: how many
 * @seconds: within which they are; 0 is all at once
 * @out: result
 *
 * Return: 0 or a negative errno.
 */
int pace_new(uint64_t count, uint64_t seconds, struct pace **out)
{
	struct pace *pace = calloc(1, sizeof(*pace) + count * sizeof(pace->ns[0]));
	int ret = 0;

	if (!pace)
		return -ENOMEM;
	clock_gettime(CLOCK_MONOTONIC, &pace->begin);
	for (uint64_t i = 0; !ret && i < count; i++)
		ret = draw(seconds * NS_PER_S, &pace->ns[i]);
	if (ret) {
		free(pace);
		return ret;
	}
	qsort(pace->ns, count, sizeof(pace->ns[0]), compare);
	*out = pace;
	return 0;
}

/**
 * pace_wait() - wait for a moment
 * @pace: the moments
 * @number: which, from 0 in order; one that has passed is not waited for
 *
 * Return: 0, or -EINTR after a signal.
 */
int pace_wait(const struct pace *pace, uint64_t number)
{
	uint64_t ns = pace->ns[number] + (uint64_t)pace->begin.tv_nsec;
	struct timespec at = {
		.tv_sec = pace->begin.tv_sec + (time_t)(ns / NS_PER_S),
		.tv_nsec = (long)(ns % NS_PER_S),
	};

	return -clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, NULL);
}

/* pace_free() - forget them; NULL is fine */
void pace_free(struct pace *pace)
{
	free(pace);
}
