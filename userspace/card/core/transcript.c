// SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR MIT
/*
 * What the card saw of a proximity session (Documentation/vouch.cddl): the
 * signature covers the lists by their digest, so nothing large is ever signed.
 */
#include <errno.h>
#include <string.h>

#include "call.h"
#include "cose.h"
#include "hash.h"

#define EAT_NONCE		10
#define CLAIM_SESSION		(-70108)
#define CLAIM_COMMITMENT	(-70109)
#define CLAIM_EXCHANGE		(-70110)
#define CLAIM_SPAN		(-70111)

/* No transcript is longer, nor what is around it and the lists. */
#define TRANSCRIPT_SIZE		448
#define HEADS			16

/* Bytes of output, at most. */
static size_t size_of(const struct vouch_proximity *session)
{
	return HEADS + TRANSCRIPT_SIZE +
	       session->rounds * (2 * VOUCH_WORD_SIZE + 2 * VOUCH_STAMP_SIZE);
}

static int digest_exchange(const struct vouch_card *card, const struct vouch_proximity *session,
			   uint8_t *digest)
{
	const struct vouch_span parts[] = {
		{ session->challenges, (size_t)session->rounds * VOUCH_WORD_SIZE },
		{ session->stamps, (size_t)session->rounds * 2 * VOUCH_STAMP_SIZE },
	};

	return vouch_hash(card, parts, sizeof(parts) / sizeof(parts[0]), digest);
}

static void put_claims(struct vouch_cbor *w, const struct vouch_call *call,
		       const struct vouch_proximity *session, const uint8_t *exchange)
{
	vouch_cbor_map(w, 5);
	vouch_cbor_int(w, EAT_NONCE);
	vouch_cbor_bytes(w, session->nonce, sizeof(session->nonce));
	vouch_cbor_int(w, CLAIM_SESSION);
	vouch_cbor_array(w, 4);
	vouch_cbor_bytes(w, session->session, sizeof(session->session));
	vouch_cbor_uint(w, call->function);
	vouch_cbor_uint(w, session->rounds);
	vouch_cbor_uint(w, session->violations);
	vouch_cbor_int(w, CLAIM_COMMITMENT);
	vouch_cbor_bytes(w, session->commitment, sizeof(session->commitment));
	vouch_cbor_int(w, CLAIM_EXCHANGE);
	vouch_cbor_bytes(w, exchange, VOUCH_DIGEST_SIZE);
	vouch_cbor_int(w, CLAIM_SPAN);
	vouch_cbor_array(w, 3);
	vouch_cbor_uint(w, session->opened);
	vouch_cbor_uint(w, session->first);
	vouch_cbor_uint(w, session->last);
}

static int sign(const struct vouch_call *call, const struct vouch_proximity *session,
		struct vouch_cbor *transcript)
{
	uint8_t buf[VOUCH_PAYLOAD_MAX], exchange[VOUCH_DIGEST_SIZE];
	struct vouch_cbor payload = { .buf = buf, .cap = sizeof(buf) };
	int ret = digest_exchange(call->card, session, exchange);

	if (ret)
		return ret;
	put_claims(&payload, call, session, exchange);
	return vouch_cose_sign(call->card, "vouch/proximity/1", false, &payload, transcript);
}

static int put_seen(struct vouch_call *call, const struct vouch_proximity *session)
{
	uint8_t buf[TRANSCRIPT_SIZE];
	struct vouch_cbor transcript = { .buf = buf, .cap = sizeof(buf) };
	struct vouch_cbor out = { .buf = call->out, .cap = call->out_cap };
	int ret = sign(call, session, &transcript);

	if (ret)
		return ret;
	vouch_cbor_array(&out, 4);
	vouch_cbor_bytes(&out, transcript.buf, transcript.len);
	vouch_cbor_bytes(&out, session->words, (size_t)session->rounds * VOUCH_WORD_SIZE);
	vouch_cbor_bytes(&out, session->challenges, (size_t)session->rounds * VOUCH_WORD_SIZE);
	vouch_cbor_bytes(&out, session->stamps, (size_t)session->rounds * 2 * VOUCH_STAMP_SIZE);
	call->out_len = out.len;
	return out.full ? -EOVERFLOW : 0;
}

/**
 * vouch_proximity_close_run - PROXIMITY_CLOSE
 * @call: input is struct vouch_proximity_close
 *
 * Only a session in which every round was answered is signed.
 *
 * Return: the completion's status.
 */
enum vouch_status vouch_proximity_close_run(struct vouch_call *call)
{
	struct vouch_proximity *session = vouch_proximity_find(call);
	enum vouch_status status = VOUCH_ST_NOT_FOUND;

	if (!session)
		return VOUCH_ST_NOT_FOUND;
	if (session->done == session->rounds) {
		if (call->out_cap < size_of(session))
			return vouch_call_put(call, NULL, size_of(session));
		status = vouch_call_status(put_seen(call, session));
	}
	vouch_proximity_end(session);
	return status;
}
