// SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR MIT
#include "record.h"

/* Length of the sequence that @first begins, and its shortest-form minimum. */
static size_t sequence(uint8_t first, uint32_t *code, uint32_t *min)
{
	if (first < 0x80) {
		*code = first;
		*min = 0;
		return 1;
	}
	if ((first & 0xe0) == 0xc0) {
		*code = first & 0x1f;
		*min = 0x80;
		return 2;
	}
	if ((first & 0xf0) == 0xe0) {
		*code = first & 0x0f;
		*min = 0x800;
		return 3;
	}
	if ((first & 0xf8) == 0xf0) {
		*code = first & 0x07;
		*min = 0x10000;
		return 4;
	}
	return 0;
}

static bool code_valid(uint32_t code, uint32_t min)
{
	const bool control = code < 0x20 || (code >= 0x7f && code < 0xa0);
	const bool surrogate = code >= 0xd800 && code < 0xe000;

	return code >= min && code <= 0x10ffff && !control && !surrogate;
}

/**
 * vouch_name_valid - is this fit to be shown to people?
 * @name: bytes
 * @len: how many
 *
 * Return: true for UTF-8 (RFC 3629) without control characters.
 */
bool vouch_name_valid(const uint8_t *name, size_t len)
{
	size_t i = 0;

	while (i < len) {
		uint32_t code, min;
		size_t left = sequence(name[i++], &code, &min);

		if (!left || left - 1 > len - i)
			return false;
		while (--left) {
			if ((name[i] & 0xc0) != 0x80)
				return false;
			code = code << 6 | (name[i++] & 0x3f);
		}
		if (!code_valid(code, min))
			return false;
	}
	return true;
}
