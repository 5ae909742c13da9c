// SPDX-License-Identifier: GPL-2.0-only
#include "evidence.h"

#include <errno.h>
#include <string.h>

#include "cbor.h"

#define KEY_ISS		1
#define KEY_NONCE	10
#define KEY_X5CHAIN	33
#define KEY_UEID	256
#define KEY_DBGSTAT	263
#define KEY_PROFILE	265
#define KEY_BOOTCOUNT	267
#define KEY_LOGS	(-70101)
#define KEY_CURRENT	(-70102)
#define KEY_STATE	(-70103)
#define KEY_TIMES	(-70104)
#define KEY_FIRMWARE	(-70105)
#define KEY_OWN_STATE	(-70107)

#define DBGSTAT_ENABLED		1
#define DBGSTAT_DISABLED	3

#define TAG_CWT		61

static void fail(struct vouch_cbor *c)
{
	if (!c->err)
		c->err = -EBADMSG;
}

static void take_array(struct vouch_cbor *c, uint64_t count)
{
	if (vouch_cbor_array(c) != count)
		fail(c);
}

static uint64_t uint_or_null(struct vouch_cbor *c)
{
	if (vouch_cbor_peek(c) != VOUCH_CBOR_NULL)
		return vouch_cbor_uint(c);
	vouch_cbor_null(c);
	return UINT64_MAX;
}

static void take_ueid(struct vouch_cbor *c, uint8_t *card_id)
{
	uint8_t ueid[1 + VOUCH_CARD_ID_LEN];

	vouch_cbor_fixed(c, ueid, sizeof(ueid));
	if (ueid[0] != 0x01)
		fail(c);
	memcpy(card_id, ueid + 1, VOUCH_CARD_ID_LEN);
}

static void take_logs(struct vouch_cbor *c, struct vouch_evidence *e)
{
	uint64_t count = vouch_cbor_array(c);
	size_t i;

	if (count < 1 || count > 2) {
		fail(c);
		return;
	}
	for (i = 0; i < count; i++) {
		struct vouch_log_claim log;

		take_array(c, 5);
		log.log = vouch_cbor_uint(c);
		vouch_cbor_fixed(c, log.instance, sizeof(log.instance));
		log.count = vouch_cbor_uint(c);
		vouch_cbor_fixed(c, log.pcr, sizeof(log.pcr));
		vouch_cbor_fixed(c, log.root, sizeof(log.root));
		/* Log 0 comes first, and neither twice. */
		if (e->has_log[!!log.log] || e->has_log[1]) {
			fail(c);
			return;
		}
		e->logs[!!log.log] = log;
		e->has_log[!!log.log] = true;
	}
}

static void take_state(struct vouch_cbor *c, struct vouch_evidence *e)
{
	take_array(c, 5);
	e->function = vouch_cbor_uint(c);
	e->role = vouch_cbor_uint(c);
	e->epoch = vouch_cbor_uint(c);
	e->attach = vouch_cbor_uint(c);
	e->last_contact = uint_or_null(c);
	if (e->role > VOUCH_ROLE_IS_GUEST || e->attach > VOUCH_STATE_DETACHED)
		fail(c);
}

static void take_own_state(struct vouch_cbor *c, struct vouch_evidence *e)
{
	take_array(c, 2);
	e->own_epoch = vouch_cbor_uint(c);
	e->own_attach = vouch_cbor_uint(c);
	if (e->own_attach > VOUCH_STATE_DETACHED)
		fail(c);
}

static int parse_claims(struct vouch_evidence *e, const uint8_t *bytes, size_t len)
{
	struct vouch_cbor c;
	uint64_t dbgstat, claims;

	vouch_cbor_init(&c, bytes, len);
	claims = vouch_cbor_map(&c);
	vouch_cbor_key(&c, KEY_ISS);
	vouch_cbor_is_text(&c, "vouch-card");
	vouch_cbor_key(&c, KEY_NONCE);
	vouch_cbor_fixed(&c, e->nonce, sizeof(e->nonce));
	vouch_cbor_key(&c, KEY_UEID);
	take_ueid(&c, e->card_id);
	vouch_cbor_key(&c, KEY_DBGSTAT);
	dbgstat = vouch_cbor_uint(&c);
	if (dbgstat != DBGSTAT_ENABLED && dbgstat != DBGSTAT_DISABLED)
		fail(&c);
	e->debug = dbgstat != DBGSTAT_DISABLED;
	vouch_cbor_key(&c, KEY_PROFILE);
	vouch_cbor_is_text(&c, "tag:vouch.example,2026:evidence/1");
	vouch_cbor_key(&c, KEY_BOOTCOUNT);
	e->boot_count = vouch_cbor_uint(&c);
	vouch_cbor_key(&c, KEY_LOGS);
	take_logs(&c, e);
	vouch_cbor_key(&c, KEY_CURRENT);
	e->current = uint_or_null(&c);
	vouch_cbor_key(&c, KEY_STATE);
	take_state(&c, e);
	vouch_cbor_key(&c, KEY_TIMES);
	take_array(&c, 2);
	e->t_rx = vouch_cbor_uint(&c);
	e->t_sign = vouch_cbor_uint(&c);
	vouch_cbor_key(&c, KEY_FIRMWARE);
	vouch_cbor_fixed(&c, e->firmware, sizeof(e->firmware));
	if (e->has_log[1]) {
		vouch_cbor_key(&c, KEY_OWN_STATE);
		take_own_state(&c, e);
	}
	if (claims != 11U + e->has_log[1])
		fail(&c);
	return vouch_cbor_end(&c);
}

