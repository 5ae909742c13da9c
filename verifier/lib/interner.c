// SPDX-License-Identifier: GPL-2.0-only
#include "interner.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct span {
	size_t offset, len;	/* len 0 for a free slot */
};

struct vouch_interner {
	uint8_t *pool;
	size_t used, room;
	struct span *slots;
	size_t count, mask;
	uint64_t seed;
};

uint64_t vouch_interner_hash(uint64_t seed, const void *bytes, size_t len)
{
	const uint8_t *p = bytes;
	uint64_t h = seed ^ (len * 0x9e3779b97f4a7c15ULL);
	uint64_t word;

	while (len) {
		size_t step = len < sizeof(word) ? len : sizeof(word);

		word = 0;
		memcpy(&word, p, step);
		h = (h ^ word) * 0xff51afd7ed558ccdULL;
		h ^= h >> 32;
		p += step;
		len -= step;
	}
	h *= seed | 1;
	return h ^ h >> 29;
}

struct vouch_interner *vouch_interner_new(uint64_t seed)
{
	struct vouch_interner *in = calloc(1, sizeof(*in));

	if (!in)
		return NULL;
	in->mask = 1023;
	in->room = 65536;
	in->seed = seed;
	in->slots = calloc(in->mask + 1, sizeof(*in->slots));
	in->pool = malloc(in->room);
	if (!in->slots || !in->pool) {
		vouch_interner_free(in);
		return NULL;
	}
	return in;
}

void vouch_interner_free(struct vouch_interner *in)
{
	if (!in)
		return;
	free(in->slots);
	free(in->pool);
	free(in);
}

/* The slot that holds the string, or the free one where it belongs. */
static struct span *find(const struct vouch_interner *in, const void *bytes, size_t len)
{
	size_t at = vouch_interner_hash(in->seed, bytes, len) & in->mask;

	while (in->slots[at].len &&
	       (in->slots[at].len != len || memcmp(in->pool + in->slots[at].offset, bytes, len)))
		at = (at + 1) & in->mask;
	return &in->slots[at];
}

static int grow_slots(struct vouch_interner *in)
{
	struct span *old = in->slots;
	size_t i, size = in->mask + 1;

	in->slots = calloc(2 * size, sizeof(*in->slots));
	if (!in->slots) {
		in->slots = old;
		return -ENOMEM;
	}
	in->mask = 2 * size - 1;
	for (i = 0; i < size; i++) {
		if (old[i].len)
			*find(in, in->pool + old[i].offset, old[i].len) = old[i];
	}
	free(old);
	return 0;
}

static int grow_pool(struct vouch_interner *in, size_t more)
{
	size_t room = in->room;
	uint8_t *pool;

	while (room - in->used < more)
		room *= 2;
	if (room == in->room)
		return 0;
	pool = realloc(in->pool, room);
	if (!pool)
		return -ENOMEM;
	in->pool = pool;
	in->room = room;
	return 0;
}

int vouch_interner_add(struct vouch_interner *in, const void *bytes, size_t len,
		       size_t *offset)
{
	struct span *span;

	*offset = 0;
	if (!len)
		return 0;
	if (2 * (in->count + 1) > in->mask && grow_slots(in))
		return -ENOMEM;
	span = find(in, bytes, len);
	if (!span->len) {
		if (grow_pool(in, len))
			return -ENOMEM;
		memcpy(in->pool + in->used, bytes, len);
		*span = (struct span){ in->used, len };
		in->used += len;
		in->count++;
	}
	*offset = span->offset;
	return 0;
}

const void *vouch_interner_at(const struct vouch_interner *in, size_t offset)
{
	return in->pool + offset;
}
