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

#include "finding.h"
#include "hash.h"
#include "record.h"
#include "refs.h"
#include "tpm.h"

#define VOUCH_EPOCH_NONCE	32
#define VOUCH_BOOT_KEYS	8	/* of one host over its history */
#define VOUCH_QUOTES_MAX	8	/* judged for one attach: each costs a signature */

/**
 * struct vouch_boot - the last boot that one key quoted
 * @key: SHA-384 of its SPKI
 * @resets: the TPM's count of resets, which a key may see with an offset
 * @epoch: in which it was quoted
 */
struct vouch_boot {
	uint8_t key[VOUCH_HASH_SIZE];
	uint32_t resets;
	uint64_t epoch;
};

/**
 * struct vouch_measured - the state; zeros at first
 * @open: a quote can be for the kernel that attached last
 * @nonce_known: @nonce is the epoch's
 * @has_key: there was a tpm-key record
 * @key_known: @key matches a reference
 * @bad_events: an event that no TPM can have taken
 * @stranger: a boot program was started that matches no reference
 * @booted: the last boot program was the kernel that reported
 * @has_quote: @quote is set
 * @tries: quotes judged for this attach
 * @nonce: of the epoch
 * @release: of the kernel that reported, as in its record
 * @release_len: bytes there
 * @build_id: of it
 * @build_id_len: bytes there
 * @key_digest: SHA-384 of @key
 * @key: SPKI
 * @key_len: bytes there
 * @bank: the events so far
 * @quote: TPMS_ATTEST
 * @quote_len: bytes there
 * @quote_number: of its record
 * @epoch: counts power-ons and resets
 * @boots: of which boots there were quotes
 * @boot_count: how many are there
 */
struct vouch_measured {
	bool open, nonce_known, has_key, key_known, bad_events, stranger, booted, has_quote;
	unsigned int tries;
	uint8_t nonce[VOUCH_EPOCH_NONCE];
	char release[VOUCH_RECORD_NAME_MAX];
	size_t release_len;
	uint8_t build_id[VOUCH_RECORD_DATA_MAX];
	size_t build_id_len;
	uint8_t key_digest[VOUCH_HASH_SIZE];
	uint8_t key[VOUCH_RECORD_DATA_MAX];
	size_t key_len;
	struct vouch_tpm_bank bank;
	uint8_t quote[VOUCH_RECORD_DATA_MAX];
	size_t quote_len;
	uint64_t quote_number;
	uint64_t epoch;
	struct vouch_boot boots[VOUCH_BOOT_KEYS];
	size_t boot_count;
};

/**
 * vouch_measured_reset() - a new epoch began
 * @m: the state
 * @record: its power-on or reset
 */
void vouch_measured_reset(struct vouch_measured *m, const struct vouch_record *record);

/**
 * vouch_measured_attach() - the first attach of an epoch
 * @m: the state
 */
void vouch_measured_attach(struct vouch_measured *m);

/**
 * vouch_measured_close() - what comes now is no longer what was booted
 * @m: the state
 */
void vouch_measured_close(struct vouch_measured *m);

/**
 * vouch_measured_record() - take a kernel or tpm-* record; others are ignored
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
