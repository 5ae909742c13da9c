// SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR MIT
/*
 * Batches (Documentation/formats.rst). A request that waits has been looked at
 * and nothing more: all are executed together when the batch is closed, so one
 * view of the card is what all of them are answered from.
 */
#include <errno.h>
#include <string.h>

#include "call.h"
#include "cose.h"
#include "hash.h"
#include "le.h"

#define CLAIM_TREE		(-70112)

/* No leaf is longer than this and its payload, nor a receipt than that. */
#define NOT_PAYLOAD		(VOUCH_BATCH_SIGN1 + VOUCH_BATCH_PATH_MAX * 50 + 64)
#define CLAIMS_SIZE		640
#define RECEIPT_CLAIMS_SIZE	192

static size_t room_for(const struct vouch_card *card, uint16_t opcode)
{
	const struct vouch_card_config *config = card->config;

	if (opcode == VOUCH_OP_RECEIPT)
		return NOT_PAYLOAD + RECEIPT_CLAIMS_SIZE;
	return NOT_PAYLOAD + CLAIMS_SIZE + config->alias.len + config->device.len;
}

/* Whether the asker lets it share; of what is refused, no. */
static bool may_share(const struct vouch_card *card, uint16_t fn, uint16_t opcode,
		      const uint8_t *in)
{
	const struct vouch_sent *sent;
	struct vouch_attest request;

	if (opcode == VOUCH_OP_RECEIPT) {
		sent = vouch_sent_find(&card->functions[fn], in);
		return sent && sent->batched;
	}
	memcpy(&request, in, sizeof(request));
	return !(vouch_le32(request.flags) & VOUCH_ATTEST_OWN_SIGNATURE);
}

bool vouch_card_batch_add(struct vouch_card *card, uint16_t fn, const struct vouch_cmd *cmd,
			  const uint8_t *in, uint64_t t_rx, uint32_t *place)
{
	const size_t in_len = vouch_le32(cmd->in_len);
	const uint16_t opcode = vouch_le16(cmd->opcode);
	struct vouch_batch *batch = &card->batch;
	struct vouch_batch_leaf *leaf;

	if (card->config->batch == VOUCH_BATCH_OFF || batch->count == VOUCH_BATCH_MAX ||
	    (opcode != VOUCH_OP_ATTEST && opcode != VOUCH_OP_RECEIPT) ||
	    vouch_command_admit(card, fn, cmd, in_len, vouch_le32(cmd->out_len), t_rx) ||
	    vouch_le32(cmd->out_len) < room_for(card, opcode) || !may_share(card, fn, opcode, in))
		return false;
	*place = (uint32_t)batch->count;
	leaf = &batch->leaves[batch->count++];
	leaf->function = fn;
	leaf->opcode = opcode;
	leaf->t_rx = t_rx;
	leaf->len = 0;
	memcpy(leaf->in, in, in_len);
	return true;
}

uint64_t vouch_card_batch_next(const struct vouch_card *card)
{
	const struct vouch_batch *batch = &card->batch;

	return batch->count ? batch->leaves[0].t_rx + card->config->batch_wait : UINT64_MAX;
}

bool vouch_card_batch_due(const struct vouch_card *card, bool more)
{
	const struct vouch_batch *batch = &card->batch;

	if (!batch->count)
		return false;
	if (batch->count == VOUCH_BATCH_MAX || vouch_card_now(card) >= vouch_card_batch_next(card))
		return true;
	return card->config->batch == VOUCH_BATCH_AUTO && !more;
}

static size_t input_of(const struct vouch_batch_leaf *leaf)
{
	return leaf->opcode == VOUCH_OP_ATTEST ? sizeof(struct vouch_attest) :
						 sizeof(struct vouch_receipt_request);
}

static struct vouch_call call_of(struct vouch_card *card, struct vouch_batch_leaf *leaf)
{
	return (struct vouch_call) {
		.card = card,
		.function = leaf->function,
		.self = &card->functions[leaf->function],
		.in = leaf->in,
		.in_len = input_of(leaf),
		.t_rx = leaf->t_rx,
	};
}

static enum vouch_status hash_leaf(struct vouch_card *card, struct vouch_batch_leaf *leaf)
{
	static const uint8_t prefix;
	const struct vouch_card_crypto *crypto = &card->config->crypto;
	struct vouch_merkle *tree = &card->batch.tree;
	const char *context = leaf->opcode == VOUCH_OP_ATTEST ? VOUCH_CONTEXT_EVIDENCE :
								VOUCH_CONTEXT_RECEIPT;
	const struct vouch_span parts[] = {
		{ &prefix, 1 },
		{ context, strlen(context) },
		{ leaf->blind, sizeof(leaf->blind) },
		{ leaf->payload, leaf->len },
	};
	int ret = crypto->random(crypto->ctx, leaf->blind, sizeof(leaf->blind));

	if (!ret)
		ret = vouch_hash(card, parts, sizeof(parts) / sizeof(parts[0]),
				 tree->node[tree->leaves]);
	if (!ret)
		leaf->index = (uint16_t)tree->leaves++;
	return vouch_call_status(ret);
}

