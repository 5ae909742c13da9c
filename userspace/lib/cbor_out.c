// SPDX-License-Identifier: GPL-2.0-only
#include <string.h>

#include "cbor.h"

enum major { UINT, NEGINT, BYTES, TEXT, ARRAY, MAP, TAG, SIMPLE };

#define MAJOR_SHIFT	5
#define INFO_DIRECT	23
#define SIMPLE_NULL	22

static void raw(struct cbor_out *out, const void *bytes, size_t len)
{
	if (out->full || len > out->size - out->len) {
		out->full = true;
		return;
	}
	memcpy(out->buf + out->len, bytes, len);
	out->len += len;
}

/* The shortest head that holds the value. */
static void head(struct cbor_out *out, enum major major, uint64_t value)
{
	uint8_t bytes[9] = { (uint8_t)(major << MAJOR_SHIFT) };
	unsigned int log = 0;
	size_t size;

	if (value <= INFO_DIRECT) {
		bytes[0] |= (uint8_t)value;
		raw(out, bytes, 1);
		return;
	}
	while (log < 3 && value >> (8 << log))
		log++;
	size = (size_t)1 << log;
	bytes[0] |= (uint8_t)(INFO_DIRECT + 1 + log);
	for (size_t i = 0; i < size; i++)
		bytes[size - i] = (uint8_t)(value >> (8 * i));
	raw(out, bytes, 1 + size);
}

/* cbor_out_uint() - append an unsigned number */
void cbor_out_uint(struct cbor_out *out, uint64_t value)
{
	head(out, UINT, value);
}

/* cbor_out_int() - append a number of either sign */
void cbor_out_int(struct cbor_out *out, int64_t value)
{
	if (value >= 0)
		cbor_out_uint(out, (uint64_t)value);
	else
		head(out, NEGINT, (uint64_t)(-1 - value));
}

/* cbor_out_bytes_head() - append the head of a byte string that follows */
void cbor_out_bytes_head(struct cbor_out *out, uint64_t len)
{
	head(out, BYTES, len);
}

/* cbor_out_bytes() - append a byte string */
void cbor_out_bytes(struct cbor_out *out, const void *bytes, size_t len)
{
	cbor_out_bytes_head(out, len);
	raw(out, bytes, len);
}

/* cbor_out_text() - append a text string */
void cbor_out_text(struct cbor_out *out, const char *text)
{
	head(out, TEXT, strlen(text));
	raw(out, text, strlen(text));
}

/* cbor_out_array() - append the head of an array */
void cbor_out_array(struct cbor_out *out, size_t count)
{
	head(out, ARRAY, count);
}

/* cbor_out_map() - append the head of a map; the caller sorts its keys */
void cbor_out_map(struct cbor_out *out, size_t count)
{
	head(out, MAP, count);
}

/* cbor_out_tag() - append a tag */
void cbor_out_tag(struct cbor_out *out, uint64_t tag)
{
	head(out, TAG, tag);
}

/* cbor_out_null() - append null */
void cbor_out_null(struct cbor_out *out)
{
	head(out, SIMPLE, SIMPLE_NULL);
}
