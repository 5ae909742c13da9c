/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VOUCH_VERIFY_INTERNER_H
#define VOUCH_VERIFY_INTERNER_H

/* Byte strings in one pool, each kept once. */

#include <stddef.h>
#include <stdint.h>

struct vouch_interner;

/**
 * vouch_interner_new() - make an empty pool
 * @seed: secret, so that nobody can choose strings that collide
 *
 * Return: the pool, owned by the caller, or NULL without memory.
 */
struct vouch_interner *vouch_interner_new(uint64_t seed);

/**
 * vouch_interner_free() - free a pool
 * @in: the pool, or NULL
 */
void vouch_interner_free(struct vouch_interner *in);

/**
 * vouch_interner_add() - keep a string
 * @in: the pool
 * @bytes: copied unless it is there already; may be NULL where @len is 0
 * @len: bytes there
 * @offset: returns where it is kept
 *
 * Return: 0 or -ENOMEM.
 */
int vouch_interner_add(struct vouch_interner *in, const void *bytes, size_t len,
		       size_t *offset);

/**
 * vouch_interner_at() - where a string is kept
 * @in: the pool
 * @offset: from vouch_interner_add()
 *
 * Return: the string, valid until the next vouch_interner_add().
 */
const void *vouch_interner_at(const struct vouch_interner *in, size_t offset);

/**
 * vouch_interner_hash() - a seeded hash, not a cryptographic one
 * @seed: secret, or the hash of what comes before
 * @bytes: what to hash
 * @len: bytes there
 *
 * Return: the hash.
 */
uint64_t vouch_interner_hash(uint64_t seed, const void *bytes, size_t len);

#endif /* VOUCH_VERIFY_INTERNER_H */
