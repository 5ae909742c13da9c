// SPDX-License-Identifier: GPL-2.0-only
#include "receipt.h"

#include <errno.h>
#include <string.h>

#include "cbor.h"

#define KEY_NONCE	10
#define KEY_TIMES	(-70104)
#define KEY_EVIDENCE	(-70106)

static int parse_payload(struct vouch_receipt *r, const uint8_t *bytes, size_t len)
{
	struct vouch_cbor c;

	vouch_cbor_init(&c, bytes, len);
	if (vouch_cbor_map(&c) != 3)
		return -EBADMSG;
	vouch_cbor_key(&c, KEY_NONCE);
	vouch_cbor_fixed(&c, r->nonce, sizeof(r->nonce));
	vouch_cbor_key(&c, KEY_TIMES);
	if (vouch_cbor_array(&c) != 3)
		return -EBADMSG;
	r->t_rx = vouch_cbor_uint(&c);
	r->t_sign = vouch_cbor_uint(&c);
	r->t_tx = vouch_cbor_uint(&c);
	vouch_cbor_key(&c, KEY_EVIDENCE);
	vouch_cbor_fixed(&c, r->evidence, sizeof(r->evidence));
	return vouch_cbor_end(&c);
}

static int parse_signed(struct vouch_receipt *r, const struct vouch_cose *cose,
			const uint8_t *payload, size_t len)
{
	int err = vouch_cbor_check(payload, len);

	if (!err && (cose->unprotected_len != 1 || cose->unprotected[0] != 0xa0))
		err = -EBADMSG;
	return err ? err : parse_payload(r, payload, len);
}

static int parse_single(struct vouch_receipt *r, const uint8_t *bytes, size_t len)
{
	int err = vouch_cose_plain(&r->cose, bytes, len);

	return err ? err : parse_signed(r, &r->cose, r->cose.payload, (size_t)r->cose.payload_len);
}

enum vouch_reason vouch_receipt_parse(struct vouch_receipt *receipt, const uint8_t *bytes,
				      size_t len)
{
	struct vouch_batch *batch = &receipt->batch;
	enum vouch_reason reason;
	int err;

	memset(receipt, 0, sizeof(*receipt));
	if (len > VOUCH_RECEIPT_SIZE_MAX)
		return VOUCH_TOO_LONG;
	receipt->batched = vouch_batch_is(bytes, len);
	if (receipt->batched) {
		reason = vouch_batch_parse(batch, bytes, len);
		if (reason != VOUCH_REASON_NONE)
			return reason;
		err = parse_signed(receipt, &batch->cose, batch->payload, batch->payload_len);
	} else {
		err = parse_single(receipt, bytes, len);
	}
	if (err)
		return err == -EILSEQ ? VOUCH_NOT_DETERMINISTIC : VOUCH_RECEIPT_MALFORMED;
	return VOUCH_REASON_NONE;
}

enum vouch_reason vouch_receipt_verify(const struct vouch_receipt *receipt,
				       struct vouch_hash *hash, EVP_PKEY *key)
{
	if (receipt->batched)
		return vouch_batch_verify(&receipt->batch, hash, VOUCH_RECEIPT_CONTEXT, key);
	return vouch_cose_verify(&receipt->cose, VOUCH_RECEIPT_CONTEXT, key) ?
	       VOUCH_RECEIPT_SIGNATURE : VOUCH_REASON_NONE;
}

enum vouch_reason vouch_receipt_check(const struct vouch_receipt *receipt,
				      const struct vouch_evidence *evidence,
				      const uint8_t *digest)
{
	if (memcmp(receipt->evidence, digest, VOUCH_DIGEST_LEN) ||
	    memcmp(receipt->nonce, evidence->nonce, VOUCH_DIGEST_LEN) ||
	    receipt->t_rx != evidence->t_rx || receipt->t_sign != evidence->t_sign)
		return VOUCH_RECEIPT_OTHER;
	return VOUCH_REASON_NONE;
}
