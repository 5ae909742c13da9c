/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VOUCH_VERIFY_BATCH_H
#define VOUCH_VERIFY_BATCH_H

/* One signature for many: a leaf of the tree that it covers (vouch.cddl, batched). */

#include <openssl/evp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cose.h"
#include "finding.h"
#include "hash.h"

#define VOUCH_BATCH_CONTEXT	"vouch/batch/1"
#define VOUCH_BATCH_LEAVES_MAX	256
#define VOUCH_BATCH_PATH_LEN	8	/* digests, for so many leaves */
#define VOUCH_BATCH_BLIND_LEN	32

/**
 * struct vouch_batch - a leaf and its way to the root; borrowed
 * @cose: the signed tree
 * @size: leaves in the tree
 * @index: of this one
 * @root: of the tree
 * @blind: VOUCH_BATCH_BLIND_LEN bytes
 * @path: digests from the leaf up
 * @path_len: how many
 * @payload: what a signature of its own would cover
 * @payload_len: bytes there
 */
struct vouch_batch {
	struct vouch_cose cose;
	uint64_t size;
	uint64_t index;
	uint8_t root[VOUCH_HASH_SIZE];
	uint8_t blind[VOUCH_BATCH_BLIND_LEN];
	uint8_t path[VOUCH_BATCH_PATH_LEN][VOUCH_HASH_SIZE];
	size_t path_len;
	const uint8_t *payload;
	size_t payload_len;
};

/**
 * vouch_batch_is() - whether this is a leaf of a batch, or ought to be
 * @bytes: evidence or a receipt
 * @len: bytes there
 */
bool vouch_batch_is(const uint8_t *bytes, size_t len);

/**
 * vouch_batch_parse() - take a leaf of a batch apart; checks no signature
 * @batch: returns it, borrowing from @bytes
 * @bytes: the encoding, exactly one item
 * @len: bytes there
 *
 * That index, size and path fit one another is checked here, where it needs no
 * hash. The content of headers and payload is left to the caller.
 *
 * Return: VOUCH_REASON_NONE, NOT_DETERMINISTIC, BATCH_MALFORMED, BATCH_SIZE,
 * BATCH_INDEX or BATCH_PATH_LENGTH.
 */
enum vouch_reason vouch_batch_parse(struct vouch_batch *batch, const uint8_t *bytes, size_t len);

/**
 * vouch_batch_climb() - where the path leads
 * @batch: parsed
 * @hash: to work with
 * @context: what the leaf is, as for a signature of its own; terminated
 * @root: returns VOUCH_HASH_SIZE bytes
 */
void vouch_batch_climb(const struct vouch_batch *batch, struct vouch_hash *hash,
		       const char *context, uint8_t *root);

/**
 * vouch_batch_verify() - does the card's signature cover this leaf?
 * @batch: parsed
 * @hash: to work with
 * @context: as for vouch_batch_climb()
 * @key: the card's
 *
 * Return: VOUCH_REASON_NONE, BATCH_PATH or BATCH_SIGNATURE.
 */
enum vouch_reason vouch_batch_verify(const struct vouch_batch *batch, struct vouch_hash *hash,
				     const char *context, EVP_PKEY *key);

#endif /* VOUCH_VERIFY_BATCH_H */
