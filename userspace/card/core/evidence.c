// SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR MIT
/*
 * Evidence (Documentation/formats.rst): one atomic view, since a card executes
 * one command at a time and whatever was pending has been committed before.
 */
#include <errno.h>
#include <string.h>

#include "call.h"
#include "cose.h"
#include "hash.h"
#include "le.h"

#define CWT_ISS			1
#define EAT_NONCE		10
#define EAT_UEID		256
#define EAT_DBGSTAT		263
#define EAT_PROFILE		265
#define EAT_BOOTCOUNT		267
#define CLAIM_LOGS		(-70101)
#define CLAIM_CURRENT		(-70102)
#define CLAIM_STATE		(-70103)
#define CLAIM_TIMES		(-70104)
#define CLAIM_FIRMWARE		(-70105)
#define CLAIM_OWN_STATE		(-70107)

#define TAG_CWT			61
#define UEID_RANDOM		1
#define DBGSTAT_ENABLED		1
#define DBGSTAT_DISABLED_FOR_GOOD 3

/* At most this many bytes of evidence are not certificates. */
#define NOT_CERTIFICATES	720

static void put_text(struct vouch_cbor *w, const char *text)
{
	vouch_cbor_text(w, text, strlen(text));
}

static void put_log(struct vouch_cbor *w, const struct vouch_log *log)
{
	vouch_cbor_array(w, 5);
	vouch_cbor_uint(w, log->id);
	vouch_cbor_bytes(w, log->instance, sizeof(log->instance));
	vouch_cbor_uint(w, log->count);
	vouch_cbor_bytes(w, log->pcr, sizeof(log->pcr));
	vouch_cbor_bytes(w, log->root, sizeof(log->root));
}

static void put_identity(struct vouch_cbor *w, const struct vouch_card *card,
			 const uint8_t *nonce)
{
	uint8_t ueid[1 + VOUCH_CARD_ID_SIZE] = { UEID_RANDOM };

	memcpy(ueid + 1, card->config->card_id, VOUCH_CARD_ID_SIZE);
	vouch_cbor_int(w, CWT_ISS);
	put_text(w, "vouch-card");
	vouch_cbor_int(w, EAT_NONCE);
	vouch_cbor_bytes(w, nonce, VOUCH_DIGEST_SIZE);
	vouch_cbor_int(w, EAT_UEID);
	vouch_cbor_bytes(w, ueid, sizeof(ueid));
	vouch_cbor_int(w, EAT_DBGSTAT);
	vouch_cbor_uint(w, card->config->debug ? DBGSTAT_ENABLED : DBGSTAT_DISABLED_FOR_GOOD);
	vouch_cbor_int(w, EAT_PROFILE);
	put_text(w, "tag:vouch.example,2026:evidence/1");
	vouch_cbor_int(w, EAT_BOOTCOUNT);
	vouch_cbor_uint(w, card->boot_count);
}

static void put_state(struct vouch_cbor *w, const struct vouch_call *call)
{
	const struct vouch_card *card = call->card;

	vouch_cbor_int(w, CLAIM_CURRENT);
	if (card->log.current == VOUCH_NO_REF)
		vouch_cbor_null(w);
	else
		vouch_cbor_uint(w, card->log.current);
	vouch_cbor_int(w, CLAIM_STATE);
	vouch_cbor_array(w, 5);
	vouch_cbor_uint(w, call->function);
	vouch_cbor_uint(w, vouch_card_role(call->function));
	vouch_cbor_uint(w, card->log.epoch.number);
	vouch_cbor_uint(w, card->log.epoch.attach);
	if (card->contacted)
		vouch_cbor_uint(w, card->last_contact);
	else
		vouch_cbor_null(w);
}

static void put_logs(struct vouch_cbor *w, const struct vouch_call *call, uint32_t logs)
{
	vouch_cbor_int(w, CLAIM_LOGS);
	vouch_cbor_array(w, !!(logs & VOUCH_ATTEST_HYPERVISOR) + !!(logs & VOUCH_ATTEST_OS));
	if (logs & VOUCH_ATTEST_HYPERVISOR)
		put_log(w, &call->card->log);
	if (logs & VOUCH_ATTEST_OS)
		put_log(w, &call->self->log);
}

static void put_own_state(struct vouch_cbor *w, const struct vouch_epoch *epoch)
{
	vouch_cbor_int(w, CLAIM_OWN_STATE);
	vouch_cbor_array(w, 2);
	vouch_cbor_uint(w, epoch->number);
	vouch_cbor_uint(w, epoch->attach);
}

