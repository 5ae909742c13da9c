// SPDX-License-Identifier: GPL-2.0-only
#include "cbor.h"

#include <errno.h>
#include <string.h>

#include "utf8.h"

static void fail(struct vouch_cbor *c, int err)
{
	if (!c->err)
		c->err = err;
}

void vouch_cbor_init(struct vouch_cbor *c, const uint8_t *bytes, size_t len)
{
	*c = (struct vouch_cbor){ .bytes = bytes, .len = len };
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
