/* SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR MIT */
#ifndef VOUCH_CARD_RECEIPT_H
#define VOUCH_CARD_RECEIPT_H

/* Receipts: signed word of when evidence left the card. */

#include <stdbool.h>
#include <stdint.h>

#include <vouch/wire.h>

/**
 * struct vouch_sent - evidence whose receipt may be asked for
 * @ticket: reply's @evidence; 0 for an unused slot
 * @posted: @t_tx is set
 * @batched: it shares its signature, and the receipt may
 * @t_rx: card clock when the command was fetched
 * @t_sign_start: card clock just before signing
 * @t_tx: card clock when the completion was posted
 * @nonce: of the evidence
 * @digest: SHA-384 of the evidence
 */
struct vouch_sent {
	uint32_t ticket;
	bool posted;
	bool batched;
	uint64_t t_rx;
	uint64_t t_sign_start;
	uint64_t t_tx;
	uint8_t nonce[VOUCH_DIGEST_SIZE];
	uint8_t digest[VOUCH_DIGEST_SIZE];
};

#endif /* VOUCH_CARD_RECEIPT_H */
