/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VOUCH_VERIFY_MMR_H
#define VOUCH_VERIFY_MMR_H

/* The Merkle mountain range over a log's record digests (formats.rst). */

#include <stdint.h>

#include "hash.h"

/**
 * struct vouch_mmr - the peaks of a range
 * @count: leaves so far; bit n set means that peaks[n] is one
 * @peaks: of 2^n leaves each
 */
struct vouch_mmr {
	uint64_t count;
	uint8_t peaks[64][VOUCH_HASH_SIZE];
};

/**
 * vouch_mmr_append() - add a leaf
 * @mmr: the range, zeros at first
 * @h: hash context
 * @digest: of the record, VOUCH_HASH_SIZE bytes
 */
void vouch_mmr_append(struct vouch_mmr *mmr, struct vouch_hash *h, const uint8_t *digest);

/**
 * vouch_mmr_root() - the root as of now
 * @mmr: the range
 * @h: hash context
 * @root: returns VOUCH_HASH_SIZE bytes, zeros for an empty range
 */
void vouch_mmr_root(const struct vouch_mmr *mmr, struct vouch_hash *h, uint8_t *root);

#endif /* VOUCH_VERIFY_MMR_H */
