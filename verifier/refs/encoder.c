// SPDX-License-Identifier: GPL-2.0-only
#include <cbor.h>
#include <stdlib.h>
#include <string.h>

#include "encoder.h"

#define HEAD_MAX	9

void vouch_encoder_free(struct vouch_encoder *e)
{
	free(e->bytes);
	memset(e, 0, sizeof(*e));
}

static uint8_t *reserve(struct vouch_encoder *e, size_t len)
{
	size_t room = e->room;
	uint8_t *bytes;

	if (e->failed)
		return NULL;
	if (len > e->room - e->len) {
		while (len > room - e->len)
			room = room ? room * 2 : 4096;
		bytes = realloc(e->bytes, room);
		if (!bytes) {
			e->failed = 1;
			return NULL;
		}
		e->bytes = bytes;
		e->room = room;
	}
	return e->bytes + e->len;
}

typedef size_t (*encode_head)(size_t value, unsigned char *buffer, size_t room);

static void put_head(struct vouch_encoder *e, encode_head encode, size_t value)
{
	uint8_t *at = reserve(e, HEAD_MAX);

	if (at)
		e->len += encode(value, at, HEAD_MAX);
}

void vouch_encoder_raw(struct vouch_encoder *e, const void *bytes, size_t len)
{
	uint8_t *at = reserve(e, len);

	if (at && len)
		memcpy(at, bytes, len);
	if (at)
		e->len += len;
}

void vouch_encoder_uint(struct vouch_encoder *e, uint64_t value)
{
	put_head(e, cbor_encode_uint, value);
}

void vouch_encoder_negint(struct vouch_encoder *e, int64_t value)
{
	put_head(e, cbor_encode_negint, -1 - value);
}

void vouch_encoder_text(struct vouch_encoder *e, const char *text)
{
	put_head(e, cbor_encode_string_start, strlen(text));
	vouch_encoder_raw(e, text, strlen(text));
}

void vouch_encoder_bytes(struct vouch_encoder *e, const void *bytes, size_t len)
{
	put_head(e, cbor_encode_bytestring_start, len);
	vouch_encoder_raw(e, bytes, len);
}

void vouch_encoder_array(struct vouch_encoder *e, size_t items)
{
	put_head(e, cbor_encode_array_start, items);
}

void vouch_encoder_map(struct vouch_encoder *e, size_t pairs)
{
	put_head(e, cbor_encode_map_start, pairs);
}

void vouch_encoder_tag(struct vouch_encoder *e, uint64_t tag)
{
	put_head(e, cbor_encode_tag, tag);
}
