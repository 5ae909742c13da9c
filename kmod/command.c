// SPDX-License-Identifier: GPL-2.0-only
/* The card's commands, typed: arguments in, checked answers out. */

#include <linux/minmax.h>
#include <linux/string.h>

#include "card.h"
#include "command.h"
#include "queue.h"

static int identify(struct vouch_card *card, struct vouch_identity *id,
		    int (*run)(struct vouch_card *card, struct vouch_request *req))
{
	struct vouch_request req = {
		.opcode = VOUCH_OP_IDENTIFY,
		.out = id,
		.out_room = sizeof(*id),
	};
	int rc = run(card, &req);

	if (!rc)
		rc = vouch_request_error(&req);
	if (rc)
		return rc;
	if (req.out_len != sizeof(*id) || id->rsv ||
	    le16_to_cpu(id->function) != card->function ||
	    le16_to_cpu(id->role) != card->role || card->role > VOUCH_ROLE_GUEST)
		return -EIO;
	return 0;
}

/**
 * vouch_command_greet - ask who answers, first thing after the queue started
 * @card: the card, not ready yet, so that nobody else sends commands
 *
 * Fills in @card->identity. Return: 0, or -EIO also where the answer
 * contradicts the registers.
 */
int vouch_command_greet(struct vouch_card *card)
{
	return identify(card, &card->identity, vouch_queue_run);
}

/**
 * vouch_command_identify - ask who answers
 * @card: the card
 * @id: returned; checked as by vouch_command_greet()
 */
int vouch_command_identify(struct vouch_card *card, struct vouch_identity *id)
{
	return identify(card, id, vouch_card_run);
}

/**
 * vouch_command_log_state - count, PCR and root of a log
 * @card: the card
 * @log: which
 * @state: returned
 */
int vouch_command_log_state(struct vouch_card *card, u32 log,
			    struct vouch_log_state *state)
{
	struct vouch_request req = {
		.opcode = VOUCH_OP_LOG_STATE,
		.arg0 = log,
		.out = state,
		.out_room = sizeof(*state),
	};
	int rc = vouch_request_run_exact(card, &req);

	if (rc)
		return rc;
	return state->rsv || le32_to_cpu(state->log) != log ? -EIO : 0;
}

/**
 * vouch_command_certs - alias and device certificate
 * @card: the card
 * @out: for the DER bytes
 * @out_len: room; returns bytes written, or with -ENOBUFS bytes needed
 */
int vouch_command_certs(struct vouch_card *card, void *out, u32 *out_len)
{
	struct vouch_request req = {
		.opcode = VOUCH_OP_CERTS,
		.out = out,
		.out_room = min_t(u32, *out_len, VOUCH_TRANSFER_MAX),
	};
	int rc = vouch_request_run(card, &req);

	if (!rc || rc == -ENOBUFS)
		*out_len = req.out_len;
	return rc;
}

/**
 * vouch_command_append - write a record
 * @card: the card; a host's record goes to log 0, a guest's to its own log
 * @rec: the record
 * @done: returned
 *
 * Return: 0 when the record is durable.
 */
int vouch_command_append(struct vouch_card *card, const struct vouch_record *rec,
			 struct vouch_appended *done)
{
	struct {
		struct vouch_append head;
		u8 tail[VOUCH_NAME_MAX + VOUCH_DATA_MAX];
	} in = {
		.head.type = cpu_to_le16(rec->type),
		.head.flags = cpu_to_le16(rec->digest ? VOUCH_APPEND_DIGEST : 0),
		.head.name_len = cpu_to_le16(rec->name_len),
		.head.data_len = cpu_to_le16(rec->data_len),
		.head.ref = cpu_to_le64(rec->ref),
	};
	struct vouch_request req = {
		.opcode = VOUCH_OP_APPEND,
		.hook = rec->hook,
		.in = &in,
		.in_len = sizeof(in.head) + rec->name_len + rec->data_len,
		.out = done,
		.out_room = sizeof(*done),
	};

	if (rec->name_len > VOUCH_NAME_MAX || rec->data_len > VOUCH_DATA_MAX)
		return -EINVAL;
	if (rec->digest)
		memcpy(in.head.digest, rec->digest, VOUCH_DIGEST_SIZE);
	memcpy(in.tail, rec->name, rec->name_len);
	memcpy(in.tail + rec->name_len, rec->data, rec->data_len);
	return vouch_request_run_exact(card, &req);
}

/**
 * vouch_command_assign - give a guest function a fresh instance
 * @card: the host's function
 * @function: from 1
 * @assigned: returned
 */
int vouch_command_assign(struct vouch_card *card, u32 function,
			 struct vouch_assigned *assigned)
{
	struct vouch_request req = {
		.opcode = VOUCH_OP_ASSIGN,
		.arg0 = function,
		.out = assigned,
		.out_room = sizeof(*assigned),
	};

	return vouch_request_run_exact(card, &req);
}

