/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VOUCH_VERIFY_TPM_H
#define VOUCH_VERIFY_TPM_H

/*
 * What a TPM signs and what the firmware logged, both from hostile input: TPM
 * 2.0 Library Part 2 (TPMS_ATTEST) and the TCG PC Client Platform Firmware
 * Profile (events). Nothing is allocated but by libcrypto, for one signature.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "hash.h"

#define VOUCH_TPM_PCRS		24
#define VOUCH_TPM_LOCALITIES	3	/* at which PCR 0 may start */
#define VOUCH_TPM_EVENT		56	/* bytes of one event in a record */

#define VOUCH_TPM_EV_NO_ACTION	3
#define VOUCH_TPM_PCR_BOOT	4	/* programs that the firmware started */
#define VOUCH_TPM_PCR_INPUT	9	/* what the kernel was given, as its stub measures it */

/**
 * struct vouch_tpm_quote - a decoded TPMS_ATTEST; pointers into the encoding
 * @nonce: extraData
 * @nonce_len: bytes there
 * @resets: resetCount
 * @pcrs: bit N for PCR N of the SHA-384 bank, the only one selected
 * @digest: SHA-384 over these PCRs
 */
struct vouch_tpm_quote {
	const uint8_t *nonce;
	size_t nonce_len;
	uint32_t resets;
	uint32_t pcrs;
	const uint8_t *digest;
};

/**
 * struct vouch_tpm_event - one event of the firmware's log
 * @pcr: which PCR was extended
 * @type: EV_*
 * @digest: with what, VOUCH_HASH_SIZE bytes
 */
struct vouch_tpm_event {
	uint32_t pcr;
	uint32_t type;
	const uint8_t *digest;
};

/**
 * struct vouch_tpm_bank - PCRs as the events leave them
 * @values: of each; the first is not used
 * @first: PCR 0, for each locality at which the TPM may have been started: the
 *	event that would say so has no digest
 */
struct vouch_tpm_bank {
	uint8_t values[VOUCH_TPM_PCRS][VOUCH_HASH_SIZE];
	uint8_t first[VOUCH_TPM_LOCALITIES][VOUCH_HASH_SIZE];
};

/**
 * vouch_tpm_quote_parse() - decode a TPMS_ATTEST of type quote
 * @quote: returns it
 * @bytes: exactly one
 * @len: bytes there
 *
 * Return: 0, or -EBADMSG if it is anything else, or over another bank.
 */
int vouch_tpm_quote_parse(struct vouch_tpm_quote *quote, const uint8_t *bytes, size_t len);

/**
 * vouch_tpm_event_at() - an event of a record
 * @event: returns it
 * @bytes: the record's data
 * @len: bytes there
 * @index: which
 *
 * Return: whether there is one.
 */
bool vouch_tpm_event_at(struct vouch_tpm_event *event, const uint8_t *bytes, size_t len,
			size_t index);

/**
 * vouch_tpm_bank_init() - the state after a TPM's start
 * @bank: returns it
 */
void vouch_tpm_bank_init(struct vouch_tpm_bank *bank);

/**
 * vouch_tpm_bank_extend() - take an event
 * @bank: the state
 * @hash: context
 * @event: the event
 *
 * Return: false if there is no such PCR.
 */
bool vouch_tpm_bank_extend(struct vouch_tpm_bank *bank, struct vouch_hash *hash,
			   const struct vouch_tpm_event *event);

/**
 * vouch_tpm_bank_matches() - do the events lead to what was quoted?
 * @bank: the state
 * @hash: context
 * @quote: the quote
 *
 * Return: whether they do, for one locality or another.
 */
bool vouch_tpm_bank_matches(const struct vouch_tpm_bank *bank, struct vouch_hash *hash,
			    const struct vouch_tpm_quote *quote);

/**
 * vouch_tpm_verify() - check an ECDSA signature with SHA-384
 * @spki: the public key, DER
 * @spki_len: bytes there
 * @message: what was signed
 * @message_len: bytes there
 * @signature: r || s, each as long as the key's order
 * @signature_len: bytes there
 *
 * Return: whether it is right. A key that is not EC on P-256 or P-384 signs
 * nothing.
 */
bool vouch_tpm_verify(const uint8_t *spki, size_t spki_len, const uint8_t *message,
		      size_t message_len, const uint8_t *signature, size_t signature_len);

#endif /* VOUCH_VERIFY_TPM_H */
