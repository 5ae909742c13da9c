/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VOUCH_TAP_H
#define VOUCH_TAP_H

/*
 * Results of a test program, as TAP; the plan comes last.
 *
 *	OK(good, text...)		@good is true
 *	IS(got, want, text...)		two integers are equal
 *	HAS(got, part, text...)		a string contains another
 *	return tap_done();		at the end of main()
 *
 * A text is a format and what it needs, and says what holds if all is well.
 */

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define OK(good, ...)		tap_ok((good), __FILE__, __LINE__, __VA_ARGS__)
#define IS(got, want, ...)	\
	tap_is((long long)(got), (long long)(want), __FILE__, __LINE__, __VA_ARGS__)
#define HAS(got, part, ...)	tap_has((got), (part), __FILE__, __LINE__, __VA_ARGS__)

static unsigned int tap_count, tap_failed;

__attribute__((format(printf, 4, 0)))
static inline bool tap_result(bool good, const char *file, int line, const char *format,
			      va_list args)
{
	tap_failed += !good;
	printf("%sok %u - ", good ? "" : "not ", ++tap_count);
	vprintf(format, args);
	putchar('\n');
	if (!good)
		printf("# %s:%d\n", file, line);
	return good;
}

__attribute__((format(printf, 4, 5)))
static inline bool tap_ok(bool good, const char *file, int line, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	tap_result(good, file, line, format, args);
	va_end(args);
	return good;
}

__attribute__((format(printf, 5, 6)))
static inline bool tap_is(long long got, long long want, const char *file, int line,
			  const char *format, ...)
{
	va_list args;

	va_start(args, format);
	if (!tap_result(got == want, file, line, format, args))
		printf("# got %lld, expected %lld\n", got, want);
	va_end(args);
	return got == want;
}

__attribute__((format(printf, 5, 6)))
static inline bool tap_has(const char *got, const char *part, const char *file, int line,
			   const char *format, ...)
{
	const bool good = strstr(got, part);
	va_list args;

	va_start(args, format);
	if (!tap_result(good, file, line, format, args))
		printf("# got \"%s\", expected \"%s\" in it\n", got, part);
	va_end(args);
	return good;
}

static inline int tap_done(void)
{
	printf("1..%u\n", tap_count);
	return tap_failed || !tap_count;
}

#endif /* VOUCH_TAP_H */
