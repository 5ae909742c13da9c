// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <string.h>

#include "cbor.h"

#define MAJOR_SHIFT	5
#define INFO_MASK	0x1f
#define INFO_DIRECT	23	/* the largest value in the first byte itself */
#define INFO_LAST	27	/* eight more bytes; above: indefinite or reserved */
#define SIMPLE_NULL	22

static const enum cbor_kind kinds[] = {
	CBOR_KIND_UINT, CBOR_KIND_NEGINT, CBOR_KIND_BYTES, CBOR_KIND_TEXT,
	CBOR_KIND_ARRAY, CBOR_KIND_MAP, CBOR_KIND_TAG, CBOR_KIND_NULL,
};

/* The value of a head, which must be as short as it can be. */
static int read_value(struct cbor_in *in, unsigned int info, uint64_t *value)
{
	size_t size;

	*value = info;
	if (info <= INFO_DIRECT)
		return 0;
	if (info > INFO_LAST)
		return -EBADMSG;
	size = (size_t)1 << (info - INFO_DIRECT - 1);
	if (in->left < size)
		return -EBADMSG;
	*value = 0;
	for (size_t i = 0; i < size; i++)
		*value = *value << 8 | in->at[i];
	in->at += size;
	in->left -= size;
	if (size == 1)
		return *value > INFO_DIRECT ? 0 : -EBADMSG;
	return *value >> (4 * size) ? 0 : -EBADMSG;
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
	struct cbor_in next = *in;
	uint8_t first;

	*item = (struct cbor_item){ .kind = CBOR_KIND_NONE };
	if (!next.left)
		return -EBADMSG;
	first = *next.at++;
	next.left--;
	if (read_value(&next, first & INFO_MASK, &item->value))
		return -EBADMSG;
	item->kind = kinds[first >> MAJOR_SHIFT];

	if (item->kind == CBOR_KIND_NULL && (first & INFO_MASK) != SIMPLE_NULL)
		return -EBADMSG;
	if (item->kind == CBOR_KIND_BYTES || item->kind == CBOR_KIND_TEXT) {
		if (item->value > next.left)
			return -EBADMSG;
		item->data = next.at;
		next.at += item->value;
		next.left -= item->value;
	}
	*in = next;
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
