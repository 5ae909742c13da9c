// SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR MIT
#include <string.h>

#include "hash.h"
#include "merkle.h"

static const uint8_t node_prefix = 0x01;

/**
 * vouch_merkle_build - work out all that is above the leaves
 * @card: a card, for its hash
 * @tree: the leaves' hashes, 1 to VOUCH_BATCH_MAX; returns the rest
 *
 * Return: 0 or what the hash said.
 */
int vouch_merkle_build(const struct vouch_card *card, struct vouch_merkle *tree)
{
	size_t at = 0, count, i;
	int ret = 0;

	for (count = tree->leaves; count > 1 && !ret; count = (count + 1) / 2) {
		const size_t above = at + count;

		for (i = 0; i + 1 < count && !ret; i += 2) {
			const struct vouch_span parts[] = {
				{ &node_prefix, 1 },
				{ tree->node[at + i], 2 * VOUCH_DIGEST_SIZE },
			};

			ret = vouch_hash(card, parts, 2, tree->node[above + i / 2]);
		}
		if (count & 1)
			memcpy(tree->node[above + count / 2], tree->node[at + count - 1],
			       VOUCH_DIGEST_SIZE);
		at = above;
	}
	return ret;
}

/**
 * vouch_merkle_root - the hash over all leaves
 * @tree: built
 */
const uint8_t *vouch_merkle_root(const struct vouch_merkle *tree)
{
	size_t at = 0, count;

	for (count = tree->leaves; count > 1; count = (count + 1) / 2)
		at += count;
	return tree->node[at];
}

/**
 * vouch_merkle_path - what leads from a leaf to the root
 * @tree: built
 * @index: of the leaf
 * @path: returns up to VOUCH_BATCH_PATH_MAX neighbours, from the leaf up
 *
 * Return: how many.
 */
size_t vouch_merkle_path(const struct vouch_merkle *tree, size_t index, const uint8_t **path)
{
	size_t at = 0, len = 0, count;

	for (count = tree->leaves; count > 1; count = (count + 1) / 2) {
		if ((index ^ 1) < count)
			path[len++] = tree->node[at + (index ^ 1)];
		at += count;
		index /= 2;
	}
	return len;
}
