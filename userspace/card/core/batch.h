/* SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR MIT */
#ifndef VOUCH_CARD_BATCH_H
#define VOUCH_CARD_BATCH_H

/* Requests that wait together, and then share a signature (formats.rst, batches). */

#include <stdbool.h>
#include <stdint.h>

#include <vouch/wire.h>

#include "config.h"
#include "merkle.h"

struct vouch_card;
struct vouch_card_reply;

#define VOUCH_BATCH_SIGN1	256	/* bytes of a signed tree without certificates */

/**
 * struct vouch_batch_leaf - one request, and what is signed for it
 * @function: whose
 * @opcode: VOUCH_OP_ATTEST or VOUCH_OP_RECEIPT
 * @status: enum vouch_status; not in the tree unless VOUCH_ST_OK
 * @index: in the tree
 * @t_rx: card clock when the command was fetched
 * @len: bytes of @payload
 * @in: its input; that of a receipt is shorter
 * @blind: so that its hash tells nobody anything
 * @payload: what a signature of its own would cover
 */
struct vouch_batch_leaf {
	uint16_t function;
	uint16_t opcode;
	uint16_t status;
	uint16_t index;
	uint64_t t_rx;
	size_t len;
	uint8_t in[sizeof(struct vouch_attest)];
	uint8_t blind[VOUCH_BATCH_BLIND_SIZE];
	uint8_t payload[VOUCH_PAYLOAD_MAX];
};

/**
 * struct vouch_batch - requests of one batch
 * @count: of @leaves
 * @alone: there was one, which gets a signature of its own
 * @t_sign_start: card clock just before the payloads were made and signed
 * @tree: over the leaves whose status is VOUCH_ST_OK
 * @plain_len: bytes of @plain
 * @chain_len: bytes of @chain
 * @plain: the signed tree
 * @chain: the same with the certificates
 * @leaves: in the order in which they came
 */
struct vouch_batch {
	size_t count;
	bool alone;
	uint64_t t_sign_start;
	struct vouch_merkle tree;
	size_t plain_len;
	size_t chain_len;
	uint8_t plain[VOUCH_BATCH_SIGN1];
	uint8_t chain[VOUCH_BATCH_SIGN1 + VOUCH_CARD_CERTS_MAX];
	struct vouch_batch_leaf leaves[VOUCH_BATCH_MAX];
};

/**
 * vouch_card_batch_add - let a command wait, to share a signature with others
 * @card: an open card
 * @fn: function whose queue it came from
 * @cmd: the front end's own copy of the submission
 * @in: the front end's own copy of its input, as long as it says
 * @t_rx: card clock when the command was fetched
 * @place: returns where it waits, for vouch_card_batch_answer()
 *
 * Return: false for a command that is to be executed now: any that is not a
 * request for evidence, or for the receipt of batched evidence; one whose asker
 * insists, or whose output would be too small; and any when the batch is full
 * or batches are off.
 */
bool vouch_card_batch_add(struct vouch_card *card, uint16_t fn, const struct vouch_cmd *cmd,
			  const uint8_t *in, uint64_t t_rx, uint32_t *place);

/**
 * vouch_card_batch_due - is the batch to be closed now?
 * @card: an open card
 * @more: commands wait to be fetched, which may join it
 */
bool vouch_card_batch_due(const struct vouch_card *card, bool more);

/**
 * vouch_card_batch_next - when the batch is due, whatever comes
 * @card: an open card
 *
 * Return: card clock, or UINT64_MAX when none waits.
 */
uint64_t vouch_card_batch_next(const struct vouch_card *card);

/**
 * vouch_card_batch_close - execute all that waits, with one signature
 * @card: an open card, with requests that wait
 *
 * A function that was reset or lost its instance meanwhile gets nothing that
 * it could not ask for now. To be followed by vouch_card_batch_answer() for
 * each request whose asker is still there, and vouch_card_batch_end().
 */
void vouch_card_batch_close(struct vouch_card *card);

/**
 * vouch_card_batch_answer - the answer to one command of a closed batch
 * @card: an open card
 * @place: where it waited
 * @cmd: the submission
 * @out: receives the output
 * @out_cap: room at @out: the command's out_len
 * @reply: returns the completion
 */
void vouch_card_batch_answer(struct vouch_card *card, uint32_t place, const struct vouch_cmd *cmd,
			     uint8_t *out, size_t out_cap, struct vouch_card_reply *reply);

/**
 * vouch_card_batch_end - the next batch begins
 * @card: an open card
 */
void vouch_card_batch_end(struct vouch_card *card);

#endif /* VOUCH_CARD_BATCH_H */
