// SPDX-License-Identifier: GPL-2.0-only
#include "cbor.h"

#include <cbor.h>
#include <errno.h>

/* What libcbor's decoder leaves unset is refused: floats and undefined. */
static void got_uint(void *ctx, uint64_t value)
{
	*(struct vouch_cbor_item *)ctx = (struct vouch_cbor_item){ VOUCH_CBOR_UINT, value, NULL };
}

static void got_uint8(void *ctx, uint8_t value)
{
	got_uint(ctx, value);
}

static void got_uint16(void *ctx, uint16_t value)
{
	got_uint(ctx, value);
}

static void got_uint32(void *ctx, uint32_t value)
{
	got_uint(ctx, value);
}

static void got_negint(void *ctx, uint64_t value)
{
	*(struct vouch_cbor_item *)ctx = (struct vouch_cbor_item){ VOUCH_CBOR_NEGINT, value, NULL };
}

static void got_negint8(void *ctx, uint8_t value)
{
	got_negint(ctx, value);
}

static void got_negint16(void *ctx, uint16_t value)
{
	got_negint(ctx, value);
}

static void got_negint32(void *ctx, uint32_t value)
{
	got_negint(ctx, value);
}

static void got_bytes(void *ctx, cbor_data data, uint64_t len)
{
	*(struct vouch_cbor_item *)ctx = (struct vouch_cbor_item){ VOUCH_CBOR_BYTES, len, data };
}

static void got_text(void *ctx, cbor_data data, uint64_t len)
{
	*(struct vouch_cbor_item *)ctx = (struct vouch_cbor_item){ VOUCH_CBOR_TEXT, len, data };
}

static void got_array(void *ctx, uint64_t count)
{
	*(struct vouch_cbor_item *)ctx = (struct vouch_cbor_item){ VOUCH_CBOR_ARRAY, count, NULL };
}

static void got_map(void *ctx, uint64_t count)
{
	*(struct vouch_cbor_item *)ctx = (struct vouch_cbor_item){ VOUCH_CBOR_MAP, count, NULL };
}

static void got_tag(void *ctx, uint64_t tag)
{
	*(struct vouch_cbor_item *)ctx = (struct vouch_cbor_item){ VOUCH_CBOR_TAG, tag, NULL };
}

static void got_bool(void *ctx, bool value)
{
	*(struct vouch_cbor_item *)ctx = (struct vouch_cbor_item){ VOUCH_CBOR_BOOL, value, NULL };
}

static void got_null(void *ctx)
{
	*(struct vouch_cbor_item *)ctx = (struct vouch_cbor_item){ VOUCH_CBOR_NULL, 0, NULL };
}

/* The callbacks that are not ours leave the item as VOUCH_CBOR_NONE. */
static const struct cbor_callbacks callbacks = {
	.uint8 = got_uint8,
	.uint16 = got_uint16,
	.uint32 = got_uint32,
	.uint64 = got_uint,
	.negint8 = got_negint8,
	.negint16 = got_negint16,
	.negint32 = got_negint32,
	.negint64 = got_negint,
	.byte_string = got_bytes,
	.byte_string_start = cbor_null_byte_string_start_callback,
	.string = got_text,
	.string_start = cbor_null_string_start_callback,
	.array_start = got_array,
	.indef_array_start = cbor_null_indef_array_start_callback,
	.map_start = got_map,
	.indef_map_start = cbor_null_indef_map_start_callback,
	.tag = got_tag,
	.float2 = cbor_null_float2_callback,
	.float4 = cbor_null_float4_callback,
	.float8 = cbor_null_float8_callback,
	.undefined = cbor_null_undefined_callback,
	.null = got_null,
	.boolean = got_bool,
	.indef_break = cbor_null_indef_break_callback,
};

static size_t shortest_head(uint64_t value)
{
	if (value < 24)
		return 1;
	if (value <= UINT8_MAX)
		return 2;
	if (value <= UINT16_MAX)
		return 3;
	return value <= UINT32_MAX ? 5 : 9;
}

static void fail(struct vouch_cbor *c, int err)
{
	if (!c->err)
		c->err = err;
}

/* An indefinite length, or its end, is well formed but not deterministic. */
static bool indefinite(uint8_t initial)
{
	uint8_t major = initial >> 5;

	return (initial & 0x1f) == 0x1f && major >= 2 && major != 6;
}

/*
 * A head of one byte without content: most of what there is, so it is not worth
 * a call; and libcbor 0.10 refuses the tags 6 to 20, which it does not know.
 */
static bool is_small(uint8_t initial, struct vouch_cbor_item *item)
{
	static const enum vouch_cbor_type types[8] = {
		[0] = VOUCH_CBOR_UINT, [1] = VOUCH_CBOR_NEGINT, [4] = VOUCH_CBOR_ARRAY,
		[5] = VOUCH_CBOR_MAP, [6] = VOUCH_CBOR_TAG,
	};

	if ((initial & 0x1f) >= 24 || types[initial >> 5] == VOUCH_CBOR_NONE)
		return false;
	*item = (struct vouch_cbor_item){ types[initial >> 5], initial & 0x1f, NULL };
	return true;
}

void vouch_cbor_next(struct vouch_cbor *c, struct vouch_cbor_item *item)
{
	struct cbor_decoder_result res;
	size_t head;

	*item = (struct vouch_cbor_item){ VOUCH_CBOR_NONE, 0, NULL };
	if (c->err)
		return;
	if (c->pos >= c->len) {
		fail(c, -EBADMSG);
		return;
	}
	if (is_small(c->bytes[c->pos], item)) {
		c->pos++;
		return;
	}
	res = cbor_stream_decode(c->bytes + c->pos, c->len - c->pos, &callbacks, item);
	if (res.status != CBOR_DECODER_FINISHED || item->type == VOUCH_CBOR_NONE) {
		fail(c, indefinite(c->bytes[c->pos]) ? -EILSEQ : -EBADMSG);
		*item = (struct vouch_cbor_item){ VOUCH_CBOR_NONE, 0, NULL };
		return;
	}
	head = res.read;
	if (item->data)
		head -= (size_t)item->value;
	if (item->type != VOUCH_CBOR_BOOL && head != shortest_head(item->value)) {
		fail(c, -EILSEQ);
		*item = (struct vouch_cbor_item){ VOUCH_CBOR_NONE, 0, NULL };
		return;
	}
	c->pos += res.read;
}

uint64_t vouch_cbor_head(struct vouch_cbor *c)
{
	struct cbor_decoder_result res;
	struct vouch_cbor_item item = { VOUCH_CBOR_NONE, 0, NULL };
	uint64_t len;
	size_t head;

	if (c->err)
		return 0;
	if (c->pos >= c->len || c->bytes[c->pos] >> 5 != 2) {
		fail(c, -EBADMSG);
		return 0;
	}
	head = c->bytes[c->pos] & 0x1f;
	head = head < 24 ? 1 : 1 + ((size_t)1 << (head - 24));
	if (head > 9 || head > c->len - c->pos) {
		fail(c, head > 9 && indefinite(c->bytes[c->pos]) ? -EILSEQ : -EBADMSG);
		return 0;
	}
	/* Given no more than the head, libcbor says how many bytes it wants. */
	res = cbor_stream_decode(c->bytes + c->pos, head, &callbacks, &item);
	len = res.status == CBOR_DECODER_FINISHED ? 0 : (uint64_t)res.required - head;
	if (head != shortest_head(len)) {
		fail(c, -EILSEQ);
		return 0;
	}
	c->pos += head;
	return len;
}
