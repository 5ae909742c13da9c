/* SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR MIT */
#ifndef VOUCH_CARD_HASH_H
#define VOUCH_CARD_HASH_H

#include "card.h"

/**
 * vouch_hash - SHA-384 by the platform
 * @card: a card
 * @parts: what to hash, one after the other
 * @count: of @parts
 * @digest: returns VOUCH_DIGEST_SIZE bytes; may be one of the parts
 *
 * Return: 0 or a negative errno.
 */
static inline int vouch_hash(const struct vouch_card *card, const struct vouch_span *parts,
			     size_t count, uint8_t *digest)
{
	const struct vouch_card_crypto *crypto = &card->config->crypto;

	return crypto->sha384(crypto->ctx, parts, count, digest);
}

#endif /* VOUCH_CARD_HASH_H */
