// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reading the claims of evidence: Documentation/vouch.cddl. The signature is
 * the verifier's business; the count of each log is what we need, because it
 * says how much of the log belongs to this evidence.
 */
#include <errno.h>
#include <string.h>

#include "cbor.h"
#include "private.h"

#define UEID_RANDOM	0x01
#define DEBUG_ENABLED	1
#define DEBUG_DISABLED	3
#define ISSUER		"vouch-card"
#define OWN_STATE	(-70107)
#define PROFILE		"tag:vouch.example,2026:evidence/1"

static int read_text(struct cbor_in *in, const char *want)
{
	const char *text;
	size_t len;

	if (cbor_in_text(in, &text, &len) || len != strlen(want))
		return -EBADMSG;
	return memcmp(text, want, len) ? -EBADMSG : 0;
}

static int read_ueid(struct cbor_in *in, struct vouch_evidence *ev)
{
	const uint8_t *ueid;

	if (cbor_in_fixed(in, 1 + VOUCH_CARD_ID_SIZE, &ueid) || ueid[0] != UEID_RANDOM)
		return -EBADMSG;
	memcpy(ev->card_id, ueid + 1, VOUCH_CARD_ID_SIZE);
	return 0;
}

static int read_debug(struct cbor_in *in, struct vouch_evidence *ev)
{
	uint64_t value;

	if (cbor_in_uint(in, &value) || (value != DEBUG_ENABLED && value != DEBUG_DISABLED))
		return -EBADMSG;
	ev->debug = value == DEBUG_ENABLED;
	return 0;
}

static int read_log(struct cbor_in *in, struct vouch_log *log)
{
	log->current = VOUCH_NO_REF;
	if (cbor_in_array(in, 5) || cbor_in_uint(in, &log->id))
		return -EBADMSG;
	if (cbor_in_copy(in, log->instance, sizeof(log->instance)))
		return -EBADMSG;
	if (cbor_in_uint(in, &log->count))
		return -EBADMSG;
	if (cbor_in_copy(in, log->pcr, sizeof(log->pcr)))
		return -EBADMSG;
	return cbor_in_copy(in, log->root, sizeof(log->root));
}

static int read_logs(struct cbor_in *in, struct vouch_evidence *ev)
{
	struct cbor_item item;

	if (cbor_in_item(in, &item) || item.kind != CBOR_KIND_ARRAY)
		return -EBADMSG;
	if (!item.value || item.value > VOUCH_EVIDENCE_LOGS)
		return -EBADMSG;
	for (uint64_t i = 0; i < item.value; i++) {
		struct vouch_log log = { 0 };
		unsigned int which;

		if (read_log(in, &log))
			return -EBADMSG;
		which = log.id ? 1 : 0;
		/* Log 0 comes first, and neither twice. */
		if (ev->has_log[which] || ev->has_log[1])
			return -EBADMSG;
		ev->logs[which] = log;
		ev->has_log[which] = true;
	}
	return 0;
}

static int read_state(struct cbor_in *in, struct vouch_evidence *ev)
{
	uint64_t contact;

	if (cbor_in_array(in, 5) || cbor_in_uint(in, &ev->function))
		return -EBADMSG;
	if (cbor_in_uint(in, &ev->role) || ev->role > VOUCH_ROLE_GUEST)
		return -EBADMSG;
	if (cbor_in_uint(in, &ev->epoch))
		return -EBADMSG;
	if (cbor_in_uint(in, &ev->attach) || ev->attach > VOUCH_ATTACH_DETACHED)
		return -EBADMSG;
	return cbor_in_uint_or_null(in, &contact, 0);
}

static int read_times(struct cbor_in *in, struct vouch_evidence *ev)
{
	if (cbor_in_array(in, 2) || cbor_in_uint(in, &ev->t_rx))
		return -EBADMSG;
	return cbor_in_uint(in, &ev->t_sign);
}

static int read_own_state(struct cbor_in *in, struct vouch_evidence *ev)
{
	if (cbor_in_array(in, 2) || cbor_in_uint(in, &ev->own_epoch))
		return -EBADMSG;
	return cbor_in_uint(in, &ev->own_attach) || ev->own_attach > VOUCH_ATTACH_DETACHED ?
	       -EBADMSG : 0;
}

/* In the order of the deterministic encoding; the last comes with the asker's own log. */
static const int64_t claim_keys[] = {
	1, 10, 256, 263, 265, 267, -70101, -70102, -70103, -70104, -70105, OWN_STATE,
};

#define N_CLAIMS	(sizeof(claim_keys) / sizeof(claim_keys[0]))

static int read_claim(struct cbor_in *in, int64_t key, struct vouch_evidence *ev, uint64_t *current)
{
	switch (key) {
	case 1:
		return read_text(in, ISSUER);
	case 10:
		return cbor_in_copy(in, ev->nonce, sizeof(ev->nonce));
	case 256:
		return read_ueid(in, ev);
	case 263:
		return read_debug(in, ev);
	case 265:
		return read_text(in, PROFILE);
	case 267:
		return cbor_in_uint(in, &ev->boot_count);
	case -70101:
		return read_logs(in, ev);
	case -70102:
		return cbor_in_uint_or_null(in, current, VOUCH_NO_REF);
	case -70103:
		return read_state(in, ev);
	case -70104:
		return read_times(in, ev);
	case OWN_STATE:
		return read_own_state(in, ev);
	default:
		return cbor_in_copy(in, ev->firmware, sizeof(ev->firmware));
	}
}

static int read_claims(struct cbor_in in, struct vouch_evidence *ev)
{
	uint64_t pairs, current = VOUCH_NO_REF;
	int64_t key;

	if (cbor_in_map(&in, &pairs) || pairs > N_CLAIMS || pairs < N_CLAIMS - 1)
		return -EBADMSG;
	for (size_t i = 0; i < pairs; i++) {
		if (cbor_in_key(&in, &key) || key != claim_keys[i])
			return -EBADMSG;
		if (read_claim(&in, key, ev, &current))
			return -EBADMSG;
	}
	ev->logs[0].current = current;
	return in.left || (pairs == N_CLAIMS) != ev->has_log[1] ? -EBADMSG : 0;
}

/* Whether the claims fit one another. */
static int consistent(const struct vouch_evidence *ev)
{
	if (ev->has_log[0] && ev->logs[0].current != VOUCH_NO_REF &&
	    ev->logs[0].current >= ev->logs[0].count)
		return -EBADMSG;
	if (ev->role == VOUCH_ROLE_HOST)
		return !ev->function && !ev->has_log[1] ? 0 : -EBADMSG;
	if (!ev->function || ev->function > UINT16_MAX)
		return -EBADMSG;
	return !ev->has_log[1] || ev->logs[1].id == ev->function ? 0 : -EBADMSG;
}

/**
 * vouch_evidence_read() - read the claims of evidence
 * @buf: COSE_Sign1 or leaf of a batch, as the card gave it
 * @len: how many bytes
 * @ev: result
 *
 * Nothing is verified; what is read decides only what to ask the card next.
 *
 * Return: 0, or -EBADMSG for anything that the grammar does not allow.
 */
int vouch_evidence_read(const void *buf, size_t len, struct vouch_evidence *ev)
{
	struct cbor_in claims;

	*ev = (struct vouch_evidence){ 0 };
	if (len > VOUCH_EVIDENCE_MAX)
		return -EBADMSG;
	if (vouch_signed_read(VOUCH_SIGNED_EVIDENCE, buf, len, &claims, &ev->batch))
		return -EBADMSG;
	if (read_claims(claims, ev))
		return -EBADMSG;
	return consistent(ev);
}
