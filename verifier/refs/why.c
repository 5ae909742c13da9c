// SPDX-License-Identifier: GPL-2.0-only
#include <stdarg.h>
#include <stdio.h>

#include "why.h"

int vouch_why(struct vouch_why *why, int err, const char *format, ...)
{
	int n = snprintf(why->text, sizeof(why->text), "%s", why->where);
	va_list args;

	va_start(args, format);
	vsnprintf(why->text + n, sizeof(why->text) - n, format, args);
	va_end(args);
	return err;
}
