// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <string.h>

#include <cbor/callbacks.h>
#include <cbor/streaming.h>

#include "cbor.h"

#define TAG_FIRST	0xc0
#define TAG_SMALL_LAST	23

static void set(void *ctx, enum cbor_kind kind, uint64_t value, const uint8_t *data)
{
	struct cbor_item *item = ctx;

	item->kind = kind;
	item->value = value;
	item->data = data;
}

#define ON_NUMBER(name, type, kind)		\
static void name(void *ctx, type value)		\
{						\
	set(ctx, kind, value, NULL);		\
}

#define ON_STRING(name, kind)					\
static void name(void *ctx, cbor_data data, uint64_t len)	\
{								\
	set(ctx, kind, len, data);				\
}

ON_NUMBER(on_uint8, uint8_t, CBOR_KIND_UINT)
ON_NUMBER(on_uint16, uint16_t, CBOR_KIND_UINT)
ON_NUMBER(on_uint32, uint32_t, CBOR_KIND_UINT)
ON_NUMBER(on_uint64, uint64_t, CBOR_KIND_UINT)
ON_NUMBER(on_negint8, uint8_t, CBOR_KIND_NEGINT)
ON_NUMBER(on_negint16, uint16_t, CBOR_KIND_NEGINT)
ON_NUMBER(on_negint32, uint32_t, CBOR_KIND_NEGINT)
ON_NUMBER(on_negint64, uint64_t, CBOR_KIND_NEGINT)
ON_NUMBER(on_array, uint64_t, CBOR_KIND_ARRAY)
ON_NUMBER(on_map, uint64_t, CBOR_KIND_MAP)
ON_NUMBER(on_tag, uint64_t, CBOR_KIND_TAG)
ON_STRING(on_bytes, CBOR_KIND_BYTES)
ON_STRING(on_text, CBOR_KIND_TEXT)

static void on_null(void *ctx)
{
	set(ctx, CBOR_KIND_NULL, 0, NULL);
}

/* libcbor's stream decoder refuses tags 6 to 20, and COSE_Sign1 is tag 18. */
static bool small_tag(struct cbor_in *in, struct cbor_item *item)
{
	uint8_t first = *in->at;

	if (first < TAG_FIRST || first > TAG_FIRST + TAG_SMALL_LAST)
		return false;
	set(item, CBOR_KIND_TAG, first - TAG_FIRST, NULL);
	in->at++;
	in->left--;
	return true;
}

static size_t head_size(uint64_t value)
{
	if (value < 24)
		return 1;
	if (value <= UINT8_MAX)
		return 2;
	if (value <= UINT16_MAX)
		return 3;
	return value <= UINT32_MAX ? 5 : 9;
}

/**
 * cbor_in_item() - read one head, with the bytes if it is a string
 * @in: input, moved past it on success
 * @item: result
 *
 * Return: 0, or -EBADMSG for the end, a broken or an undeterministic item.
 */
int cbor_in_item(struct cbor_in *in, struct cbor_item *item)
{
	struct cbor_callbacks calls = cbor_empty_callbacks;
	struct cbor_decoder_result res;
	size_t want;

	calls.uint8 = on_uint8;
	calls.uint16 = on_uint16;
	calls.uint32 = on_uint32;
	calls.uint64 = on_uint64;
	calls.negint8 = on_negint8;
	calls.negint16 = on_negint16;
	calls.negint32 = on_negint32;
	calls.negint64 = on_negint64;
	calls.byte_string = on_bytes;
	calls.string = on_text;
	calls.array_start = on_array;
	calls.map_start = on_map;
	calls.tag = on_tag;
	calls.null = on_null;

	*item = (struct cbor_item){ .kind = CBOR_KIND_NONE };
	if (!in->left)
		return -EBADMSG;
	if (small_tag(in, item))
		return 0;
	res = cbor_stream_decode(in->at, in->left, &calls, item);
	if (res.status != CBOR_DECODER_FINISHED || item->kind == CBOR_KIND_NONE)
		return -EBADMSG;
	if (res.read > in->left)
		return -EBADMSG;

	want = head_size(item->value);
	if (item->data)
		want += item->value;
	if (res.read != want)
		return -EBADMSG;

	in->at += res.read;
	in->left -= res.read;
	return 0;
}

