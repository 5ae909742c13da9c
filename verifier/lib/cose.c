// SPDX-License-Identifier: GPL-2.0-only
#include "cose.h"

#include <errno.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <stdlib.h>
#include <string.h>

#include "cbor.h"

#define HALF	(VOUCH_COSE_SIGNATURE / 2)
#define DER_MAX	(2 * (HALF + 3) + 3)

struct vouch_cose_check {
	EVP_MD_CTX *ctx;
};

int vouch_cose_parse(struct vouch_cose *cose, const uint8_t *bytes, size_t len)
{
	struct vouch_cbor c;
	size_t payload_len, signature_len;

	vouch_cbor_init(&c, bytes, len);
	if (vouch_cbor_tag(&c) != 18 || vouch_cbor_array(&c) != 4)
		return c.err ? c.err : -EBADMSG;
	cose->protected = vouch_cbor_bytes(&c, &cose->protected_len);
	if (!c.err && vouch_cbor_peek(&c) != VOUCH_CBOR_MAP)
		return -EBADMSG;
	cose->unprotected = bytes + c.pos;
	vouch_cbor_skip(&c);
	cose->unprotected_len = (size_t)(bytes + c.pos - cose->unprotected);
	cose->payload = vouch_cbor_bytes(&c, &payload_len);
	cose->payload_len = payload_len;
	cose->signature = vouch_cbor_bytes(&c, &signature_len);
	if (!c.err && signature_len != VOUCH_COSE_SIGNATURE)
		return -EBADMSG;
	return vouch_cbor_end(&c);
}

int vouch_cose_alg(const struct vouch_cose *cose)
{
	struct vouch_cbor c;
	int64_t alg;

	vouch_cbor_init(&c, cose->protected, cose->protected_len);
	if (vouch_cbor_map(&c) != 1)
		return c.err ? c.err : -EBADMSG;
	vouch_cbor_key(&c, 1);
	alg = vouch_cbor_int(&c);
	if (!c.err && alg != VOUCH_COSE_ES384 && alg != VOUCH_COSE_ESP384)
		return -EBADMSG;
	return vouch_cbor_end(&c);
}

int vouch_cose_plain(struct vouch_cose *cose, const uint8_t *bytes, size_t len)
{
	int err = vouch_cbor_check(bytes, len);

	if (!err)
		err = vouch_cose_parse(cose, bytes, len);
	return err ? err : vouch_cose_alg(cose);
}

static size_t head(uint8_t *out, uint8_t major, uint64_t value)
{
	size_t extra = value < 24 ? 0 : value <= 0xff ? 1 : value <= 0xffff ? 2 :
		       value <= UINT32_MAX ? 4 : 8;
	static const uint8_t info[] = { [1] = 24, [2] = 25, [4] = 26, [8] = 27 };
	size_t i;

	out[0] = (uint8_t)(major << 5 | (extra ? info[extra] : (uint8_t)value));
	for (i = 0; i < extra; i++)
		out[1 + i] = (uint8_t)(value >> (8 * (extra - 1 - i)));
	return 1 + extra;
}

static int feed(EVP_MD_CTX *ctx, uint8_t major, const void *bytes, size_t len)
{
	uint8_t buf[9];

	return EVP_DigestVerifyUpdate(ctx, buf, head(buf, major, len)) == 1 &&
	       EVP_DigestVerifyUpdate(ctx, bytes, len) == 1;
}

/* Sig_structure up to the payload's content. */
static int feed_structure(EVP_MD_CTX *ctx, const struct vouch_cose *cose, const char *context)
{
	static const char name[] = "Signature1";
	uint8_t buf[9];

	return EVP_DigestVerifyUpdate(ctx, buf, head(buf, 4, 4)) == 1 &&
	       feed(ctx, 3, name, sizeof(name) - 1) &&
	       feed(ctx, 2, cose->protected, cose->protected_len) &&
	       feed(ctx, 2, context, strlen(context)) &&
	       EVP_DigestVerifyUpdate(ctx, buf, head(buf, 2, cose->payload_len)) == 1;
}

