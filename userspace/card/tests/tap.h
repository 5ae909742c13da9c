/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VOUCH_CARD_TAP_H
#define VOUCH_CARD_TAP_H

/* Test results as TAP; the plan comes last. */

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

static unsigned int tap_count, tap_failed;

static inline bool tap_ok(bool good, const char *file, int line, const char *text)
{
	tap_failed += !good;
	printf("%sok %u - %s\n", good ? "" : "not ", ++tap_count, text);
	if (!good)
		printf("# %s:%d\n", file, line);
	return good;
}

static inline bool tap_is(int64_t got, int64_t want, const char *file, int line,
			  const char *text)
{
	const bool good = tap_ok(got == want, file, line, text);

	if (!good)
		printf("# got %lld, expected %lld\n", (long long)got, (long long)want);
	return good;
}

#define OK(good, text)		tap_ok((good), __FILE__, __LINE__, (text))
#define IS(got, want, text)	tap_is((int64_t)(got), (int64_t)(want), __FILE__, __LINE__, (text))

static inline int tap_done(void)
{
	printf("1..%u\n", tap_count);
	return tap_failed ? 1 : 0;
}

#endif /* VOUCH_CARD_TAP_H */
