// SPDX-License-Identifier: GPL-2.0-only
#include <stdlib.h>
#include <string.h>

#include <openssl/ec.h>

#include "sign1.h"

static bool signature_valid(struct rig *rig, const cbor_item_t *sign1, const char *context)
{
	cbor_item_t **parts = cbor_array_handle(sign1);
	const uint8_t *rs = cbor_bytestring_handle(parts[3]);
	cbor_item_t *tbs = cbor_new_definite_array(4);
	ECDSA_SIG *sig = ECDSA_SIG_new();
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	uint8_t *der = NULL, *bytes = NULL;
	size_t size, len;
	int der_len;
	bool ok;

	ECDSA_SIG_set0(sig, BN_bin2bn(rs, 48, NULL), BN_bin2bn(rs + 48, 48, NULL));
	der_len = i2d_ECDSA_SIG(sig, &der);
	ok = cbor_array_push(tbs, cbor_move(cbor_build_string("Signature1"))) &&
	     cbor_array_push(tbs, parts[0]) &&
	     cbor_array_push(tbs, cbor_move(cbor_build_bytestring((const uint8_t *)context,
								  strlen(context)))) &&
	     cbor_array_push(tbs, parts[2]);
	len = cbor_serialize_alloc(tbs, &bytes, &size);
	ok = ok && cbor_bytestring_length(parts[3]) == 96 &&
	     EVP_DigestVerifyInit(ctx, NULL, EVP_sha384(), NULL, rig->key) &&
	     EVP_DigestVerify(ctx, der, (size_t)der_len, bytes, len) == 1;
	EVP_MD_CTX_free(ctx);
	OPENSSL_free(der);
	ECDSA_SIG_free(sig);
	free(bytes);
	cbor_decref(&tbs);
	return ok;
}

/**
 * sign1_payload - the payload, decoded
 * @rig: whose alias key must have signed
 * @data: the message
 * @len: bytes there
 * @cwt: it is tagged as a CWT
 * @context: external_aad
 *
 * The tags are taken off by hand, since libcbor 0.10 takes tag 18 for malformed.
 *
 * Return: NULL unless the whole of @data is one COSE_Sign1 that verifies.
 */
cbor_item_t *sign1_payload(struct rig *rig, const uint8_t *data, size_t len, bool cwt,
			   const char *context)
{
	const size_t tags = cwt ? 3 : 1;
	struct cbor_load_result result;
	cbor_item_t *sign1, *payload = NULL;
	cbor_item_t **parts;

	if (len < tags || memcmp(data, cwt ? "\xd8\x3d\xd2" : "\xd2", tags))
		return NULL;
	sign1 = cbor_load(data + tags, len - tags, &result);
	if (!sign1 || result.read != len - tags)
		return NULL;
	if (cbor_isa_array(sign1) && cbor_array_size(sign1) == 4 &&
	    signature_valid(rig, sign1, context)) {
		parts = cbor_array_handle(sign1);
		payload = cbor_load(cbor_bytestring_handle(parts[2]),
				    cbor_bytestring_length(parts[2]), &result);
	}
	cbor_decref(&sign1);
	return payload;
}
