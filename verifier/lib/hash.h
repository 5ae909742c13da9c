/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VOUCH_VERIFY_HASH_H
#define VOUCH_VERIFY_HASH_H

/*
 * SHA-384, with one context for many digests: fetching the algorithm costs as
 * much as hashing a record.
 */

#include <openssl/evp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define VOUCH_HASH_SIZE	48

/**
 * struct vouch_hash - the context; not shared between threads
 * @md: the algorithm
 * @ctx: the state
 * @failed: libcrypto failed; every digest since is all zeros
 */
struct vouch_hash {
	EVP_MD *md;
	EVP_MD_CTX *ctx;
	bool failed;
};

/**
 * vouch_hash_init() - fetch the algorithm
 * @h: the context
 *
 * Return: 0 or -ENOMEM.
 */
int vouch_hash_init(struct vouch_hash *h);

/**
 * vouch_hash_free() - free what it holds
 * @h: the context, initialised or zeros
 */
void vouch_hash_free(struct vouch_hash *h);

/**
 * struct vouch_piece - some of the bytes to hash
 * @bytes: where
 * @len: how many
 */
struct vouch_piece {
	const void *bytes;
	size_t len;
};

/**
 * vouch_hash_pieces() - the digest of pieces, one after the other
 * @h: the context
 * @out: returns VOUCH_HASH_SIZE bytes; may be one of the pieces
 * @pieces: what to hash
 * @count: how many
 */
void vouch_hash_pieces(struct vouch_hash *h, uint8_t *out, const struct vouch_piece *pieces,
		       size_t count);

/* The same for pieces written in place. */
#define VOUCH_HASH(h, out, ...)							\
	vouch_hash_pieces(h, out, (const struct vouch_piece[]){ __VA_ARGS__ },	\
			  sizeof((const struct vouch_piece[]){ __VA_ARGS__ }) /	\
			  sizeof(struct vouch_piece))

#endif /* VOUCH_VERIFY_HASH_H */
