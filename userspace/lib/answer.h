/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VOUCH_ANSWER_H
#define VOUCH_ANSWER_H

/* Evidence as it comes from a card, and the receipt that says when it left. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <vouch/ioctl.h>

struct vouch_device;

/**
 * struct vouch_answer - evidence as it came, and when
 * @bytes: COSE_Sign1, or a leaf of a batch; @len bytes
 * @len: how many
 * @before: CLOCK_MONOTONIC_RAW before the request, ns
 * @after: the same clock after the answer, ns
 * @doorbell: the driver's stamp on the same clock, 0 if it has none
 * @interrupt: likewise
 * @by_ebpf: a BPF program took @doorbell and @interrupt, not the driver
 * @t_rx: card clock when it fetched the command, ns
 */
struct vouch_answer {
	uint8_t bytes[VOUCH_EVIDENCE_MAX];
	size_t len;
	uint64_t before;
	uint64_t after;
	uint64_t doorbell;
	uint64_t interrupt;
	bool by_ebpf;
	uint64_t t_rx;
};

/**
 * struct vouch_receipt - the card's word on when evidence left it
 * @bytes: COSE_Sign1, or a leaf of a batch
 * @len: bytes used
 */
struct vouch_receipt {
	uint8_t bytes[VOUCH_RECEIPT_MAX];
	size_t len;
};

int vouch_attest(struct vouch_device *dev, uint32_t flags, const uint8_t nonce[VOUCH_DIGEST_SIZE],
		 uint32_t timeout_ms, struct vouch_answer *answer);
int vouch_receipt(struct vouch_device *dev, const struct vouch_answer *answer,
		  struct vouch_receipt *receipt);

/**
 * struct vouch_sent - claims of a receipt, read and not verified
 * @nonce: of the evidence
 * @t_rx: card clock, request fetched, ns
 * @t_sign: card clock, signing began, ns
 * @t_tx: card clock, evidence left, ns
 * @evidence: SHA-384 of it
 */
struct vouch_sent {
	uint8_t nonce[VOUCH_DIGEST_SIZE];
	uint64_t t_rx;
	uint64_t t_sign;
	uint64_t t_tx;
	uint8_t evidence[VOUCH_DIGEST_SIZE];
};

int vouch_receipt_read(const void *buf, size_t len, struct vouch_sent *sent);

#endif /* VOUCH_ANSWER_H */