static int expect(struct cbor_in *in, enum cbor_kind kind, struct cbor_item *item)
{
	if (cbor_in_item(in, item) || item->kind != kind)
		return -EBADMSG;
	return 0;
}

/* cbor_in_uint() - read an unsigned number */
int cbor_in_uint(struct cbor_in *in, uint64_t *value)
{
	struct cbor_item item;

	if (expect(in, CBOR_KIND_UINT, &item))
		return -EBADMSG;
	*value = item.value;
	return 0;
}

/* cbor_in_uint_or_null() - read an unsigned number, or null as @null */
int cbor_in_uint_or_null(struct cbor_in *in, uint64_t *value, uint64_t null)
{
	struct cbor_item item;

	if (cbor_in_item(in, &item))
		return -EBADMSG;
	if (item.kind != CBOR_KIND_UINT && item.kind != CBOR_KIND_NULL)
		return -EBADMSG;
	*value = item.kind == CBOR_KIND_NULL ? null : item.value;
	return 0;
}

/* cbor_in_key() - read a map key, a small number of either sign */
int cbor_in_key(struct cbor_in *in, int64_t *key)
{
	struct cbor_item item;

	if (cbor_in_item(in, &item) || item.value > INT32_MAX)
		return -EBADMSG;
	if (item.kind == CBOR_KIND_UINT)
		*key = (int64_t)item.value;
	else if (item.kind == CBOR_KIND_NEGINT)
		*key = -1 - (int64_t)item.value;
	else
		return -EBADMSG;
	return 0;
}

/* cbor_in_bytes() - read a byte string as input of its own */
int cbor_in_bytes(struct cbor_in *in, struct cbor_in *bytes)
{
	struct cbor_item item;

	if (expect(in, CBOR_KIND_BYTES, &item))
		return -EBADMSG;
	bytes->at = item.data;
	bytes->left = item.value;
	return 0;
}

/* cbor_in_fixed() - point at a byte string of exactly @size bytes */
int cbor_in_fixed(struct cbor_in *in, size_t size, const uint8_t **bytes)
{
	struct cbor_item item;

	if (expect(in, CBOR_KIND_BYTES, &item) || item.value != size)
		return -EBADMSG;
	*bytes = item.data;
	return 0;
}

/* cbor_in_copy() - copy a byte string of exactly @size bytes */
int cbor_in_copy(struct cbor_in *in, void *out, size_t size)
{
	const uint8_t *bytes;

	if (cbor_in_fixed(in, size, &bytes))
		return -EBADMSG;
	memcpy(out, bytes, size);
	return 0;
}

/* cbor_in_text() - point at a text string; its UTF-8 is not checked */
int cbor_in_text(struct cbor_in *in, const char **text, size_t *len)
{
	struct cbor_item item;

	if (expect(in, CBOR_KIND_TEXT, &item))
		return -EBADMSG;
	*text = (const char *)item.data;
	*len = item.value;
	return 0;
}

/* cbor_in_array() - enter an array of exactly @count items */
int cbor_in_array(struct cbor_in *in, uint64_t count)
{
	struct cbor_item item;

	if (expect(in, CBOR_KIND_ARRAY, &item) || item.value != count)
		return -EBADMSG;
	return 0;
}

/* cbor_in_map() - enter a map of @count pairs */
int cbor_in_map(struct cbor_in *in, uint64_t *count)
{
	struct cbor_item item;

	if (expect(in, CBOR_KIND_MAP, &item))
		return -EBADMSG;
	*count = item.value;
	return 0;
}

/* cbor_in_tag() - pass a tag of exactly this number */
int cbor_in_tag(struct cbor_in *in, uint64_t tag)
{
	struct cbor_item item;

	if (expect(in, CBOR_KIND_TAG, &item) || item.value != tag)
		return -EBADMSG;
	return 0;
}
