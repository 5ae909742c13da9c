/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VOUCH_TAP_H
#define VOUCH_TAP_H

/* Test Anything Protocol: count as you go, the plan comes last. */

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static int tap_number, tap_failed;

static inline bool tap_ok(bool ok, const char *text)
{
	printf("%sok %d - %s\n", ok ? "" : "not ", ++tap_number, text);
	if (!ok)
		tap_failed++;
	return ok;
}

static inline bool tap_is(long long got, long long want, const char *text)
{
	if (tap_ok(got == want, text))
		return true;
	printf("# got %lld, want %lld\n", got, want);
	return false;
}

static inline bool tap_has(const char *text, const char *part, const char *name)
{
	if (tap_ok(strstr(text, part), name))
		return true;
	printf("# no \"%s\" in \"%s\"\n", part, text);
	return false;
}

static inline int tap_done(void)
{
	printf("1..%d\n", tap_number);
	return tap_failed != 0;
}

#endif /* VOUCH_TAP_H */
