/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VOUCH_VERIFY_APPRAISE_H
#define VOUCH_VERIFY_APPRAISE_H

/*
 * The appraisal: a package in, a verdict out. No input or output but through
 * the caller's functions, no clock, and memory that does not grow with the log.
 * Order: sizes, certificates, signatures, nonce, timing, replay, references,
 * policy, proximity. All that can still be trusted after a fault is checked too.
 */

#include <openssl/x509.h>

#include "evidence.h"
#include "finding.h"
#include "history.h"
#include "log.h"
#include "near.h"
#include "policy.h"
#include "reader.h"
#include "refs.h"
#include "timing.h"

/**
 * enum vouch_tier - the verdict (protocol.rst, verdicts)
 * @VOUCH_COULD_NOT_TELL: nothing can be said
 * @VOUCH_NOT_AUTHENTIC: the evidence is broken, or the policy is not met
 * @VOUCH_AUTHENTIC_WARNINGS: authentic but for weaknesses that are accepted
 * @VOUCH_AUTHENTIC: authentic
 */
enum vouch_tier {
	VOUCH_COULD_NOT_TELL,
	VOUCH_NOT_AUTHENTIC,
	VOUCH_AUTHENTIC_WARNINGS,
	VOUCH_AUTHENTIC,
};

/* What the caller wants attested; a hypervisor's verdict needs its log. */
#define VOUCH_SUBJECT_HYPERVISOR	0x1
#define VOUCH_SUBJECT_OS		0x2

/**
 * struct vouch_input - what to appraise, all borrowed
 * @reader: the package; or a report's outblob and behind it its auxblob
 * @outblob_len: bytes of that outblob; 0 for a package
 * @root: the third party's certificate, the only trust anchor
 * @refs: a sealed set, or NULL
 * @policy: what is demanded
 * @subject: VOUCH_SUBJECT_*; zero is the hypervisor alone
 * @nonce: the verifier's own, that the package must answer; or a report's inblob
 * @nonce_len: bytes there
 * @time: at which certificates must be valid, seconds since 1970
 * @find_seen: tells where a card was seen before, or NULL
 * @on_event: gets the history; it is worth nothing unless the verdict's
 *	@log_proven says so for that log; or NULL
 * @ctx: for both
 */
struct vouch_input {
	const struct vouch_reader *reader;
	uint64_t outblob_len;
	X509 *root;
	const struct vouch_refs *refs;
	const struct vouch_policy *policy;
	uint32_t subject;
	const uint8_t *nonce;
	size_t nonce_len;
	int64_t time;
	void (*find_seen)(void *ctx, const uint8_t *card_id, struct vouch_seen *seen);
	void (*on_event)(void *ctx, const struct vouch_event *event);
	void *ctx;
};

/**
 * struct vouch_verdict - the result
 * @tier: enum vouch_tier
 * @findings: the caller sets items and room, and may have put findings there
 *	that come from outside of the package (references that were refused)
 * @claims_proven: @claims are the card's; its pointers are NULL
 * @claims: what the card signed
 * @log_proven: by position in @claims
 * @timing: of the answer
 * @near: how near the card is, and who says so
 * @root: of the history's last kernel, in log 0 or else in the asker's own
 * @own_root: of the last kernel in the asker's own log
 * @own_kernels: how many reported there
 * @kernels: how many reported where @root is from
 * @continuous: how many of them their predecessor announced
 * @now: what to remember of this card; valid only if nothing is broken
 * @parts: where each part lies in the package, by enum vouch_part
 */
struct vouch_verdict {
	enum vouch_tier tier;
	struct vouch_findings findings;
	bool claims_proven;
	struct vouch_evidence claims;
	bool log_proven[2];
	struct vouch_timing timing;
	struct vouch_near near;
	enum vouch_root root;
	enum vouch_root own_root;
	uint64_t own_kernels;
	uint64_t kernels;
	uint64_t continuous;
	struct vouch_seen now;
	struct vouch_range parts[8];
};

/**
 * vouch_appraise() - appraise one package
 * @input: what to appraise
 * @verdict: returns the verdict
 */
void vouch_appraise(const struct vouch_input *input, struct vouch_verdict *verdict);

/**
 * vouch_tier_of() - the verdict that findings give
 * @findings: all of them
 *
 * Return: the tier.
 */
enum vouch_tier vouch_tier_of(const struct vouch_findings *findings);

/**
 * vouch_tier_text() - the words of a verdict
 * @tier: the verdict
 *
 * Return: a constant string.
 */
const char *vouch_tier_text(enum vouch_tier tier);

#endif /* VOUCH_VERIFY_APPRAISE_H */
