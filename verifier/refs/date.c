// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "date.h"

int vouch_date_parse(const char *text, int64_t *seconds)
{
	struct tm tm = { 0 };
	const char *end = strptime(text, "%Y-%m-%d", &tm);

	if (end && *end == 'T')
		end = strptime(end, "T%H:%M:%SZ", &tm);
	if (!end || *end)
		return -EINVAL;
	*seconds = timegm(&tm);
	return *seconds > 0 ? 0 : -EINVAL;
}

void vouch_date_format(int64_t seconds, char text[VOUCH_DATE_SIZE])
{
	time_t when = seconds;
	struct tm tm;

	if (!gmtime_r(&when, &tm) ||
	    !strftime(text, VOUCH_DATE_SIZE, "%Y-%m-%dT%H:%M:%SZ", &tm))
		snprintf(text, VOUCH_DATE_SIZE, "@%lld", (long long)seconds);
}
