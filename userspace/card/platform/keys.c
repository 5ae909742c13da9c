// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include <openssl/bio.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/pem.h>

#include "file.h"
#include "keys.h"

/**
 * vouch_key_store - durably keep a key
 * @path: its file, replaced if it is there
 * @key: the key
 *
 * Return: 0 or a negative errno.
 */
int vouch_key_store(const char *path, EVP_PKEY *key)
{
	BIO *bio = BIO_new(BIO_s_secmem());
	char *pem;
	long len;
	int ret = -ENOMEM;

	if (bio && PEM_write_bio_PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL)) {
		len = BIO_get_mem_data(bio, &pem);
		ret = vouch_file_replace(path, pem, (size_t)len, 0600);
	}
	BIO_free(bio);
	return ret;
}

/**
 * vouch_key_create - make a key and durably keep it
 * @path: its file
 * @why: receives the reason of a failure
 *
 * Return: the key, the caller's to free, or NULL.
 */
EVP_PKEY *vouch_key_create(const char *path, struct vouch_why *why)
{
	EVP_PKEY *key = EVP_EC_gen("P-384");
	const int ret = key ? vouch_key_store(path, key) : -ENOMEM;

	if (!ret)
		return key;
	vouch_why(why, ret, "cannot make key %s: %s", path, strerror(-ret));
	EVP_PKEY_free(key);
	return NULL;
}

/**
 * vouch_key_load - read a key
 * @path: its file
 * @why: receives the reason of a failure
 *
 * Return: the key, the caller's to free, or NULL.
 */
EVP_PKEY *vouch_key_load(const char *path, struct vouch_why *why)
{
	char group[32] = "";
	EVP_PKEY *key = NULL;
	uint8_t pem[4096];
	size_t len = 0;
	const int ret = vouch_file_read(path, pem, sizeof(pem), &len);
	BIO *bio;

	if (ret) {
		vouch_why(why, ret, "cannot read key %s: %s", path, strerror(-ret));
		return NULL;
	}
	bio = BIO_new_mem_buf(pem, (int)len);
	if (bio)
		key = PEM_read_bio_PrivateKey(bio, NULL, NULL, NULL);
	BIO_free(bio);
	OPENSSL_cleanse(pem, sizeof(pem));
	if (key && EVP_PKEY_get_group_name(key, group, sizeof(group), NULL) &&
	    !strcmp(group, "secp384r1"))
		return key;
	vouch_why(why, -EBADMSG, "damaged: %s is not a P-384 key", path);
	EVP_PKEY_free(key);
	return NULL;
}

/**
 * vouch_key_id - what a key is known by
 * @key: the key
 * @digest: returns SHA-384 over its DER SPKI
 *
 * Return: 0 or -ENOMEM.
 */
int vouch_key_id(const EVP_PKEY *key, uint8_t digest[VOUCH_DIGEST_SIZE])
{
	uint8_t *der = NULL;
	const int len = i2d_PUBKEY(key, &der);
	const bool ok = len > 0 &&
			EVP_Q_digest(NULL, "SHA384", NULL, der, (size_t)len, digest, NULL);

	OPENSSL_free(der);
	return ok ? 0 : -ENOMEM;
}
