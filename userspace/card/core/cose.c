// SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR MIT
#include <errno.h>
#include <string.h>

#include "cose.h"

#define COSE_ALG	1
#define COSE_X5CHAIN	33
#define TAG_SIGN1	18

static void put_chain(const struct vouch_card_config *config, struct vouch_cbor *out)
{
	vouch_cbor_map(out, 1);
	vouch_cbor_uint(out, COSE_X5CHAIN);
	vouch_cbor_array(out, 2);
	vouch_cbor_bytes(out, config->alias.data, config->alias.len);
	vouch_cbor_bytes(out, config->device.data, config->device.len);
}

static void put_protected(const struct vouch_card *card, struct vouch_cbor *out)
{
	uint8_t buf[8];
	struct vouch_cbor protected = { .buf = buf, .cap = sizeof(buf) };

	vouch_cbor_map(&protected, 1);
	vouch_cbor_uint(&protected, COSE_ALG);
	vouch_cbor_int(&protected, card->config->alg);
	vouch_cbor_bytes(out, protected.buf, protected.len);
	out->full |= protected.full;
}

/**
 * vouch_cose_signature - sign what a COSE_Sign1 stands for
 * @card: a card, for its key
 * @context: what the signature is for; goes into external_aad
 * @payload: what is signed, at most VOUCH_PAYLOAD_MAX bytes
 * @signature: returns VOUCH_SIGNATURE_SIZE bytes
 *
 * Return: 0, -EOVERFLOW for a payload that did not fit, or what the signer said.
 */
int vouch_cose_signature(const struct vouch_card *card, const char *context,
			 const struct vouch_cbor *payload, uint8_t *signature)
{
	const struct vouch_card_crypto *crypto = &card->config->crypto;
	uint8_t buf[VOUCH_PAYLOAD_MAX + 64];
	struct vouch_cbor tbs = { .buf = buf, .cap = sizeof(buf) };

	vouch_cbor_array(&tbs, 4);
	vouch_cbor_text(&tbs, "Signature1", strlen("Signature1"));
	put_protected(card, &tbs);
	vouch_cbor_bytes(&tbs, context, strlen(context));
	vouch_cbor_bytes(&tbs, payload->buf, payload->len);
	if (tbs.full || payload->full)
		return -EOVERFLOW;
	return crypto->sign(crypto->ctx, tbs.buf, tbs.len, signature);
}

/**
 * vouch_cose_put - write a COSE_Sign1 whose signature there is already
 * @card: a card, for its certificates
 * @chain: put the certificates into the unprotected header
 * @payload: what was signed
 * @signature: VOUCH_SIGNATURE_SIZE bytes, the last of the message
 * @out: receives the tagged message
 */
void vouch_cose_put(const struct vouch_card *card, bool chain, const struct vouch_cbor *payload,
		    const uint8_t *signature, struct vouch_cbor *out)
{
	vouch_cbor_tag(out, TAG_SIGN1);
	vouch_cbor_array(out, 4);
	put_protected(card, out);
	if (chain)
		put_chain(card->config, out);
	else
		vouch_cbor_map(out, 0);
	vouch_cbor_bytes(out, payload->buf, payload->len);
	vouch_cbor_bytes(out, signature, VOUCH_SIGNATURE_SIZE);
}

/**
 * vouch_cose_sign - write a COSE_Sign1
 * @card: a card, for its key and certificates
 * @context: what the signature is for; goes into external_aad
 * @chain: put the certificates into the unprotected header
 * @payload: what is signed, at most VOUCH_PAYLOAD_MAX bytes
 * @out: receives the tagged message
 *
 * Nothing is signed that does not fit.
 *
 * Return: 0, -ENOBUFS when @out is too small, or what the signer said.
 */
int vouch_cose_sign(const struct vouch_card *card, const char *context, bool chain,
		    const struct vouch_cbor *payload, struct vouch_cbor *out)
{
	uint8_t signature[VOUCH_SIGNATURE_SIZE] = { 0 };
	int ret;

	vouch_cose_put(card, chain, payload, signature, out);
	if (payload->full)
		return -EOVERFLOW;
	if (out->full)
		return -ENOBUFS;
	ret = vouch_cose_signature(card, context, payload, signature);
	memcpy(out->buf + out->len - sizeof(signature), signature, sizeof(signature));
	return ret;
}