static void put_claims(struct vouch_cbor *w, const struct vouch_call *call, uint32_t logs,
		       const uint8_t *nonce, uint64_t t_sign_start)
{
	const struct vouch_card *card = call->card;

	vouch_cbor_map(w, 11 + !!(logs & VOUCH_ATTEST_OS));
	put_identity(w, card, nonce);
	put_logs(w, call, logs);
	put_state(w, call);
	vouch_cbor_int(w, CLAIM_TIMES);
	vouch_cbor_array(w, 2);
	vouch_cbor_uint(w, call->t_rx);
	vouch_cbor_uint(w, t_sign_start);
	vouch_cbor_int(w, CLAIM_FIRMWARE);
	vouch_cbor_bytes(w, card->config->firmware, VOUCH_DIGEST_SIZE);
	if (logs & VOUCH_ATTEST_OS)
		put_own_state(w, &call->self->log.epoch);
}

/* The receipt's memory: a ring of which the oldest is overwritten. */
static int remember(struct vouch_call *call, const uint8_t *nonce, uint64_t t_sign_start,
		    bool batched)
{
	const struct vouch_span whole = { call->out, call->out_len };
	struct vouch_card_function *self = call->self;
	struct vouch_sent *sent;

	do {
		call->evidence = ++self->tickets;
	} while (!call->evidence);
	sent = &self->sent[call->evidence % VOUCH_CARD_SENT];
	*sent = (struct vouch_sent) {
		.ticket = call->evidence,
		.batched = batched,
		.t_rx = call->t_rx,
		.t_sign_start = t_sign_start,
	};
	memcpy(sent->nonce, nonce, VOUCH_DIGEST_SIZE);
	return vouch_hash(call->card, &whole, 1, sent->digest);
}

/* The logs that a request means, as flags. */
static enum vouch_status choose(const struct vouch_call *call, uint32_t *logs)
{
	const uint32_t all = VOUCH_ATTEST_HYPERVISOR | (call->function ? VOUCH_ATTEST_OS : 0);

	*logs &= ~VOUCH_ATTEST_OWN_SIGNATURE;
	if (*logs & ~all)
		return VOUCH_ST_FIELD;
	if (call->function && !call->self->assigned)
		return VOUCH_ST_UNASSIGNED;
	if (!*logs)
		*logs = all;
	return VOUCH_ST_OK;
}

/**
 * vouch_evidence_claims - what evidence says, before it is signed
 * @call: input is struct vouch_attest
 * @t_sign_start: card clock; nothing that is written from now on is in it
 * @payload: receives the claims
 *
 * Return: the completion's status.
 */
enum vouch_status vouch_evidence_claims(struct vouch_call *call, uint64_t t_sign_start,
					struct vouch_cbor *payload)
{
	struct vouch_card *card = call->card;
	struct vouch_attest request;
	enum vouch_status status;
	uint32_t logs;
	int ret;

	memcpy(&request, call->in, sizeof(request));
	logs = vouch_le32(request.flags);
	if (vouch_le32(request.rsv))
		return VOUCH_ST_FIELD;
	status = choose(call, &logs);
	if (status)
		return status;
	ret = vouch_log_root(card, &card->log);
	if (!ret && call->function)
		ret = vouch_log_root(card, &call->self->log);
	if (ret)
		return vouch_call_status(ret);
	put_claims(payload, call, logs, request.nonce, t_sign_start);
	return VOUCH_ST_OK;
}

/**
 * vouch_evidence_sent - what follows from evidence that is complete
 * @call: its claims were made just before; its output is the evidence
 * @t_sign_start: as in the claims
 * @batched: it shares its signature
 *
 * Return: the completion's status.
 */
enum vouch_status vouch_evidence_sent(struct vouch_call *call, uint64_t t_sign_start,
				      bool batched)
{
	struct vouch_attest request;
	uint32_t logs;

	memcpy(&request, call->in, sizeof(request));
	logs = vouch_le32(request.flags);
	/* What a guest may read of log 0 is what was signed for it, and no more. */
	if (!choose(call, &logs) && logs & VOUCH_ATTEST_HYPERVISOR)
		call->self->readable = call->card->log.count;
	return vouch_call_status(remember(call, request.nonce, t_sign_start, batched));
}

/**
 * vouch_evidence_run - ATTEST
 * @call: input is struct vouch_attest
 *
 * Return: the completion's status.
 */
enum vouch_status vouch_evidence_run(struct vouch_call *call)
{
	struct vouch_cbor out = { .buf = call->out, .cap = call->out_cap };
	uint8_t payload_buf[VOUCH_PAYLOAD_MAX];
	struct vouch_cbor payload = { .buf = payload_buf, .cap = sizeof(payload_buf) };
	const struct vouch_card *card = call->card;
	const uint64_t t_sign_start = vouch_card_now(card);
	enum vouch_status status = vouch_evidence_claims(call, t_sign_start, &payload);
	int ret;

	if (status)
		return status;
	vouch_cbor_tag(&out, TAG_CWT);
	ret = vouch_cose_sign(card, VOUCH_CONTEXT_EVIDENCE, true, &payload, &out);
	if (ret == -ENOBUFS)
		return vouch_call_put(call, NULL, NOT_CERTIFICATES + card->config->alias.len +
						  card->config->device.len);
	if (ret)
		return vouch_call_status(ret);
	call->out_len = out.len;
	return vouch_evidence_sent(call, t_sign_start, false);
}