int vouch_cose_begin(const struct vouch_cose *cose, const char *context,
		     EVP_PKEY *key, struct vouch_cose_check **check)
{
	struct vouch_cose_check *new;

	*check = NULL;
	if (!vouch_cose_is_p384(key))
		return -EINVAL;
	new = calloc(1, sizeof(*new));
	if (!new)
		return -ENOMEM;
	new->ctx = EVP_MD_CTX_new();
	if (!new->ctx ||
	    EVP_DigestVerifyInit_ex(new->ctx, NULL, "SHA384", NULL, NULL, key, NULL) != 1 ||
	    !feed_structure(new->ctx, cose, context)) {
		vouch_cose_end(new, NULL);
		return -ENOMEM;
	}
	*check = new;
	return 0;
}

int vouch_cose_update(struct vouch_cose_check *check, const uint8_t *bytes, size_t len)
{
	return EVP_DigestVerifyUpdate(check->ctx, bytes, len) == 1 ? 0 : -ENOMEM;
}

/* r || s as the ECDSA-Sig-Value that OpenSSL wants; 0 if it is out of memory. */
static size_t to_der(const uint8_t *signature, uint8_t *der)
{
	ECDSA_SIG *sig = ECDSA_SIG_new();
	BIGNUM *r = BN_bin2bn(signature, HALF, NULL);
	BIGNUM *s = BN_bin2bn(signature + HALF, HALF, NULL);
	int len = 0;

	if (!sig || !r || !s || ECDSA_SIG_set0(sig, r, s) != 1) {
		BN_free(r);
		BN_free(s);
		goto out;
	}
	len = i2d_ECDSA_SIG(sig, &der);
out:
	ECDSA_SIG_free(sig);
	return len > 0 ? (size_t)len : 0;
}

int vouch_cose_end(struct vouch_cose_check *check, const uint8_t *signature)
{
	uint8_t der[DER_MAX];
	size_t len;
	int ret = -EKEYREJECTED;

	if (!check)
		return ret;
	len = signature ? to_der(signature, der) : 0;
	if (len && EVP_DigestVerifyFinal(check->ctx, der, len) == 1)
		ret = 0;
	EVP_MD_CTX_free(check->ctx);
	free(check);
	return ret;
}

int vouch_cose_verify(const struct vouch_cose *cose, const char *context, EVP_PKEY *key)
{
	struct vouch_cose_check *check;
	int ret = vouch_cose_begin(cose, context, key, &check);

	if (ret)
		return ret;
	ret = vouch_cose_update(check, cose->payload, (size_t)cose->payload_len);
	if (ret) {
		vouch_cose_end(check, NULL);
		return ret;
	}
	return vouch_cose_end(check, cose->signature);
}

EVP_PKEY *vouch_cose_point(const uint8_t *point)
{
	char group[] = "P-384";
	uint8_t copy[VOUCH_COSE_POINT];
	OSSL_PARAM params[] = {
		OSSL_PARAM_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, group, sizeof(group) - 1),
		OSSL_PARAM_octet_string(OSSL_PKEY_PARAM_PUB_KEY, copy, sizeof(copy)),
		OSSL_PARAM_END
	};
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
	EVP_PKEY *key = NULL;

	memcpy(copy, point, sizeof(copy));
	if (copy[0] != 0x04 || !ctx || EVP_PKEY_fromdata_init(ctx) != 1 ||
	    EVP_PKEY_fromdata(ctx, &key, EVP_PKEY_PUBLIC_KEY, params) != 1)
		key = NULL;
	EVP_PKEY_CTX_free(ctx);
	return key;
}

int vouch_cose_is_p384(EVP_PKEY *key)
{
	char group[32];
	size_t len;

	return key && EVP_PKEY_is_a(key, "EC") &&
	       EVP_PKEY_get_group_name(key, group, sizeof(group), &len) == 1 &&
	       (!strcmp(group, "secp384r1") || !strcmp(group, "P-384"));
}
