// SPDX-License-Identifier: GPL-2.0-only
/*
 * Our reader of heads against libcbor's: what ours takes, libcbor takes in the
 * same way, and writing it again gives the same bytes.
 */
#include <stdlib.h>
#include <string.h>

#include <cbor/callbacks.h>
#include <cbor/encoding.h>
#include <cbor/streaming.h>

#include "cbor.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t encode(const struct cbor_item *item, uint8_t *buf, size_t size)
{
	switch (item->kind) {
	case CBOR_KIND_UINT:
		return cbor_encode_uint(item->value, buf, size);
	case CBOR_KIND_NEGINT:
		return cbor_encode_negint(item->value, buf, size);
	case CBOR_KIND_BYTES:
		return cbor_encode_bytestring_start(item->value, buf, size);
	case CBOR_KIND_TEXT:
		return cbor_encode_string_start(item->value, buf, size);
	case CBOR_KIND_ARRAY:
		return cbor_encode_array_start(item->value, buf, size);
	case CBOR_KIND_MAP:
		return cbor_encode_map_start(item->value, buf, size);
	case CBOR_KIND_TAG:
		return cbor_encode_tag(item->value, buf, size);
	default:
		return cbor_encode_null(buf, size);
	}
}

/* libcbor's decoder refuses these tags, although they are well formed. */
static int known_difference(const struct cbor_item *item)
{
	return item->kind == CBOR_KIND_TAG && item->value >= 6 && item->value <= 20;
}

static void check(const uint8_t *at, size_t left, const struct cbor_in *after,
		  const struct cbor_item *item)
{
	size_t used = left - after->left, len;
	struct cbor_decoder_result res;
	uint8_t buf[9];

	len = encode(item, buf, sizeof(buf));
	if (!len || len > used || memcmp(buf, at, len))
		abort();
	if (used != len + (item->data ? item->value : 0))
		abort();
	res = cbor_stream_decode(at, left, &cbor_empty_callbacks, NULL);
	if (res.status == CBOR_DECODER_FINISHED ? res.read != used : !known_difference(item))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cbor_in in = { .at = data, .left = size };
	struct cbor_item item;

	while (in.left) {
		struct cbor_in before = in;

		if (cbor_in_item(&in, &item))
			break;
		check(before.at, before.left, &in, &item);
	}
	return 0;
}