static int parse_chain(struct vouch_evidence *e, const struct vouch_cose *cose)
{
	struct vouch_cbor c;

	vouch_cbor_init(&c, cose->unprotected, cose->unprotected_len);
	if (vouch_cbor_map(&c) != 1)
		fail(&c);
	vouch_cbor_key(&c, KEY_X5CHAIN);
	take_array(&c, 2);
	e->alias = vouch_cbor_bytes(&c, &e->alias_len);
	e->device = vouch_cbor_bytes(&c, &e->device_len);
	return vouch_cbor_end(&c);
}

/* The claims that depend on the asker's role agree with it. */
static bool is_consistent(const struct vouch_evidence *e)
{
	static const uint8_t zeros[VOUCH_INSTANCE_LEN];

	if (memcmp(e->logs[0].instance, zeros, sizeof(zeros)))
		return false;
	if (e->has_log[0] && e->current != VOUCH_NO_RECORD && e->current >= e->logs[0].count)
		return false;
	if (e->role == VOUCH_ROLE_IS_HOST)
		return !e->has_log[1] && !e->function;
	return e->function && (!e->has_log[1] || e->logs[1].log == e->function);
}

/* What is signed, and the certificates of who signed. */
static int parse_signed(struct vouch_evidence *e, const struct vouch_cose *cose,
			const uint8_t *payload, size_t len)
{
	int err = vouch_cbor_check(payload, len);

	if (!err)
		err = parse_chain(e, cose);
	return err ? err : parse_claims(e, payload, len);
}

static int parse_single(struct vouch_evidence *e, const uint8_t *bytes, size_t len)
{
	struct vouch_cbor c;
	int err = vouch_cbor_check(bytes, len);

	if (err)
		return err;
	vouch_cbor_init(&c, bytes, len);
	if (vouch_cbor_tag(&c) != TAG_CWT)
		return -EBADMSG;
	err = vouch_cose_parse(&e->cose, bytes + c.pos, len - c.pos);
	if (!err)
		err = vouch_cose_alg(&e->cose);
	return err ? err : parse_signed(e, &e->cose, e->cose.payload, (size_t)e->cose.payload_len);
}

enum vouch_reason vouch_evidence_parse(struct vouch_evidence *evidence, const uint8_t *bytes,
				       size_t len)
{
	struct vouch_batch *batch = &evidence->batch;
	enum vouch_reason reason;
	int err;

	memset(evidence, 0, sizeof(*evidence));
	if (len > VOUCH_EVIDENCE_SIZE_MAX)
		return VOUCH_TOO_LONG;
	evidence->batched = vouch_batch_is(bytes, len);
	if (evidence->batched) {
		reason = vouch_batch_parse(batch, bytes, len);
		if (reason != VOUCH_REASON_NONE)
			return reason;
		err = parse_signed(evidence, &batch->cose, batch->payload, batch->payload_len);
	} else {
		err = parse_single(evidence, bytes, len);
	}
	if (err)
		return err == -EILSEQ ? VOUCH_NOT_DETERMINISTIC : VOUCH_EVIDENCE_MALFORMED;
	return is_consistent(evidence) ? VOUCH_REASON_NONE : VOUCH_STATE_MALFORMED;
}

enum vouch_reason vouch_evidence_verify(const struct vouch_evidence *evidence,
					struct vouch_hash *hash, EVP_PKEY *key)
{
	if (evidence->batched)
		return vouch_batch_verify(&evidence->batch, hash, VOUCH_EVIDENCE_CONTEXT, key);
	return vouch_cose_verify(&evidence->cose, VOUCH_EVIDENCE_CONTEXT, key) ?
	       VOUCH_EVIDENCE_SIGNATURE : VOUCH_REASON_NONE;
}
