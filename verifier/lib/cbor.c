// SPDX-License-Identifier: GPL-2.0-only
#include "cbor.h"

#include <cbor.h>
#include <errno.h>
#include <string.h>

#include "utf8.h"

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

static int fail(struct vouch_cbor *c, int err)
{
	if (!c->err)
		c->err = err;
	return err;
}

/* An indefinite length, or its end, is well formed but not deterministic. */
static bool indefinite(uint8_t initial)
{
	uint8_t major = initial >> 5;

	return (initial & 0x1f) == 0x1f && major >= 2 && major != 6;
}

void vouch_cbor_init(struct vouch_cbor *c, const uint8_t *bytes, size_t len)
{
	*c = (struct vouch_cbor){ .bytes = bytes, .len = len };
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

enum vouch_cbor_type vouch_cbor_peek(const struct vouch_cbor *c)
{
	struct vouch_cbor look = *c;
	struct vouch_cbor_item item;

	vouch_cbor_next(&look, &item);
	return item.type;
}

static uint64_t take(struct vouch_cbor *c, enum vouch_cbor_type type)
{
	struct vouch_cbor_item item;

	vouch_cbor_next(c, &item);
	if (item.type != type) {
		fail(c, -EBADMSG);
		return 0;
	}
	return item.value;
}

uint64_t vouch_cbor_uint(struct vouch_cbor *c)
{
	return take(c, VOUCH_CBOR_UINT);
}

uint64_t vouch_cbor_array(struct vouch_cbor *c)
{
	return take(c, VOUCH_CBOR_ARRAY);
}

uint64_t vouch_cbor_map(struct vouch_cbor *c)
{
	return take(c, VOUCH_CBOR_MAP);
}

uint64_t vouch_cbor_tag(struct vouch_cbor *c)
{
	return take(c, VOUCH_CBOR_TAG);
}

bool vouch_cbor_bool(struct vouch_cbor *c)
{
	return take(c, VOUCH_CBOR_BOOL);
}

void vouch_cbor_null(struct vouch_cbor *c)
{
	take(c, VOUCH_CBOR_NULL);
}

int64_t vouch_cbor_int(struct vouch_cbor *c)
{
	struct vouch_cbor_item item;

	vouch_cbor_next(c, &item);
	if (item.value <= INT64_MAX && item.type == VOUCH_CBOR_UINT)
		return (int64_t)item.value;
	if (item.value <= INT64_MAX && item.type == VOUCH_CBOR_NEGINT)
		return -1 - (int64_t)item.value;
	fail(c, -EBADMSG);
	return 0;
}

const uint8_t *vouch_cbor_bytes(struct vouch_cbor *c, size_t *len)
{
	struct vouch_cbor_item item;

	*len = 0;
	vouch_cbor_next(c, &item);
	if (item.type != VOUCH_CBOR_BYTES) {
		fail(c, -EBADMSG);
		return NULL;
	}
	*len = (size_t)item.value;
	return item.data;
}

const char *vouch_cbor_text(struct vouch_cbor *c, size_t *len)
{
	struct vouch_cbor_item item;

	*len = 0;
	vouch_cbor_next(c, &item);
	if (item.type != VOUCH_CBOR_TEXT || !vouch_utf8_is(item.data, (size_t)item.value)) {
		fail(c, -EBADMSG);
		return NULL;
	}
	*len = (size_t)item.value;
	return (const char *)item.data;
}

void vouch_cbor_fixed(struct vouch_cbor *c, uint8_t *out, size_t len)
{
	size_t have;
	const uint8_t *data = vouch_cbor_bytes(c, &have);

	if (data && have == len) {
		memcpy(out, data, len);
		return;
	}
	fail(c, -EBADMSG);
	memset(out, 0, len);
}

void vouch_cbor_key(struct vouch_cbor *c, int64_t key)
{
	if (vouch_cbor_int(c) != key)
		fail(c, -EBADMSG);
}

bool vouch_cbor_try_key(struct vouch_cbor *c, int64_t key)
{
	struct vouch_cbor look = *c;

	if (vouch_cbor_int(&look) != key || look.err)
		return false;
	*c = look;
	return true;
}

void vouch_cbor_is_text(struct vouch_cbor *c, const char *text)
{
	size_t len;
	const char *have = vouch_cbor_text(c, &len);

	if (!have || len != strlen(text) || memcmp(have, text, len))
		fail(c, -EBADMSG);
}

int vouch_cbor_end(const struct vouch_cbor *c)
{
	if (c->err)
		return c->err;
	return c->pos == c->len ? 0 : -EBADMSG;
}
