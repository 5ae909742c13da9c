// SPDX-License-Identifier: GPL-2.0-only
#include <time.h>

#include "clock.h"

/**
 * vouch_clock_raw - a clock that nobody adjusts
 *
 * Return: CLOCK_MONOTONIC_RAW, ns.
 */
uint64_t vouch_clock_raw(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC_RAW, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

/**
 * vouch_clock_since - the card's clock
 * @power_on: vouch_clock_raw() at power-on, a uint64_t
 *
 * Return: nanoseconds since power-on.
 */
uint64_t vouch_clock_since(void *power_on)
{
	const uint64_t *start = power_on;

	return vouch_clock_raw() - *start;
}
