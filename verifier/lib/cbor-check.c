// SPDX-License-Identifier: GPL-2.0-only
#include "cbor.h"

#include <errno.h>
#include <string.h>

/* One open array, map or tag. */
struct level {
	uint64_t left;		/* items still to come, keys and values counted */
	size_t key, key_len;	/* the last key of a map */
	size_t start;		/* where the item that is being read began */
	bool is_map;
};

static bool key_after(const struct vouch_cbor *c, const struct level *level, size_t end)
{
	size_t len = end - level->start;
	size_t min = len < level->key_len ? len : level->key_len;
	int cmp = memcmp(c->bytes + level->key, c->bytes + level->start, min);

	return cmp < 0 || (!cmp && level->key_len < len);
}

/* An item ended at the cursor: close what it completes. */
static int close_levels(struct vouch_cbor *c, struct level *levels, size_t *depth)
{
	while (*depth) {
		struct level *level = &levels[*depth - 1];
		bool was_key = level->is_map && !(level->left & 1);

		if (was_key && level->key_len && !key_after(c, level, c->pos))
			return -EILSEQ;
		if (was_key) {
			level->key = level->start;
			level->key_len = c->pos - level->start;
		}
		level->start = c->pos;
		if (--level->left)
			return 0;
		--*depth;
	}
	return 0;
}

static int open_level(const struct vouch_cbor *c, const struct vouch_cbor_item *item,
		      struct level *levels, size_t *depth)
{
	uint64_t count = item->type == VOUCH_CBOR_TAG ? 1 : item->value;

	/* Each item takes a byte at least, so no count can be larger. */
	if (*depth == VOUCH_CBOR_DEPTH_MAX || count > c->len - c->pos)
		return -EBADMSG;
	if (item->type == VOUCH_CBOR_MAP)
		count *= 2;
	levels[(*depth)++] = (struct level){
		.left = count, .start = c->pos, .is_map = item->type == VOUCH_CBOR_MAP,
	};
	return 0;
}

void vouch_cbor_skip(struct vouch_cbor *c)
{
	struct level levels[VOUCH_CBOR_DEPTH_MAX];
	struct vouch_cbor_item item;
	size_t depth = 0;
	int err;

	do {
		vouch_cbor_next(c, &item);
		if (c->err)
			return;
		err = 0;
		if (item.type == VOUCH_CBOR_TAG ||
		    ((item.type == VOUCH_CBOR_ARRAY || item.type == VOUCH_CBOR_MAP) && item.value))
			err = open_level(c, &item, levels, &depth);
		else
			err = close_levels(c, levels, &depth);
		if (err)
			c->err = err;
	} while (depth && !c->err);
}

int vouch_cbor_check(const uint8_t *bytes, size_t len)
{
	struct vouch_cbor c;

	vouch_cbor_init(&c, bytes, len);
	vouch_cbor_skip(&c);
	return vouch_cbor_end(&c);
}
