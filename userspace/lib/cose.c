// SPDX-License-Identifier: GPL-2.0-only
/*
 * COSE_Sign1 (RFC 9052) whose payload passes by: each byte goes to the output
 * and into the digest of the Sig_structure, and the signature comes last.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/ecdsa.h>

#include "cbor.h"
#include "private.h"

#define TAG_SIGN1	18
#define HEADER_ALG	1
#define HEADER_KEY	-70201
#define ALG_ES384	-35
#define SCALAR		48

struct vouch_cose {
	vouch_write_fn write;
	void *ctx;
	EVP_MD_CTX *md;
	uint64_t left;		/* payload bytes still to come */
};

static int update(EVP_MD_CTX *md, const struct cbor_out *out)
{
	if (out->full)
		return -EIO;
	return EVP_DigestSignUpdate(md, out->buf, out->len) == 1 ? 0 : -ENOMEM;
}

static void put_protected(struct cbor_out *out, const struct vouch_key *key)
{
	uint8_t point[VOUCH_KEY_SIZE];

	vouch_key_public(key, point);
	cbor_out_map(out, 2);
	cbor_out_int(out, HEADER_ALG);
	cbor_out_int(out, ALG_ES384);
	cbor_out_int(out, HEADER_KEY);
	cbor_out_bytes(out, point, sizeof(point));
}

/* Both beginnings: of the Sig_structure and of the output. */
static int begin(struct vouch_cose *cose, const struct vouch_key *key, const char *context,
		 uint64_t payload_len)
{
	uint8_t inner[160], buf[256];
	struct cbor_out protected = { .buf = inner, .size = sizeof(inner) };
	struct cbor_out tbs = { .buf = buf, .size = sizeof(buf) };
	int ret;

	put_protected(&protected, key);
	if (protected.full)
		return -EIO;
	cbor_out_array(&tbs, 4);
	cbor_out_text(&tbs, "Signature1");
	cbor_out_bytes(&tbs, inner, protected.len);
	cbor_out_bytes(&tbs, context, strlen(context));
	cbor_out_bytes_head(&tbs, payload_len);
	ret = update(cose->md, &tbs);
	if (ret)
		return ret;

	tbs = (struct cbor_out){ .buf = buf, .size = sizeof(buf) };
	cbor_out_tag(&tbs, TAG_SIGN1);
	cbor_out_array(&tbs, 4);
	cbor_out_bytes(&tbs, inner, protected.len);
	cbor_out_map(&tbs, 0);
	cbor_out_bytes_head(&tbs, payload_len);
	return tbs.full ? -EIO : cose->write(cose->ctx, buf, tbs.len);
}

/**
 * vouch_cose_begin() - begin a signed object
 * @key: signs; its public half goes into the protected header
 * @context: external_aad
 * @payload_len: bytes that will be given to vouch_cose_payload()
 * @write: output
 * @ctx: for @write
 * @out: the object; vouch_cose_free() frees it
 *
 * Return: 0 or a negative errno.
 */
int vouch_cose_begin(const struct vouch_key *key, const char *context, uint64_t payload_len,
		     vouch_write_fn write, void *ctx, struct vouch_cose **out)
{
	struct vouch_cose *cose = calloc(1, sizeof(*cose));
	int ret = -ENOMEM;

	if (!cose)
		return -ENOMEM;
	cose->write = write;
	cose->ctx = ctx;
	cose->left = payload_len;
	cose->md = EVP_MD_CTX_new();
	if (cose->md && EVP_DigestSignInit_ex(cose->md, NULL, "SHA384", NULL, NULL,
					      vouch_key_evp(key), NULL) == 1)
		ret = begin(cose, key, context, payload_len);
	if (ret) {
		vouch_cose_free(cose);
		return ret;
	}
	*out = cose;
	return 0;
}

/* vouch_cose_payload() - the next bytes of the payload; a vouch_write_fn */
int vouch_cose_payload(void *ctx, const void *buf, size_t len)
{
	struct vouch_cose *cose = ctx;

	if (len > cose->left)
		return -EIO;
	cose->left -= len;
	if (EVP_DigestSignUpdate(cose->md, buf, len) != 1)
		return -ENOMEM;
	return cose->write(cose->ctx, buf, len);
}

/* DER to r || s. */
static int flatten(const uint8_t *der, size_t len, uint8_t out[2 * SCALAR])
{
	ECDSA_SIG *sig = d2i_ECDSA_SIG(NULL, &der, (long)len);
	int ret = -EIO;

	if (!sig)
		return -EIO;
	if (BN_bn2binpad(ECDSA_SIG_get0_r(sig), out, SCALAR) == SCALAR &&
	    BN_bn2binpad(ECDSA_SIG_get0_s(sig), out + SCALAR, SCALAR) == SCALAR)
		ret = 0;
	ECDSA_SIG_free(sig);
	return ret;
}

/**
 * vouch_cose_end() - sign and write the signature
 * @cose: all of its payload given
 *
 * Return: 0, -EIO if the payload was short, or a negative errno.
 */
int vouch_cose_end(struct vouch_cose *cose)
{
	uint8_t der[128], flat[2 * SCALAR], buf[2 + sizeof(flat)];
	struct cbor_out out = { .buf = buf, .size = sizeof(buf) };
	size_t len = sizeof(der);
	int ret;

	if (cose->left)
		return -EIO;
	if (EVP_DigestSignFinal(cose->md, der, &len) != 1)
		return -EIO;
	ret = flatten(der, len, flat);
	if (ret)
		return ret;
	cbor_out_bytes(&out, flat, sizeof(flat));
	return out.full ? -EIO : cose->write(cose->ctx, buf, out.len);
}

/* vouch_cose_free() - forget it; NULL is fine */
void vouch_cose_free(struct vouch_cose *cose)
{
	if (cose)
		EVP_MD_CTX_free(cose->md);
	free(cose);
}
