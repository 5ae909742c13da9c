// SPDX-License-Identifier: GPL-2.0-only
/* Bytes to text and back. */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"

/**
 * cli_hex() - bytes as lower-case hex
 * @bytes: input
 * @len: how many
 * @out: room for 2 * @len + 1
 */
void cli_hex(const uint8_t *bytes, size_t len, char *out)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < len; i++) {
		*out++ = digits[bytes[i] >> 4];
		*out++ = digits[bytes[i] & 15];
	}
	*out = '\0';
}

static int digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)tolower((unsigned char)c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/**
 * cli_unhex() - hex to bytes; white space at the end is ignored
 * @text: input
 * @out: bytes
 * @size: room at @out
 * @len: returns how many
 *
 * Return: 0, or -EINVAL for anything else or too many.
 */
int cli_unhex(const char *text, uint8_t *out, size_t size, size_t *len)
{
	size_t n = 0;

	while (*text && !isspace((unsigned char)*text)) {
		int high = digit(text[0]);
		int low = high < 0 ? -1 : digit(text[1]);

		if (low < 0 || n == size)
			return -EINVAL;
		out[n++] = (uint8_t)(high << 4 | low);
		text += 2;
	}
	while (isspace((unsigned char)*text))
		text++;
	*len = n;
	return *text ? -EINVAL : 0;
}

/* Controls, and characters that change the direction of what follows. */
static bool hidden(uint32_t c)
{
	if (c < 0x20 || (c >= 0x7f && c < 0xa0))
		return true;
	return (c >= 0x200b && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e) ||
	       (c >= 0x2060 && c <= 0x206f) || c == 0xfeff;
}

static uint32_t code_point(const uint8_t *s, size_t more)
{
	uint32_t c = more ? *s & (0x3f >> more) : *s;

	for (size_t i = 1; i <= more; i++)
		c = c << 6 | (s[i] & 0x3f);
	return c;
}

/**
 * cli_print_name() - print a name that somebody else chose
 * @out: a terminal, perhaps
 * @name: valid UTF-8
 * @len: its bytes
 *
 * What could move the cursor or hide text is printed as \xNN.
 */
void cli_print_name(FILE *out, const char *name, size_t len)
{
	const uint8_t *s = (const uint8_t *)name;

	while (len) {
		size_t more = *s < 0x80 ? 0 : *s < 0xe0 ? 1 : *s < 0xf0 ? 2 : 3;

		if (more >= len)
			more = len - 1;
		if (hidden(code_point(s, more)) || *s == '\\')
			for (size_t i = 0; i <= more; i++)
				fprintf(out, "\\x%02x", s[i]);
		else
			fwrite(s, 1, more + 1, out);
		s += more + 1;
		len -= more + 1;
	}
}

/* cli_json_hex() - bytes as a JSON string of hex; NULL without memory */
json_t *cli_json_hex(const uint8_t *bytes, size_t len)
{
	char *text = malloc(2 * len + 1);
	json_t *json;

	if (!text)
		return NULL;
	cli_hex(bytes, len, text);
	json = json_string(text);
	free(text);
	return json;
}

/* cli_print_json() - print an object on one line and forget it; exit code */
int cli_print_json(FILE *out, json_t *object)
{
	const size_t flags = JSON_COMPACT | JSON_REAL_PRECISION(CLI_DIGITS);
	int ret = object ? json_dumpf(object, out, flags) : -1;

	json_decref(object);
	fputc('\n', out);
	return ret ? CLI_FAILED : CLI_OK;
}
