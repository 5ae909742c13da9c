/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VOUCH_VERIFY_EVIDENCE_H
#define VOUCH_VERIFY_EVIDENCE_H

/* What the card signed (vouch.cddl, evidence). */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "batch.h"
#include "cose.h"
#include "finding.h"

#define VOUCH_EVIDENCE_SIZE_MAX	8192
#define VOUCH_EVIDENCE_CONTEXT	"vouch/evidence/1"
#define VOUCH_CARD_ID_LEN	32
#define VOUCH_INSTANCE_LEN	16
#define VOUCH_DIGEST_LEN	48

enum vouch_role {
	VOUCH_ROLE_IS_HOST,
	VOUCH_ROLE_IS_GUEST,
};

enum vouch_attach {
	VOUCH_STATE_RESET,
	VOUCH_STATE_ATTACHED,
	VOUCH_STATE_JUMPING,
	VOUCH_STATE_DETACHED,
};

/**
 * struct vouch_log_claim - where a log stood when the card signed
 * @log: 0 for the host's, otherwise the function
 * @count: records in it
 * @instance: zeros for log 0
 * @pcr: running digest
 * @root: of the mountain range
 */
struct vouch_log_claim {
	uint64_t log;
	uint64_t count;
	uint8_t instance[VOUCH_INSTANCE_LEN];
	uint8_t pcr[VOUCH_DIGEST_LEN];
	uint8_t root[VOUCH_DIGEST_LEN];
};

/**
 * struct vouch_evidence - decoded claims
 * @cose: for its own signature; borrowed
 * @batched: it shares one; then @batch
 * @batch: borrowed
 * @alias: alias certificate, DER, borrowed
 * @device: device certificate, DER, borrowed
 * @alias_len: bytes of @alias
 * @device_len: bytes of @device
 * @nonce: as the card was given it
 * @card_id: who it says it is
 * @firmware: digest of the card's firmware
 * @boot_count: power-ons over the card's life
 * @logs: log 0 and the asker's own
 * @has_log: by position in @logs, whether the evidence speaks of it
 * @current: last KERNEL record of log 0, or VOUCH_NO_RECORD
 * @function: who asked
 * @role: enum vouch_role
 * @epoch: of the host function
 * @attach: enum vouch_attach
 * @own_epoch: power-ons and resets that the asker's own log has seen
 * @own_attach: enum vouch_attach of the asker
 * @last_contact: card clock, ns; UINT64_MAX for never
 * @t_rx: card clock when the command came, ns
 * @t_sign: and when it began to sign
 * @debug: debugging is possible
 */
struct vouch_evidence {
	struct vouch_cose cose;
	bool batched;
	struct vouch_batch batch;
	const uint8_t *alias;
	const uint8_t *device;
	size_t alias_len;
	size_t device_len;
	uint8_t nonce[VOUCH_DIGEST_LEN];
	uint8_t card_id[VOUCH_CARD_ID_LEN];
	uint8_t firmware[VOUCH_DIGEST_LEN];
	uint64_t boot_count;
	struct vouch_log_claim logs[2];
	bool has_log[2];
	uint64_t current;
	uint64_t function;
	uint64_t role;
	uint64_t epoch;
	uint64_t attach;
	uint64_t own_epoch;
	uint64_t own_attach;
	uint64_t last_contact;
	uint64_t t_rx;
	uint64_t t_sign;
	bool debug;
};

/**
 * vouch_evidence_parse() - decode evidence; checks no signature
 * @evidence: returns the claims, borrowing from @bytes
 * @bytes: the evidence
 * @len: bytes there
 *
 * Return: VOUCH_REASON_NONE, or why not: TOO_LONG, NOT_DETERMINISTIC,
 * EVIDENCE_MALFORMED, STATE_MALFORMED, or of a batch what vouch_batch_parse()
 * returns.
 */
enum vouch_reason vouch_evidence_parse(struct vouch_evidence *evidence, const uint8_t *bytes,
				       size_t len);

/**
 * vouch_evidence_verify() - did the card sign this evidence?
 * @evidence: parsed
 * @hash: to work with
 * @key: the card's
 *
 * Return: VOUCH_REASON_NONE, EVIDENCE_SIGNATURE, or of a batch what
 * vouch_batch_verify() returns.
 */
enum vouch_reason vouch_evidence_verify(const struct vouch_evidence *evidence,
					struct vouch_hash *hash, EVP_PKEY *key);

#endif /* VOUCH_VERIFY_EVIDENCE_H */
