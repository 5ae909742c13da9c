/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VOUCH_VERIFY_RECEIPT_H
#define VOUCH_VERIFY_RECEIPT_H

/* When evidence left the card (vouch.cddl, receipt). */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "batch.h"
#include "cose.h"
#include "evidence.h"
#include "finding.h"

#define VOUCH_RECEIPT_SIZE_MAX	1024
#define VOUCH_RECEIPT_CONTEXT	"vouch/receipt/1"

/**
 * struct vouch_receipt - decoded
 * @cose: for its own signature; borrowed
 * @batched: it shares one; then @batch
 * @batch: borrowed
 * @nonce: of the evidence
 * @evidence: SHA-384 of the whole evidence
 * @t_rx: as in the evidence, ns
 * @t_sign: as in the evidence, ns
 * @t_tx: card clock when the answer was complete, ns
 */
struct vouch_receipt {
	struct vouch_cose cose;
	bool batched;
	struct vouch_batch batch;
	uint8_t nonce[VOUCH_DIGEST_LEN];
	uint8_t evidence[VOUCH_DIGEST_LEN];
	uint64_t t_rx;
	uint64_t t_sign;
	uint64_t t_tx;
};

/**
 * vouch_receipt_parse() - decode a receipt; checks no signature
 * @receipt: returns it, borrowing from @bytes
 * @bytes: the receipt
 * @len: bytes there
 *
 * Return: VOUCH_REASON_NONE, or why not: TOO_LONG, NOT_DETERMINISTIC or
 * RECEIPT_MALFORMED, or of a batch what vouch_batch_parse() returns.
 */
enum vouch_reason vouch_receipt_parse(struct vouch_receipt *receipt, const uint8_t *bytes,
				      size_t len);

/**
 * vouch_receipt_verify() - did the card sign this receipt?
 * @receipt: parsed
 * @hash: to work with
 * @key: the card's
 *
 * Return: VOUCH_REASON_NONE, RECEIPT_SIGNATURE, or of a batch what
 * vouch_batch_verify() returns.
 */
enum vouch_reason vouch_receipt_verify(const struct vouch_receipt *receipt,
				       struct vouch_hash *hash, EVP_PKEY *key);

/**
 * vouch_receipt_check() - is a receipt for this evidence?
 * @receipt: the receipt, its signature verified
 * @evidence: the evidence, its signature verified
 * @digest: SHA-384 of the whole evidence
 *
 * Return: VOUCH_REASON_NONE or VOUCH_RECEIPT_OTHER.
 */
enum vouch_reason vouch_receipt_check(const struct vouch_receipt *receipt,
				      const struct vouch_evidence *evidence,
				      const uint8_t *digest);

#endif /* VOUCH_VERIFY_RECEIPT_H */
