// SPDX-License-Identifier: GPL-2.0-only
#include "utf8.h"

/* Length of the sequence at @p, 0 if it is not one (RFC 3629, section 4). */
static size_t sequence(const uint8_t *p, size_t len)
{
	uint8_t low = 0x80, high = 0xbf;
	size_t more, i;

	if (p[0] && p[0] < 0x80)
		return 1;
	if (p[0] >= 0xc2 && p[0] <= 0xdf)
		more = 1;
	else if (p[0] >= 0xe0 && p[0] <= 0xef)
		more = 2;
	else if (p[0] >= 0xf0 && p[0] <= 0xf4)
		more = 3;
	else
		return 0;
	if (p[0] == 0xe0)
		low = 0xa0;
	else if (p[0] == 0xed)
		high = 0x9f;
	else if (p[0] == 0xf0)
		low = 0x90;
	else if (p[0] == 0xf4)
		high = 0x8f;
	if (more >= len || p[1] < low || p[1] > high)
		return 0;
	for (i = 2; i <= more; i++) {
		if (p[i] < 0x80 || p[i] > 0xbf)
			return 0;
	}
	return more + 1;
}

bool vouch_utf8_is(const uint8_t *bytes, size_t len)
{
	size_t pos = 0, step;

	while (pos < len) {
		step = sequence(bytes + pos, len - pos);
		if (!step)
			return false;
		pos += step;
	}
	return true;
}
