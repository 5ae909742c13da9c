/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VOUCH_VERIFY_APPRAISAL_H
#define VOUCH_VERIFY_APPRAISAL_H

/* What the steps of an appraisal share; for them alone. */

#include "appraise.h"
#include "cert.h"
#include "package.h"

/* All memory of one appraisal. */
struct vouch_appraisal {
	const struct vouch_input *in;
	struct vouch_verdict *v;
	struct vouch_findings *findings;
	struct vouch_hash hash;
	struct vouch_package package;
	struct vouch_evidence evidence;
	struct vouch_receipt receipt;
	struct vouch_request request;
	struct vouch_proximity proximity;
	struct vouch_chain chain;
	bool has_receipt, has_request;
	uint8_t evidence_bytes[VOUCH_EVIDENCE_SIZE_MAX];
	uint8_t receipt_bytes[VOUCH_RECEIPT_SIZE_MAX];
	uint8_t request_bytes[VOUCH_REQUEST_SIZE_MAX];
	uint8_t proximity_bytes[VOUCH_PROXIMITY_SIZE_MAX];
	uint8_t window[VOUCH_LOG_WINDOW];
};

/**
 * vouch_appraise_near() - judge how near the card is
 * @w: the appraisal, with all else that there is to find
 *
 * Last, because who could have lied about it depends on all else.
 */
void vouch_appraise_near(struct vouch_appraisal *w);

#endif /* VOUCH_VERIFY_APPRAISAL_H */
