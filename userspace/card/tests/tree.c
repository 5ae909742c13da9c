// SPDX-License-Identifier: GPL-2.0-only
#include <string.h>

#include <openssl/evp.h>

#include "tree.h"

/* The largest power of two below @count. */
static size_t half_of(size_t count)
{
	size_t half = 1;

	while (half * 2 < count)
		half *= 2;
	return half;
}

/**
 * tree_hash - RFC 9162, 2.1.1
 * @leaves: their hashes
 * @count: how many, from 1
 * @digest: returns the root
 */
void tree_hash(const uint8_t (*leaves)[VOUCH_DIGEST_SIZE], size_t count, uint8_t *digest)
{
	uint8_t pair[1 + 2 * VOUCH_DIGEST_SIZE] = { 1 };
	const size_t half = half_of(count);

	if (count == 1) {
		memcpy(digest, leaves[0], VOUCH_DIGEST_SIZE);
		return;
	}
	tree_hash(leaves, half, pair + 1);
	tree_hash(leaves + half, count - half, pair + 1 + VOUCH_DIGEST_SIZE);
	EVP_Q_digest(NULL, "SHA384", NULL, pair, sizeof(pair), digest, NULL);
}

/**
 * tree_path - RFC 9162, 2.1.3.1
 * @leaves: their hashes
 * @count: how many, from 1
 * @at: the leaf of interest
 * @path: returns what leads from it to the root
 *
 * Return: how many.
 */
size_t tree_path(const uint8_t (*leaves)[VOUCH_DIGEST_SIZE], size_t count, size_t at,
		 uint8_t (*path)[VOUCH_DIGEST_SIZE])
{
	const size_t half = half_of(count);
	size_t len;

	if (count == 1)
		return 0;
	if (at < half) {
		len = tree_path(leaves, half, at, path);
		tree_hash(leaves + half, count - half, path[len]);
	} else {
		len = tree_path(leaves + half, count - half, at - half, path);
		tree_hash(leaves, half, path[len]);
	}
	return len + 1;
}
