// SPDX-License-Identifier: GPL-2.0-only
#include "mmr.h"

#include <stdbool.h>
#include <string.h>

static const uint8_t leaf_prefix[1] = { 0x00 };
static const uint8_t node_prefix[1] = { 0x01 };

static void node(struct vouch_hash *h, uint8_t *out, const uint8_t *left, const uint8_t *right)
{
	VOUCH_HASH(h, out, { node_prefix, 1 }, { left, VOUCH_HASH_SIZE },
		   { right, VOUCH_HASH_SIZE });
}

void vouch_mmr_append(struct vouch_mmr *mmr, struct vouch_hash *h, const uint8_t *digest)
{
	uint8_t top[VOUCH_HASH_SIZE];
	unsigned int level = 0;

	VOUCH_HASH(h, top, { leaf_prefix, 1 }, { digest, VOUCH_HASH_SIZE });
	for (; mmr->count >> level & 1; level++)
		node(h, top, mmr->peaks[level], top);
	memcpy(mmr->peaks[level], top, sizeof(top));
	mmr->count++;
}

void vouch_mmr_root(const struct vouch_mmr *mmr, struct vouch_hash *h, uint8_t *root)
{
	bool any = false;
	unsigned int level;

	memset(root, 0, VOUCH_HASH_SIZE);
	for (level = 0; level < 64; level++) {
		if (!(mmr->count >> level & 1))
			continue;
		if (any)
			node(h, root, mmr->peaks[level], root);
		else
			memcpy(root, mmr->peaks[level], VOUCH_HASH_SIZE);
		any = true;
	}
}
