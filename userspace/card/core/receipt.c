// SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR MIT
#include <errno.h>
#include <string.h>

#include "call.h"
#include "cose.h"
#include "receipt.h"

#define EAT_NONCE		10
#define CLAIM_TIMES		(-70104)
#define CLAIM_EVIDENCE		(-70106)

/* No receipt is longer. */
#define RECEIPT_SIZE		320

void vouch_card_sent(struct vouch_card *card, uint16_t fn, const struct vouch_card_reply *reply)
{
	struct vouch_sent *sent;

	if (!reply->evidence || fn >= card->config->functions)
		return;
	sent = &card->functions[fn].sent[reply->evidence % VOUCH_CARD_SENT];
	if (sent->ticket != reply->evidence || sent->posted)
		return;
	sent->t_tx = vouch_card_now(card);
	sent->posted = true;
}

/**
 * vouch_sent_find - evidence that a function was sent
 * @function: the function
 * @digest: of the evidence
 *
 * Return: what is remembered of it, or NULL.
 */
const struct vouch_sent *vouch_sent_find(const struct vouch_card_function *function,
					 const uint8_t *digest)
{
	const struct vouch_sent *sent;

	for (sent = function->sent; sent < function->sent + VOUCH_CARD_SENT; sent++)
		if (sent->posted && !memcmp(sent->digest, digest, VOUCH_DIGEST_SIZE))
			return sent;
	return NULL;
}

/**
 * vouch_receipt_claims - what a receipt says, before it is signed
 * @call: input is struct vouch_receipt_request
 * @payload: receives the claims
 *
 * Return: the completion's status.
 */
enum vouch_status vouch_receipt_claims(struct vouch_call *call, struct vouch_cbor *payload)
{
	const struct vouch_sent *sent = vouch_sent_find(call->self, call->in);

	if (!sent)
		return VOUCH_ST_NOT_FOUND;
	vouch_cbor_map(payload, 3);
	vouch_cbor_int(payload, EAT_NONCE);
	vouch_cbor_bytes(payload, sent->nonce, VOUCH_DIGEST_SIZE);
	vouch_cbor_int(payload, CLAIM_TIMES);
	vouch_cbor_array(payload, 3);
	vouch_cbor_uint(payload, sent->t_rx);
	vouch_cbor_uint(payload, sent->t_sign_start);
	vouch_cbor_uint(payload, sent->t_tx);
	vouch_cbor_int(payload, CLAIM_EVIDENCE);
	vouch_cbor_bytes(payload, sent->digest, VOUCH_DIGEST_SIZE);
	return VOUCH_ST_OK;
}

/**
 * vouch_receipt_run - RECEIPT
 * @call: input is struct vouch_receipt_request
 *
 * Return: the completion's status.
 */
enum vouch_status vouch_receipt_run(struct vouch_call *call)
{
	uint8_t payload_buf[VOUCH_PAYLOAD_MAX];
	struct vouch_cbor payload = { .buf = payload_buf, .cap = sizeof(payload_buf) };
	struct vouch_cbor out = { .buf = call->out, .cap = call->out_cap };
	const enum vouch_status status = vouch_receipt_claims(call, &payload);
	int ret;

	if (status)
		return status;
	ret = vouch_cose_sign(call->card, VOUCH_CONTEXT_RECEIPT, false, &payload, &out);
	if (ret == -ENOBUFS)
		return vouch_call_put(call, NULL, RECEIPT_SIZE);
	call->out_len = out.len;
	return vouch_call_status(ret);
}
