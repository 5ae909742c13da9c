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
	const struct vouch_card_config *config = card->config;
	uint8_t protected_buf[8], tbs_buf[VOUCH_PAYLOAD_MAX + 64];
	struct vouch_cbor protected = { .buf = protected_buf, .cap = sizeof(protected_buf) };
	struct vouch_cbor tbs = { .buf = tbs_buf, .cap = sizeof(tbs_buf) };
	uint8_t signature[VOUCH_SIGNATURE_SIZE] = { 0 };
	size_t end;
	int ret;

	vouch_cbor_map(&protected, 1);
	vouch_cbor_uint(&protected, COSE_ALG);
	vouch_cbor_int(&protected, config->alg);

	vouch_cbor_array(&tbs, 4);
	vouch_cbor_text(&tbs, "Signature1", strlen("Signature1"));
	vouch_cbor_bytes(&tbs, protected.buf, protected.len);
	vouch_cbor_bytes(&tbs, context, strlen(context));
	vouch_cbor_bytes(&tbs, payload->buf, payload->len);
	if (tbs.full || protected.full || payload->full)
		return -EOVERFLOW;

	vouch_cbor_tag(out, TAG_SIGN1);
	vouch_cbor_array(out, 4);
	vouch_cbor_bytes(out, protected.buf, protected.len);
	if (chain)
		put_chain(config, out);
	else
		vouch_cbor_map(out, 0);
	vouch_cbor_bytes(out, payload->buf, payload->len);
	vouch_cbor_bytes(out, signature, sizeof(signature));
	if (out->full)
		return -ENOBUFS;

	end = out->len - sizeof(signature);
	ret = config->crypto.sign(config->crypto.ctx, tbs.buf, tbs.len, signature);
	memcpy(out->buf + end, signature, sizeof(signature));
	return ret;
}
