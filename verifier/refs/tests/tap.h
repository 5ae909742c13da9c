/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VOUCH_REFS_TAP_H
#define VOUCH_REFS_TAP_H

/* Results in TAP: each test says what it expected of what it got. */

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static int tap_count, tap_failed;

__attribute__((format(printf, 2, 3)))
static inline bool tap_ok(bool good, const char *name, ...)
{
	va_list args;

	tap_failed += !good;
	printf("%sok %d - ", good ? "" : "not ", ++tap_count);
	va_start(args, name);
	vprintf(name, args);
	va_end(args);
	putchar('\n');
	return good;
}

static inline void tap_int(long got, long want, const char *name)
{
	if (!tap_ok(got == want, "%s", name))
		printf("# got %ld, expected %ld\n", got, want);
}

/* The text that was got must contain the one that is wanted. */
static inline void tap_text(const char *got, const char *want, const char *name)
{
	if (!tap_ok(strstr(got, want), "%s", name))
		printf("# got \"%s\", expected \"%s\" in it\n", got, want);
}

static inline int tap_done(void)
{
	printf("1..%d\n", tap_count);
	return tap_failed ? 1 : 0;
}

#endif /* VOUCH_REFS_TAP_H */
