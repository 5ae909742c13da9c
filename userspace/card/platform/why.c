// SPDX-License-Identifier: GPL-2.0-only
#include <stdarg.h>
#include <stdio.h>

#include "why.h"

/**
 * vouch_why - say why something failed
 * @why: receives the text
 * @error: a negative errno
 * @format: as for printf
 *
 * Return: @error, so that a failure is one statement.
 */
int vouch_why(struct vouch_why *why, int error, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(why->text, sizeof(why->text), format, args);
	va_end(args);
	return error;
}
