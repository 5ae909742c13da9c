// SPDX-License-Identifier: GPL-2.0-only
/*
 * The alias certificate: the device key says that the alias key belongs to a
 * firmware (TCG DICE). The card has no calendar, so validity is the device's.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <openssl/x509v3.h>

#include "keys.h"

#define TCB_INFO_OID	"2.23.133.5.4.1"

/* DiceTcbInfo { fwids [6] { { hashAlg sha384, digest } } }: the digest follows. */
static const uint8_t tcb_info[] = {
	0x30, 0x41, 0xa6, 0x3f, 0x30, 0x3d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65,
	0x03, 0x04, 0x02, 0x02, 0x04, VOUCH_DIGEST_SIZE,
};

#define TCB_INFO_SIZE	(sizeof(tcb_info) + VOUCH_DIGEST_SIZE)

static void encode_tcb_info(uint8_t der[TCB_INFO_SIZE], const uint8_t *firmware)
{
	memcpy(der, tcb_info, sizeof(tcb_info));
	memcpy(der + sizeof(tcb_info), firmware, VOUCH_DIGEST_SIZE);
}

static bool add_tcb_info(X509 *cert, const uint8_t *firmware)
{
	ASN1_OBJECT *oid = OBJ_txt2obj(TCB_INFO_OID, 1);
	ASN1_OCTET_STRING *value = ASN1_OCTET_STRING_new();
	uint8_t der[TCB_INFO_SIZE];
	X509_EXTENSION *ext = NULL;
	bool ok;

	encode_tcb_info(der, firmware);
	if (oid && value && ASN1_OCTET_STRING_set(value, der, sizeof(der)))
		ext = X509_EXTENSION_create_by_OBJ(NULL, oid, 0, value);
	ok = ext && X509_add_ext(cert, ext, -1);
	X509_EXTENSION_free(ext);
	ASN1_OCTET_STRING_free(value);
	ASN1_OBJECT_free(oid);
	return ok;
}

static bool add_extension(X509 *cert, X509 *issuer, int nid, const char *value)
{
	X509_EXTENSION *ext;
	X509V3_CTX ctx;
	bool ok;

	X509V3_set_ctx(&ctx, issuer, cert, NULL, NULL, 0);
	ext = X509V3_EXT_conf_nid(NULL, &ctx, nid, value);
	ok = ext && X509_add_ext(cert, ext, -1);
	X509_EXTENSION_free(ext);
	return ok;
}

static bool set_names(X509 *cert, EVP_PKEY *alias, X509 *device_cert)
{
	X509_NAME *subject = X509_get_subject_name(cert);
	uint8_t id[VOUCH_DIGEST_SIZE], serial[16];
	char hex[2 * VOUCH_CARD_ID_SIZE + 1];
	BIGNUM *number;
	size_t i;
	bool ok;

	if (vouch_key_id(alias, id))
		return false;
	for (i = 0; i < VOUCH_CARD_ID_SIZE; i++)
		sprintf(hex + 2 * i, "%02x", id[i]);
	memcpy(serial, id, sizeof(serial));
	serial[0] = (serial[0] & 0x3f) | 0x40;
	number = BN_bin2bn(serial, sizeof(serial), NULL);
	ok = number && BN_to_ASN1_INTEGER(number, X509_get_serialNumber(cert)) &&
	     X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8,
					(const uint8_t *)"vouch card alias", -1, -1, 0) &&
	     X509_NAME_add_entry_by_txt(subject, "serialNumber", MBSTRING_ASC,
					(const uint8_t *)hex, -1, -1, 0) &&
	     X509_set_issuer_name(cert, X509_get_subject_name(device_cert));
	BN_free(number);
	return ok;
}

/**
 * vouch_alias_certify - certify an alias key for a firmware
 * @alias: the alias key
 * @firmware: SHA-384 of the firmware
 * @device_cert: certificate of the device key
 * @device: the device key
 *
 * Return: the certificate, the caller's to free, or NULL.
 */
X509 *vouch_alias_certify(EVP_PKEY *alias, const uint8_t *firmware, X509 *device_cert,
			  EVP_PKEY *device)
{
	X509 *cert = X509_new();

	if (cert && X509_set_version(cert, X509_VERSION_3) &&
	    set_names(cert, alias, device_cert) && X509_set_pubkey(cert, alias) &&
	    X509_set1_notBefore(cert, X509_get0_notBefore(device_cert)) &&
	    X509_set1_notAfter(cert, X509_get0_notAfter(device_cert)) &&
	    add_extension(cert, device_cert, NID_basic_constraints, "critical,CA:FALSE") &&
	    add_extension(cert, device_cert, NID_key_usage, "critical,digitalSignature") &&
	    add_extension(cert, device_cert, NID_subject_key_identifier, "hash") &&
	    add_extension(cert, device_cert, NID_authority_key_identifier, "keyid") &&
	    add_tcb_info(cert, firmware) && X509_sign(cert, device, EVP_sha384()) > 0)
		return cert;
	X509_free(cert);
	return NULL;
}

static bool binds(X509 *cert, const uint8_t *firmware)
{
	ASN1_OBJECT *oid = OBJ_txt2obj(TCB_INFO_OID, 1);
	const int at = oid ? X509_get_ext_by_OBJ(cert, oid, -1) : -1;
	const ASN1_OCTET_STRING *value;
	uint8_t der[TCB_INFO_SIZE];

	ASN1_OBJECT_free(oid);
	if (at < 0)
		return false;
	encode_tcb_info(der, firmware);
	value = X509_EXTENSION_get_data(X509_get_ext(cert, at));
	return ASN1_STRING_length(value) == sizeof(der) &&
	       !memcmp(ASN1_STRING_get0_data(value), der, sizeof(der));
}

/* A renewed device certificate may last longer, or no longer last. */
static bool as_long(const X509 *cert, const X509 *device_cert)
{
	return !ASN1_TIME_compare(X509_get0_notBefore(cert), X509_get0_notBefore(device_cert)) &&
	       !ASN1_TIME_compare(X509_get0_notAfter(cert), X509_get0_notAfter(device_cert));
}

/**
 * vouch_alias_suits - may this certificate go on being used?
 * @cert: alias certificate
 * @alias: alias key
 * @firmware: SHA-384 of the firmware that runs
 * @device_cert: certificate of the device key
 * @device: the device key
 *
 * Return: 0 or -EKEYREJECTED.
 */
int vouch_alias_suits(X509 *cert, EVP_PKEY *alias, const uint8_t *firmware, X509 *device_cert,
		      EVP_PKEY *device)
{
	EVP_PKEY *certified = X509_get0_pubkey(cert);

	return certified && EVP_PKEY_eq(certified, alias) == 1 && binds(cert, firmware) &&
	       as_long(cert, device_cert) &&
	       X509_check_issued(device_cert, cert) == X509_V_OK &&
	       X509_verify(cert, device) == 1 ?
	       0 : -EKEYREJECTED;
}
