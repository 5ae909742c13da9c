/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VOUCH_VERIFY_TAP_H
#define VOUCH_VERIFY_TAP_H

/* Results of a test program, as TAP. */

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>

static int tap_count, tap_failed;

__attribute__((format(printf, 2, 3)))
static inline bool ok(bool good, const char *format, ...)
{
	va_list args;

	printf("%sok %d - ", good ? "" : "not ", ++tap_count);
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	putchar('\n');
	tap_failed += !good;
	return good;
}

static inline void is_int(long long got, long long want, const char *what)
{
	if (!ok(got == want, "%s", what))
		printf("# got %lld, want %lld\n", got, want);
}

static inline int tap_end(void)
{
	printf("1..%d\n", tap_count);
	return tap_failed || !tap_count;
}

#endif /* VOUCH_VERIFY_TAP_H */
