/* SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR MIT */
#ifndef VOUCH_CARD_MERKLE_H
#define VOUCH_CARD_MERKLE_H

/*
 * The tree of a batch, in the shape of RFC 9162: level by level, where a node
 * without a neighbour goes up as it is.
 */

#include <stddef.h>
#include <stdint.h>

#include <vouch/wire.h>

struct vouch_card;

/* All levels together: each but the first has at most half and one more. */
#define VOUCH_MERKLE_NODES	(2 * VOUCH_BATCH_MAX + VOUCH_BATCH_PATH_MAX)

/**
 * struct vouch_merkle - a tree that is built once
 * @leaves: how many
 * @node: the hashes of the leaves, then each level above them, the root last
 */
struct vouch_merkle {
	size_t leaves;
	uint8_t node[VOUCH_MERKLE_NODES][VOUCH_DIGEST_SIZE];
};

int vouch_merkle_build(const struct vouch_card *card, struct vouch_merkle *tree);
const uint8_t *vouch_merkle_root(const struct vouch_merkle *tree);
size_t vouch_merkle_path(const struct vouch_merkle *tree, size_t index,
			 const uint8_t **path);

#endif /* VOUCH_CARD_MERKLE_H */
