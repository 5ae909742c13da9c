/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VOUCH_PLATFORM_KEYS_H
#define VOUCH_PLATFORM_KEYS_H

/* The card's keys, all P-384, made in the card. */

#include <openssl/evp.h>
#include <openssl/x509.h>

#include <vouch/wire.h>

#include "why.h"

/**
 * struct vouch_identity_keys - keys and certificates of an open card
 * @device: device key
 * @device_cert: its certificate
 * @alias: alias key
 * @alias_cert: its certificate
 */
struct vouch_identity_keys {
	EVP_PKEY *device;
	X509 *device_cert;
	EVP_PKEY *alias;
	X509 *alias_cert;
};

int vouch_key_id(const EVP_PKEY *key, uint8_t digest[VOUCH_DIGEST_SIZE]);
int vouch_key_store(const char *path, EVP_PKEY *key);
EVP_PKEY *vouch_key_create(const char *path, struct vouch_why *why);
EVP_PKEY *vouch_key_load(const char *path, struct vouch_why *why);

int vouch_certificate_load(const char *path, X509 **cert, struct vouch_why *why);
int vouch_certificate_store(const char *path, X509 *cert, struct vouch_why *why);
int vouch_certificate_request(EVP_PKEY *device, const char *path, struct vouch_why *why);
int vouch_certificate_suits(X509 *cert, EVP_PKEY *device, struct vouch_why *why);

X509 *vouch_alias_certify(EVP_PKEY *alias, const uint8_t *firmware, X509 *device_cert,
			  EVP_PKEY *device);
int vouch_alias_suits(X509 *cert, EVP_PKEY *alias, const uint8_t *firmware, X509 *device_cert,
		      EVP_PKEY *device);

#endif /* VOUCH_PLATFORM_KEYS_H */
