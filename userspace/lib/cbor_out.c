// SPDX-License-Identifier: GPL-2.0-only
#include <string.h>

#include <cbor/encoding.h>

#include "cbor.h"

static uint8_t *at(struct cbor_out *out)
{
	return out->buf + out->len;
}

static size_t room(const struct cbor_out *out)
{
	return out->full ? 0 : out->size - out->len;
}

/* libcbor's encoders write nothing and return 0 when there is no room. */
static void wrote(struct cbor_out *out, size_t len)
{
	if (!len)
		out->full = true;
	out->len += len;
}

/* cbor_out_uint() - append an unsigned number */
void cbor_out_uint(struct cbor_out *out, uint64_t value)
{
	wrote(out, cbor_encode_uint(value, at(out), room(out)));
}

/* cbor_out_int() - append a number of either sign */
void cbor_out_int(struct cbor_out *out, int64_t value)
{
	if (value >= 0)
		cbor_out_uint(out, (uint64_t)value);
	else
		wrote(out, cbor_encode_negint((uint64_t)(-1 - value), at(out), room(out)));
}

/* cbor_out_bytes_head() - append the head of a byte string that follows */
void cbor_out_bytes_head(struct cbor_out *out, uint64_t len)
{
	wrote(out, cbor_encode_bytestring_start(len, at(out), room(out)));
}

static void raw(struct cbor_out *out, const void *bytes, size_t len)
{
	if (len > room(out)) {
		out->full = true;
		return;
	}
	memcpy(at(out), bytes, len);
	out->len += len;
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
	wrote(out, cbor_encode_string_start(strlen(text), at(out), room(out)));
	raw(out, text, strlen(text));
}

/* cbor_out_array() - append the head of an array */
void cbor_out_array(struct cbor_out *out, size_t count)
{
	wrote(out, cbor_encode_array_start(count, at(out), room(out)));
}

/* cbor_out_map() - append the head of a map; the caller sorts its keys */
void cbor_out_map(struct cbor_out *out, size_t count)
{
	wrote(out, cbor_encode_map_start(count, at(out), room(out)));
}

/* cbor_out_tag() - append a tag */
void cbor_out_tag(struct cbor_out *out, uint64_t tag)
{
	wrote(out, cbor_encode_tag(tag, at(out), room(out)));
}

/* cbor_out_null() - append null */
void cbor_out_null(struct cbor_out *out)
{
	wrote(out, cbor_encode_null(at(out), room(out)));
}
