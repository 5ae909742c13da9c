// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <openssl/bio.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "file.h"
#include "keys.h"

#define CERTIFICATE_MAX	4096

/**
 * vouch_certificate_load - read a certificate
 * @path: its file, DER or PEM
 * @cert: returns the certificate, the caller's to free
 * @why: receives the reason of a failure
 *
 * Return: 0, -EBADMSG when it is none, or a negative errno.
 */
int vouch_certificate_load(const char *path, X509 **cert, struct vouch_why *why)
{
	uint8_t buf[CERTIFICATE_MAX];
	const uint8_t *der = buf;
	size_t len = 0;
	int ret = vouch_file_read(path, buf, sizeof(buf), &len);
	BIO *bio;

	*cert = NULL;
	if (ret)
		return vouch_why(why, ret, "cannot read certificate %s: %s", path, strerror(-ret));
	*cert = d2i_X509(NULL, &der, (long)len);
	if (*cert && der == buf + len)
		return 0;
	X509_free(*cert);
	*cert = NULL;
	bio = BIO_new_mem_buf(buf, (int)len);
	if (bio)
		*cert = PEM_read_bio_X509(bio, NULL, NULL, NULL);
	BIO_free(bio);
	return *cert ? 0 : vouch_why(why, -EBADMSG, "%s is not a certificate", path);
}

/**
 * vouch_certificate_store - durably keep a certificate
 * @path: its file, DER
 * @cert: the certificate
 * @why: receives the reason of a failure
 *
 * Return: 0 or a negative errno.
 */
int vouch_certificate_store(const char *path, X509 *cert, struct vouch_why *why)
{
	uint8_t *der = NULL;
	const int len = i2d_X509(cert, &der);
	const int ret = len > 0 ? vouch_file_replace(path, der, (size_t)len, 0644) : -ENOMEM;

	OPENSSL_free(der);
	return ret ? vouch_why(why, ret, "cannot write %s: %s", path, strerror(-ret)) : 0;
}

static bool fill_request(X509_REQ *req, EVP_PKEY *device)
{
	X509_NAME *name = X509_REQ_get_subject_name(req);
	uint8_t id[VOUCH_DIGEST_SIZE];
	char hex[2 * VOUCH_CARD_ID_SIZE + 1];
	size_t i;

	if (vouch_key_id(device, id))
		return false;
	for (i = 0; i < VOUCH_CARD_ID_SIZE; i++)
		sprintf(hex + 2 * i, "%02x", id[i]);
	return X509_REQ_set_version(req, X509_REQ_VERSION_1) &&
	       X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8,
					  (const uint8_t *)"vouch card", -1, -1, 0) &&
	       X509_NAME_add_entry_by_txt(name, "serialNumber", MBSTRING_ASC,
					  (const uint8_t *)hex, -1, -1, 0) &&
	       X509_REQ_set_pubkey(req, device) && X509_REQ_sign(req, device, EVP_sha384()) > 0;
}

/**
 * vouch_certificate_request - ask a CA to certify the device key
 * @device: the device key
 * @path: file for the request, PKCS #10 in PEM
 * @why: receives the reason of a failure
 *
 * Return: 0 or a negative errno.
 */
int vouch_certificate_request(EVP_PKEY *device, const char *path, struct vouch_why *why)
{
	X509_REQ *req = X509_REQ_new();
	BIO *bio = BIO_new(BIO_s_mem());
	int ret = -ENOMEM;
	char *pem;

	if (req && bio && fill_request(req, device) && PEM_write_bio_X509_REQ(bio, req)) {
		const long len = BIO_get_mem_data(bio, &pem);

		ret = vouch_file_replace(path, pem, (size_t)len, 0644);
	}
	BIO_free(bio);
	X509_REQ_free(req);
	return ret ? vouch_why(why, ret, "cannot write request %s: %s", path, strerror(-ret)) : 0;
}

/**
 * vouch_certificate_suits - is this a certificate for this device key?
 * @cert: what a CA answered
 * @device: the device key
 * @why: receives the reason of a refusal
 *
 * Return: 0 or -EKEYREJECTED.
 */
int vouch_certificate_suits(X509 *cert, EVP_PKEY *device, struct vouch_why *why)
{
	EVP_PKEY *certified = X509_get0_pubkey(cert);

	if (!certified || EVP_PKEY_eq(certified, device) != 1)
		return vouch_why(why, -EKEYREJECTED,
				 "the certificate is for another key than this card's");
	if (!X509_check_ca(cert) || X509_get_pathlen(cert) != 0 ||
	    !(X509_get_key_usage(cert) & KU_KEY_CERT_SIGN))
		return vouch_why(why, -EKEYREJECTED,
				 "the certificate must be a CA's, path length 0, key usage keyCertSign");
	return 0;
}
