/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VOUCH_CARD_TREE_H
#define VOUCH_CARD_TREE_H

/* RFC 9162, 2.1, word for word and with OpenSSL; the card goes level by level. */

#include <stddef.h>
#include <stdint.h>

#include <vouch/wire.h>

void tree_hash(const uint8_t leaves[][VOUCH_DIGEST_SIZE], size_t count, uint8_t *digest);
size_t tree_path(const uint8_t leaves[][VOUCH_DIGEST_SIZE], size_t count, size_t at,
		 uint8_t path[][VOUCH_DIGEST_SIZE]);

#endif /* VOUCH_CARD_TREE_H */
