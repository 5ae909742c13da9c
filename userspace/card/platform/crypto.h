/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VOUCH_PLATFORM_CRYPTO_H
#define VOUCH_PLATFORM_CRYPTO_H

/*
 * Cryptography of the core, by OpenSSL. Algorithms are fetched and contexts
 * made once: a fetch in each call costs more than a short hash.
 */

#include <openssl/evp.h>

#include "../core/card.h"

/**
 * struct vouch_crypto - contexts that are used again and again
 * @md: SHA-384
 * @hash: context for it
 * @sign: signing context of the alias key, or NULL without a key
 */
struct vouch_crypto {
	EVP_MD *md;
	EVP_MD_CTX *hash;
	EVP_PKEY_CTX *sign;
};

int vouch_crypto_open(struct vouch_crypto *crypto, EVP_PKEY *alias);
void vouch_crypto_close(struct vouch_crypto *crypto);
void vouch_crypto_table(struct vouch_crypto *crypto, struct vouch_card_crypto *table);

#endif /* VOUCH_PLATFORM_CRYPTO_H */
