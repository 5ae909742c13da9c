// SPDX-License-Identifier: GPL-2.0-only
/* The asker's key, which signs the package. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/pem.h>

#include "private.h"

#define COORDINATE	48

struct vouch_key {
	EVP_PKEY *pkey;
	uint8_t point[VOUCH_KEY_SIZE];
};

static int coordinate(const EVP_PKEY *pkey, const char *name, uint8_t *out)
{
	BIGNUM *bn = NULL;
	int len;

	if (EVP_PKEY_get_bn_param(pkey, name, &bn) != 1)
		return -EINVAL;
	len = BN_bn2binpad(bn, out, COORDINATE);
	BN_free(bn);
	return len == COORDINATE ? 0 : -EINVAL;
}

static bool is_p384(const EVP_PKEY *pkey)
{
	char group[32];

	if (EVP_PKEY_get_base_id(pkey) != EVP_PKEY_EC)
		return false;
	if (EVP_PKEY_get_group_name(pkey, group, sizeof(group), NULL) != 1)
		return false;
	return !strcmp(group, SN_secp384r1) || !strcmp(group, "P-384");
}

/* Takes over @pkey, in failure too. */
static int wrap(EVP_PKEY *pkey, struct vouch_key **out)
{
	struct vouch_key *key = calloc(1, sizeof(*key));

	if (!key) {
		EVP_PKEY_free(pkey);
		return -ENOMEM;
	}
	key->pkey = pkey;
	key->point[0] = 0x04;
	if (!is_p384(pkey) ||
	    coordinate(pkey, OSSL_PKEY_PARAM_EC_PUB_X, key->point + 1) ||
	    coordinate(pkey, OSSL_PKEY_PARAM_EC_PUB_Y, key->point + 1 + COORDINATE)) {
		vouch_key_free(key);
		return -EINVAL;
	}
	*out = key;
	return 0;
}

/**
 * vouch_key_new() - make a fresh P-384 key
 * @out: the key; vouch_key_free() frees it
 *
 * Return: 0 or -ENOMEM.
 */
int vouch_key_new(struct vouch_key **out)
{
	EVP_PKEY *pkey = EVP_EC_gen("P-384");

	return pkey ? wrap(pkey, out) : -ENOMEM;
}

/**
 * vouch_key_load() - read a P-384 private key
 * @path: PEM, without a passphrase
 * @out: the key; vouch_key_free() frees it
 *
 * Return: 0, -EINVAL if the file holds no such key, or the errno of open(2).
 */
int vouch_key_load(const char *path, struct vouch_key **out)
{
	char no_passphrase[] = "";
	FILE *file = fopen(path, "re");
	EVP_PKEY *pkey;

	if (!file)
		return -errno;
	pkey = PEM_read_PrivateKey(file, NULL, NULL, no_passphrase);
	fclose(file);
	return pkey ? wrap(pkey, out) : -EINVAL;
}

/**
 * vouch_key_save() - write a key to a new file that only its owner can read
 * @key: to be kept
 * @path: must not exist
 *
 * Return: 0 or a negative errno; nothing is left behind on failure.
 */
int vouch_key_save(const struct vouch_key *key, const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	FILE *file;
	bool ok;

	if (fd < 0)
		return -errno;
	file = fdopen(fd, "w");
	if (!file) {
		close(fd);
		unlink(path);
		return -ENOMEM;
	}
	ok = PEM_write_PrivateKey(file, key->pkey, NULL, NULL, 0, NULL, NULL) == 1;
	if (fclose(file) || !ok) {
		unlink(path);
		return -EIO;
	}
	return 0;
}

/* vouch_key_public() - the public key as 0x04 || x || y */
void vouch_key_public(const struct vouch_key *key, uint8_t out[VOUCH_KEY_SIZE])
{
	memcpy(out, key->point, VOUCH_KEY_SIZE);
}

/* vouch_key_free() - forget a key; NULL is fine */
void vouch_key_free(struct vouch_key *key)
{
	if (key)
		EVP_PKEY_free(key->pkey);
	free(key);
}

EVP_PKEY *vouch_key_evp(const struct vouch_key *key)
{
	return key->pkey;
}
