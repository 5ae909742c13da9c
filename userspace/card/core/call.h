/* SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR MIT */
#ifndef VOUCH_CARD_CALL_H
#define VOUCH_CARD_CALL_H

/* One command while it is executed. */

#include "card.h"
#include "cbor.h"

/* What a signature is for, or a leaf of a batch. */
#define VOUCH_CONTEXT_EVIDENCE	"vouch/evidence/1"
#define VOUCH_CONTEXT_RECEIPT	"vouch/receipt/1"

/**
 * struct vouch_call - one command while it is executed
 * @card: the card
 * @function: number of the asking function
 * @self: the same function's state
 * @arg0: the command's
 * @arg1: the command's
 * @in: input, of the length that the command declares
 * @in_len: bytes at @in
 * @out: room for output
 * @out_cap: bytes at @out
 * @t_rx: card clock when the command was fetched
 * @out_len: returns bytes written; with VOUCH_ST_SMALL, bytes needed
 * @result: returns the completion's result
 * @pending: returns whether a commit must come first
 * @evidence: returns the ticket of evidence
 */
struct vouch_call {
	struct vouch_card *card;
	uint16_t function;
	struct vouch_card_function *self;
	uint64_t arg0;
	uint64_t arg1;
	const uint8_t *in;
	size_t in_len;
	uint8_t *out;
	size_t out_cap;
	uint64_t t_rx;
	size_t out_len;
	uint64_t result;
	bool pending;
	uint32_t evidence;
};

enum vouch_status vouch_command_admit(struct vouch_card *card, uint16_t fn,
				      const struct vouch_cmd *cmd, size_t in_len,
				      size_t out_cap, uint64_t t_rx);
enum vouch_status vouch_call_log(const struct vouch_call *call, struct vouch_log **log);
enum vouch_status vouch_call_put(struct vouch_call *call, const void *data, size_t len);
enum vouch_status vouch_call_status(int error);

enum vouch_status vouch_append_run(struct vouch_call *call);
enum vouch_status vouch_assign_run(struct vouch_call *call);
enum vouch_status vouch_withdraw_run(struct vouch_call *call);
enum vouch_status vouch_evidence_run(struct vouch_call *call);
enum vouch_status vouch_evidence_claims(struct vouch_call *call, uint64_t t_sign_start,
					struct vouch_cbor *payload);
enum vouch_status vouch_evidence_sent(struct vouch_call *call, uint64_t t_sign_start,
				      bool batched);
enum vouch_status vouch_receipt_claims(struct vouch_call *call, struct vouch_cbor *payload);
enum vouch_status vouch_receipt_run(struct vouch_call *call);
enum vouch_status vouch_proximity_open_run(struct vouch_call *call);
enum vouch_status vouch_proximity_close_run(struct vouch_call *call);
const struct vouch_sent *vouch_sent_find(const struct vouch_card_function *function,
					 const uint8_t *digest);
struct vouch_proximity *vouch_proximity_find(const struct vouch_call *call);
enum vouch_status vouch_log_state_run(struct vouch_call *call);
enum vouch_status vouch_log_read_run(struct vouch_call *call);

#endif /* VOUCH_CARD_CALL_H */
