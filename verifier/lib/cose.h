/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VOUCH_VERIFY_COSE_H
#define VOUCH_VERIFY_COSE_H

/* COSE_Sign1 (RFC 9052) with ES384 or ESP384: parsing and verifying. */

#include <openssl/evp.h>
#include <stddef.h>
#include <stdint.h>

#define VOUCH_COSE_ES384	(-35)
#define VOUCH_COSE_ESP384	(-51)
#define VOUCH_COSE_SIGNATURE	96	/* r || s */
#define VOUCH_COSE_POINT	97	/* 0x04 || x || y */

/**
 * struct vouch_cose - the parts of a COSE_Sign1, all borrowed
 * @protected: content of the protected bstr, an encoded map
 * @protected_len: bytes there
 * @unprotected: the encoded map
 * @unprotected_len: bytes there
 * @payload: content of the payload bstr; NULL where it is not in memory
 * @payload_len: bytes in the payload
 * @signature: VOUCH_COSE_SIGNATURE bytes
 */
struct vouch_cose {
	const uint8_t *protected;
	size_t protected_len;
	const uint8_t *unprotected;
	size_t unprotected_len;
	const uint8_t *payload;
	uint64_t payload_len;
	const uint8_t *signature;
};

/**
 * vouch_cose_parse() - take a COSE_Sign1 apart
 * @cose: returns the parts
 * @bytes: from tag 18 on, exactly one item
 * @len: bytes there
 *
 * The headers' content is left to the caller.
 *
 * Return: 0, -EBADMSG or -EILSEQ (see vouch_cbor_check()).
 */
int vouch_cose_parse(struct vouch_cose *cose, const uint8_t *bytes, size_t len);

/**
 * vouch_cose_alg() - is this protected header just { 1 => alg }?
 * @cose: the parts
 *
 * Return: 0, -EBADMSG or -EILSEQ.
 */
int vouch_cose_alg(const struct vouch_cose *cose);

/**
 * vouch_cose_plain() - take a COSE_Sign1 apart that is just alg and a payload
 * @cose: returns the parts
 * @bytes: from tag 18 on, exactly one item
 * @len: bytes there
 *
 * The encoding is deterministic; the payload's, and the unprotected header, are
 * left to the caller.
 *
 * Return: 0, -EBADMSG or -EILSEQ (see vouch_cbor_check()).
 */
int vouch_cose_plain(struct vouch_cose *cose, const uint8_t *bytes, size_t len);

/**
 * vouch_cose_verify() - check the signature
 * @cose: the parts, the payload in memory
 * @context: external_aad, terminated
 * @key: a P-384 public key
 *
 * Return: 0, -EKEYREJECTED if the signature is wrong, -EINVAL if the key is
 * not P-384, -ENOMEM.
 */
int vouch_cose_verify(const struct vouch_cose *cose, const char *context,
		      EVP_PKEY *key);

/* The same in steps, for a payload that does not fit in memory. */
struct vouch_cose_check;

/**
 * vouch_cose_begin() - begin to check a signature
 * @cose: the parts; the payload's content is not used
 * @context: external_aad, terminated
 * @key: a P-384 public key
 * @check: returns the state, freed by vouch_cose_end()
 *
 * Return: 0, -EINVAL if the key is not P-384, -ENOMEM.
 */
int vouch_cose_begin(const struct vouch_cose *cose, const char *context,
		     EVP_PKEY *key, struct vouch_cose_check **check);

/**
 * vouch_cose_update() - hash some more of the payload
 * @check: the state
 * @bytes: the next bytes of the payload
 * @len: how many
 *
 * Return: 0 or -ENOMEM.
 */
int vouch_cose_update(struct vouch_cose_check *check, const uint8_t *bytes,
		      size_t len);

/**
 * vouch_cose_end() - the verdict on the signature; frees the state
 * @check: the state, or NULL
 * @signature: VOUCH_COSE_SIGNATURE bytes, or NULL just to free
 *
 * Return: 0 or -EKEYREJECTED.
 */
int vouch_cose_end(struct vouch_cose_check *check, const uint8_t *signature);

/**
 * vouch_cose_point() - a public key from its point
 * @point: VOUCH_COSE_POINT bytes
 *
 * Return: the key, owned by the caller, or NULL if it is not on the curve.
 */
EVP_PKEY *vouch_cose_point(const uint8_t *point);

/**
 * vouch_cose_is_p384() - may this key sign anything here?
 * @key: the key
 *
 * Return: whether it is an EC key on P-384.
 */
int vouch_cose_is_p384(EVP_PKEY *key);

#endif /* VOUCH_VERIFY_COSE_H */
