// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <string.h>

#include <openssl/ec.h>
#include <openssl/rand.h>

#include "crypto.h"

#define GATHER	256	/* bytes hashed in one call */
#define SCALAR	(VOUCH_SIGNATURE_SIZE / 2)

/**
 * vouch_crypto_open - prepare contexts
 * @crypto: returns the contexts
 * @alias: key that signs, or NULL to hash only; a reference is taken
 *
 * Return: 0 or -ENOMEM.
 */
int vouch_crypto_open(struct vouch_crypto *crypto, EVP_PKEY *alias)
{
	*crypto = (struct vouch_crypto) {
		.md = EVP_MD_fetch(NULL, "SHA384", NULL),
		.hash = EVP_MD_CTX_new(),
		.sign = alias ? EVP_PKEY_CTX_new_from_pkey(NULL, alias, NULL) : NULL,
	};
	if (crypto->md && crypto->hash && EVP_DigestInit_ex2(crypto->hash, crypto->md, NULL) &&
	    (!alias || (crypto->sign && EVP_PKEY_sign_init(crypto->sign) > 0 &&
			EVP_PKEY_CTX_set_signature_md(crypto->sign, crypto->md) > 0)))
		return 0;
	vouch_crypto_close(crypto);
	return -ENOMEM;
}

/**
 * vouch_crypto_close - release contexts
 * @crypto: as vouch_crypto_open() returned it
 */
void vouch_crypto_close(struct vouch_crypto *crypto)
{
	EVP_PKEY_CTX_free(crypto->sign);
	EVP_MD_CTX_free(crypto->hash);
	EVP_MD_free(crypto->md);
	*crypto = (struct vouch_crypto) { 0 };
}

/* Short parts are gathered: each call into OpenSSL costs as much as copying them. */
static int sha384(void *ctx, const struct vouch_span *parts, size_t count, uint8_t *digest)
{
	const struct vouch_crypto *crypto = ctx;
	uint8_t buf[GATHER];
	size_t held = 0, i;
	bool ok = EVP_DigestInit_ex2(crypto->hash, NULL, NULL);

	for (i = 0; i < count && ok; i++) {
		if (parts[i].len <= sizeof(buf) - held) {
			memcpy(buf + held, parts[i].data, parts[i].len);
			held += parts[i].len;
			continue;
		}
		ok = EVP_DigestUpdate(crypto->hash, buf, held) &&
		     EVP_DigestUpdate(crypto->hash, parts[i].data, parts[i].len);
		held = 0;
	}
	ok = ok && EVP_DigestUpdate(crypto->hash, buf, held) &&
	     EVP_DigestFinal_ex(crypto->hash, digest, NULL);
	return ok ? 0 : -ENOTRECOVERABLE;
}

static int split(const uint8_t *der, size_t len, uint8_t *signature)
{
	ECDSA_SIG *sig = d2i_ECDSA_SIG(NULL, &der, (long)len);
	bool ok;

	if (!sig)
		return -ENOTRECOVERABLE;
	ok = BN_bn2binpad(ECDSA_SIG_get0_r(sig), signature, SCALAR) == SCALAR &&
	     BN_bn2binpad(ECDSA_SIG_get0_s(sig), signature + SCALAR, SCALAR) == SCALAR;
	ECDSA_SIG_free(sig);
	return ok ? 0 : -ENOTRECOVERABLE;
}

static int sign(void *ctx, const void *tbs, size_t len, uint8_t *signature)
{
	const struct vouch_crypto *crypto = ctx;
	const struct vouch_span part = { tbs, len };
	uint8_t digest[VOUCH_DIGEST_SIZE], der[128];
	size_t der_len = sizeof(der);
	const int ret = sha384(ctx, &part, 1, digest);

	if (ret)
		return ret;
	if (EVP_PKEY_sign(crypto->sign, der, &der_len, digest, sizeof(digest)) <= 0)
		return -ENOTRECOVERABLE;
	return split(der, der_len, signature);
}

static int random_bytes(void *ctx, void *buf, size_t len)
{
	(void)ctx;
	return len <= INT_MAX && RAND_bytes(buf, (int)len) == 1 ? 0 : -ENOTRECOVERABLE;
}

/**
 * vouch_crypto_table - what the core calls
 * @crypto: open contexts; must outlive the core's use
 * @table: returns the functions
 */
void vouch_crypto_table(struct vouch_crypto *crypto, struct vouch_card_crypto *table)
{
	*table = (struct vouch_card_crypto) {
		.random = random_bytes,
		.sha384 = sha384,
		.sign = sign,
		.ctx = crypto,
	};
}
