/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VOUCH_VERIFY_MEASURED_H
#define VOUCH_VERIFY_MEASURED_H

/*
 * Measured boot (protocol.rst): a TPM's quote over the epoch nonce that shows
 * the firmware to have started the kernel that then reported. Only the first
 * attach of an epoch can be so: a later one, or a jump, leaves no trace in PCRs.
 */

#include <stdbool.h>
#include <stdint.h>

#include "booted.h"
#include "evidence.h"
#include "finding.h"
#include "hash.h"
#include "record.h"
#include "refs.h"
#include "tpm.h"

#define VOUCH_EPOCH_NONCE	32
#define VOUCH_QUOTES_MAX	8	/* judged for one attach: each costs a signature */

/**
 * struct vouch_boot - what a TPM said of an epoch
 * @quoted: the rest is set: a known key signed a quote over the epoch's nonce
 * @resets: the TPM's count of resets, which a key may see with an offset
 * @key: SHA-384 of the key's SPKI
 */
struct vouch_boot {
	bool quoted;
	uint32_t resets;
	uint8_t key[VOUCH_HASH_SIZE];
};

/**
 * struct vouch_measured - the state; zeros at first, but for @card_id
 * @card_id: of the log's card, VOUCH_CARD_ID_LEN bytes
 * @open: a quote can be for the kernel that attached last
 * @attached: there was an attach in this epoch
 * @nonce_known: @nonce is the epoch's
 * @has_key: there was a tpm-key record
 * @key_known: @key matches a reference that names this card
 * @bad_events: an event that no TPM can have taken
 * @has_quote: @quote is set
 * @has_before: there was an attach in an earlier epoch
 * @tries: quotes judged for this attach
 * @nonce: of the epoch
 * @reporter: the kernel that reported
 * @key_digest: SHA-384 of @key
 * @key: SPKI
 * @key_len: bytes there
 * @bank: the events so far
 * @booted: what they say
 * @quote: TPMS_ATTEST
 * @quote_len: bytes there
 * @quote_number: of its record
 * @now: of this epoch
 * @before: of the last epoch before it that had an attach
 */
struct vouch_measured {
	const uint8_t *card_id;
	bool open, attached, nonce_known, has_key, key_known, bad_events, has_quote, has_before;
	unsigned int tries;
	uint8_t nonce[VOUCH_EPOCH_NONCE];
	struct vouch_reporter reporter;
	uint8_t key_digest[VOUCH_HASH_SIZE];
	uint8_t key[VOUCH_RECORD_DATA_MAX];
	size_t key_len;
	struct vouch_tpm_bank bank;
	struct vouch_booted booted;
	uint8_t quote[VOUCH_RECORD_DATA_MAX];
	size_t quote_len;
	uint64_t quote_number;
	struct vouch_boot now;
	struct vouch_boot before;
};

/**
 * vouch_measured_reset() - a new epoch began
 * @m: the state
 * @record: its power-on or reset
 */
void vouch_measured_reset(struct vouch_measured *m, const struct vouch_record *record);

/**
 * vouch_measured_attach() - a kernel attached
 * @m: the state
 * @first: in this epoch
 */
void vouch_measured_attach(struct vouch_measured *m, bool first);

/**
 * vouch_measured_close() - what comes now is no longer what was booted
 * @m: the state
 */
void vouch_measured_close(struct vouch_measured *m);

/**
 * vouch_measured_record() - take a kernel, cmdline or tpm-* record; others are ignored
 * @m: the state
 * @refs: a sealed set, or NULL
 * @hash: context
 * @record: the record
 * @proven: returns whether the kernel that reported was booted by the firmware
 *
 * Return: what to report, VOUCH_REASON_NONE for nothing.
 */
enum vouch_reason vouch_measured_record(struct vouch_measured *m, const struct vouch_refs *refs,
					struct vouch_hash *hash,
					const struct vouch_record *record, bool *proven);

#endif /* VOUCH_VERIFY_MEASURED_H */
