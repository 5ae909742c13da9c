// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <openssl/bn.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>

#include "../lib/cose.h"
#include "corim_encode.h"

#define TAG_SIGN1	18
#define HALF		(VOUCH_COSE_SIGNATURE / 2)

static void put_protected(struct vouch_encoder *e, const char *signer)
{
	struct vouch_encoder meta = { 0 };

	vouch_encoder_map(&meta, 1);
	vouch_encoder_uint(&meta, 0);
	vouch_encoder_map(&meta, 1);
	vouch_encoder_uint(&meta, 0);
	vouch_encoder_text(&meta, signer);

	vouch_encoder_map(e, 3);
	vouch_encoder_uint(e, 1);
	vouch_encoder_negint(e, VOUCH_COSE_ES384);
	vouch_encoder_uint(e, 3);
	vouch_encoder_text(e, "application/rim+cbor");
	vouch_encoder_uint(e, 8);
	vouch_encoder_bytes(e, meta.bytes, meta.len);
	e->failed |= meta.failed;
	vouch_encoder_free(&meta);
}

/* DER to r || s, each in 48 bytes. */
static int flatten(const uint8_t *der, size_t len, uint8_t *flat)
{
	ECDSA_SIG *signature = d2i_ECDSA_SIG(NULL, &der, (long)len);
	int err = -EIO;

	if (signature && BN_bn2binpad(ECDSA_SIG_get0_r(signature), flat, HALF) == HALF &&
	    BN_bn2binpad(ECDSA_SIG_get0_s(signature), flat + HALF, HALF) == HALF)
		err = 0;
	ECDSA_SIG_free(signature);
	return err;
}

static int sign(EVP_PKEY *key, const struct vouch_encoder *what, uint8_t *flat)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	uint8_t der[VOUCH_COSE_SIGNATURE + 16];
	size_t len = sizeof(der);
	int err = -EIO;

	if (ctx && EVP_DigestSignInit(ctx, NULL, EVP_sha384(), NULL, key) == 1 &&
	    EVP_DigestSign(ctx, der, &len, what->bytes, what->len) == 1)
		err = flatten(der, len, flat);
	EVP_MD_CTX_free(ctx);
	return err;
}

static int sign_corim(struct vouch_encoder *e, const struct vouch_encoder *protected,
		      const struct vouch_encoder *corim, EVP_PKEY *key)
{
	uint8_t flat[VOUCH_COSE_SIGNATURE];
	struct vouch_encoder what = { 0 };
	int err;

	vouch_encoder_array(&what, 4);
	vouch_encoder_text(&what, "Signature1");
	vouch_encoder_bytes(&what, protected->bytes, protected->len);
	vouch_encoder_bytes(&what, "", 0);
	vouch_encoder_bytes(&what, corim->bytes, corim->len);
	err = what.failed ? -ENOMEM : sign(key, &what, flat);
	vouch_encoder_free(&what);
	if (err)
		return err;
	vouch_encoder_tag(e, TAG_SIGN1);
	vouch_encoder_array(e, 4);
	vouch_encoder_bytes(e, protected->bytes, protected->len);
	vouch_encoder_map(e, 0);
	vouch_encoder_bytes(e, corim->bytes, corim->len);
	vouch_encoder_bytes(e, flat, sizeof(flat));
	return e->failed ? -ENOMEM : 0;
}

int vouch_corim_sign(struct vouch_encoder *e, const struct vouch_encoder *corim,
		     const char *signer, EVP_PKEY *key, struct vouch_why *why)
{
	struct vouch_encoder protected = { 0 };
	int err;

	if (!vouch_cose_is_p384(key))
		return vouch_why(why, -EINVAL, "the key is not an EC key on P-384");
	put_protected(&protected, signer);
	err = protected.failed ? -ENOMEM : sign_corim(e, &protected, corim, key);
	vouch_encoder_free(&protected);
	return err ? vouch_why(why, err, "cannot sign") : 0;
}