static enum vouch_status make_leaf(struct vouch_card *card, struct vouch_batch_leaf *leaf)
{
	struct vouch_cbor payload = { .buf = leaf->payload, .cap = sizeof(leaf->payload) };
	struct vouch_call call = call_of(card, leaf);
	enum vouch_status status;

	if (leaf->opcode == VOUCH_OP_ATTEST)
		status = vouch_evidence_claims(&call, card->batch.t_sign_start, &payload);
	else
		status = vouch_receipt_claims(&call, &payload);
	if (status)
		return status;
	if (payload.full)
		return VOUCH_ST_INTERNAL;
	leaf->len = payload.len;
	return hash_leaf(card, leaf);
}

static int sign_tree(struct vouch_card *card)
{
	struct vouch_batch *batch = &card->batch;
	struct vouch_cbor plain = { .buf = batch->plain, .cap = sizeof(batch->plain) };
	struct vouch_cbor chain = { .buf = batch->chain, .cap = sizeof(batch->chain) };
	uint8_t buf[80], signature[VOUCH_SIGNATURE_SIZE];
	struct vouch_cbor payload = { .buf = buf, .cap = sizeof(buf) };
	int ret = vouch_merkle_build(card, &batch->tree);

	if (ret)
		return ret;
	vouch_cbor_map(&payload, 1);
	vouch_cbor_int(&payload, CLAIM_TREE);
	vouch_cbor_array(&payload, 2);
	vouch_cbor_uint(&payload, batch->tree.leaves);
	vouch_cbor_bytes(&payload, vouch_merkle_root(&batch->tree), VOUCH_DIGEST_SIZE);
	ret = vouch_cose_signature(card, "vouch/batch/1", &payload, signature);
	if (ret)
		return ret;
	vouch_cose_put(card, false, &payload, signature, &plain);
	vouch_cose_put(card, true, &payload, signature, &chain);
	batch->plain_len = plain.len;
	batch->chain_len = chain.len;
	return plain.full || chain.full ? -EOVERFLOW : 0;
}

void vouch_card_batch_close(struct vouch_card *card)
{
	struct vouch_batch *batch = &card->batch;
	struct vouch_batch_leaf *leaf, *end = batch->leaves + batch->count;
	int ret;

	batch->alone = card->config->batch == VOUCH_BATCH_AUTO && batch->count == 1;
	batch->tree.leaves = 0;
	if (batch->alone)
		return;
	ret = vouch_card_commit(card);
	batch->t_sign_start = vouch_card_now(card);
	for (leaf = batch->leaves; leaf < end; leaf++)
		leaf->status = ret ? VOUCH_ST_STORAGE : make_leaf(card, leaf);
	if (!batch->tree.leaves)
		return;
	ret = sign_tree(card);
	for (leaf = batch->leaves; leaf < end && ret; leaf++)
		if (!leaf->status)
			leaf->status = vouch_call_status(ret);
}

static void put_leaf(const struct vouch_batch *batch, const struct vouch_batch_leaf *leaf,
		     struct vouch_cbor *out)
{
	const uint8_t *path[VOUCH_BATCH_PATH_MAX];
	const size_t len = vouch_merkle_path(&batch->tree, leaf->index, path);
	size_t i;

	vouch_cbor_array(out, 5);
	if (leaf->opcode == VOUCH_OP_ATTEST)
		vouch_cbor_bytes(out, batch->chain, batch->chain_len);
	else
		vouch_cbor_bytes(out, batch->plain, batch->plain_len);
	vouch_cbor_uint(out, leaf->index);
	vouch_cbor_bytes(out, leaf->blind, sizeof(leaf->blind));
	vouch_cbor_array(out, len);
	for (i = 0; i < len; i++)
		vouch_cbor_bytes(out, path[i], VOUCH_DIGEST_SIZE);
	vouch_cbor_bytes(out, leaf->payload, leaf->len);
}

void vouch_card_batch_answer(struct vouch_card *card, uint32_t place, const struct vouch_cmd *cmd,
			     uint8_t *out, size_t out_cap, struct vouch_card_reply *reply)
{
	struct vouch_batch *batch = &card->batch;
	struct vouch_batch_leaf *leaf = &batch->leaves[place];
	struct vouch_call call = call_of(card, leaf);
	struct vouch_cbor w = { .buf = out, .cap = out_cap };
	enum vouch_status status = leaf->status;

	if (batch->alone) {
		vouch_card_execute(card, leaf->function, cmd, leaf->in, input_of(leaf), out,
				   out_cap, leaf->t_rx, reply);
		return;
	}
	call.out = out;
	if (!status)
		put_leaf(batch, leaf, &w);
	call.out_len = w.len;
	if (!status && w.full)
		status = VOUCH_ST_INTERNAL;
	if (!status && leaf->opcode == VOUCH_OP_ATTEST)
		status = vouch_evidence_sent(&call, batch->t_sign_start, true);
	vouch_card_refuse(cmd, status, leaf->t_rx, reply);
	if (status)
		return;
	reply->cpl.out_len = vouch_to_le32((uint32_t)w.len);
	reply->cpl.result = vouch_to_le64(batch->tree.leaves);
	reply->evidence = call.evidence;
}

void vouch_card_batch_end(struct vouch_card *card)
{
	card->batch.count = 0;
}