/**
 * vouch_command_withdraw - end a guest function's instance
 * @card: the host's function
 * @function: from 1
 */
int vouch_command_withdraw(struct vouch_card *card, u32 function)
{
	struct vouch_request req = {
		.opcode = VOUCH_OP_WITHDRAW,
		.arg0 = function,
	};

	return vouch_request_run(card, &req);
}

/**
 * vouch_command_attest - have evidence made
 * @card: the card
 * @req: @out, @out_room and @timeout_ms set; the rest, times too, is filled in
 * @flags: VOUCH_ATTEST_*; none of the logs for all
 * @nonce: goes into the evidence as it is
 */
int vouch_command_attest(struct vouch_card *card, struct vouch_request *req, u32 flags,
			 const u8 nonce[VOUCH_DIGEST_SIZE])
{
	struct vouch_attest in = {};

	/* A card that does not know it never does otherwise. */
	if (!READ_ONCE(card->queue.batches))
		flags &= ~VOUCH_ATTEST_OWN_SIGNATURE;
	in.flags = cpu_to_le32(flags);
	memcpy(in.nonce, nonce, VOUCH_DIGEST_SIZE);
	req->opcode = VOUCH_OP_ATTEST;
	req->in = &in;
	req->in_len = sizeof(in);
	return vouch_request_run(card, req);
}

/**
 * vouch_command_receipt - ask when an evidence left the card
 * @card: the card
 * @evidence: SHA-384 of it
 * @out: for the receipt
 * @out_len: room; returns bytes written, or with -ENOBUFS bytes needed
 */
int vouch_command_receipt(struct vouch_card *card, const u8 evidence[VOUCH_DIGEST_SIZE],
			  void *out, u32 *out_len)
{
	struct vouch_request req = {
		.opcode = VOUCH_OP_RECEIPT,
		.in = evidence,
		.in_len = sizeof(struct vouch_receipt_request),
		.out = out,
		.out_room = min_t(u32, *out_len, VOUCH_RECEIPT_MAX),
	};
	int rc = vouch_request_run(card, &req);

	if (!rc || rc == -ENOBUFS)
		*out_len = req.out_len;
	return rc;
}

/**
 * vouch_command_log_read - read whole records
 * @card: the card
 * @log: which
 * @from: first record wanted
 * @out: for a CBOR sequence
 * @out_len: room, at least VOUCH_RECORD_MAX; returns bytes written
 * @next: returns the record to ask for next; @from at the end
 */
int vouch_command_log_read(struct vouch_card *card, u32 log, u64 from,
			   void *out, u32 *out_len, u64 *next)
{
	struct vouch_request req = {
		.opcode = VOUCH_OP_LOG_READ,
		.arg0 = log,
		.arg1 = from,
		.out = out,
		.out_room = min_t(u32, *out_len, VOUCH_TRANSFER_MAX),
	};
	int rc = vouch_request_run(card, &req);

	if (rc)
		return rc;
	/* Each record is at least a byte, and the end is where nothing came. */
	if (req.result < from || req.result - from > req.out_len ||
	    !req.out_len != !(req.result - from))
		return -EIO;
	*out_len = req.out_len;
	*next = req.result;
	return 0;
}

/**
 * vouch_command_proximity_open - begin a proximity session
 * @card: a guest's function
 * @rounds: how many
 * @nonce: as in the request for the evidence that it goes with
 * @opened: returned
 */
int vouch_command_proximity_open(struct vouch_card *card, u32 rounds,
				 const u8 nonce[VOUCH_DIGEST_SIZE],
				 struct vouch_proximity_opened *opened)
{
	struct vouch_proximity_open in = { .rounds = cpu_to_le32(rounds) };
	struct vouch_request req = {
		.opcode = VOUCH_OP_PROXIMITY_OPEN,
		.in = &in,
		.in_len = sizeof(in),
		.out = opened,
		.out_room = sizeof(*opened),
	};

	memcpy(in.nonce, nonce, VOUCH_DIGEST_SIZE);
	return vouch_request_run_exact(card, &req);
}

/**
 * vouch_command_proximity_close - have a proximity session signed
 * @card: a guest's function
 * @session: which
 * @out: for what the card saw
 * @out_len: room; returns bytes written
 *
 * Return: 0; -ENOENT where the session has ended before, or rounds are left.
 */
int vouch_command_proximity_close(struct vouch_card *card,
				  const u8 session[VOUCH_SESSION_SIZE],
				  void *out, u32 *out_len)
{
	struct vouch_request req = {
		.opcode = VOUCH_OP_PROXIMITY_CLOSE,
		.in = session,
		.in_len = sizeof(struct vouch_proximity_close),
		.out = out,
		.out_room = min_t(u32, *out_len, VOUCH_PROXIMITY_MAX),
	};
	int rc = vouch_request_run(card, &req);

	*out_len = req.out_len;
	return rc || req.out_len ? rc : -EIO;
}
