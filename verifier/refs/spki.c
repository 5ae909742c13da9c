// SPDX-License-Identifier: GPL-2.0-only
#include "spki.h"

#include <errno.h>
#include <limits.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

int vouch_spki_sha384(const uint8_t *bytes, size_t len, uint8_t *digest)
{
	const uint8_t *at = bytes;
	EVP_PKEY *key = NULL;
	uint8_t *der = NULL;
	BIO *bio = NULL;
	int size, err = -EBADMSG;

	if (len > INT_MAX)
		return err;
	key = d2i_PUBKEY(NULL, &at, (long)len);
	if (!key) {
		bio = BIO_new_mem_buf(bytes, (int)len);
		key = bio ? PEM_read_bio_PUBKEY(bio, NULL, NULL, NULL) : NULL;
		BIO_free(bio);
	} else if (at != bytes + len) {
		EVP_PKEY_free(key);
		return err;
	}
	size = key ? i2d_PUBKEY(key, &der) : 0;
	if (size > 0)
		err = EVP_Digest(der, (size_t)size, digest, NULL, EVP_sha384(), NULL) ? 0 : -EIO;
	OPENSSL_free(der);
	EVP_PKEY_free(key);
	return err;
}
