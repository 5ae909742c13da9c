// SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR MIT
/* Opening a proximity session and its rounds; what is signed: transcript.c. */
#include <string.h>

#include "call.h"
#include "hash.h"
#include "le.h"

static const char commitment_context[] = "vouch/commitment/1";

/**
 * vouch_proximity_end - end a session, if there is one
 * @session: the session; its table is forgotten
 */
void vouch_proximity_end(struct vouch_proximity *session)
{
	memset(session, 0, sizeof(*session));
}

/* The session of a function that may have one; one that is too old has ended. */
static struct vouch_proximity *session_of(struct vouch_card *card, uint16_t fn, uint64_t now)
{
	struct vouch_proximity *session;

	if (!fn || fn >= card->config->functions)
		return NULL;
	session = &card->functions[fn].proximity;
	if (session->open && now - session->opened > VOUCH_PROXIMITY_NS)
		vouch_proximity_end(session);
	return session->open ? session : NULL;
}

static void violate(struct vouch_proximity *session)
{
	if (session->violations < UINT32_MAX)
		session->violations++;
}

static void stamp(struct vouch_proximity *session, unsigned int which, uint64_t now)
{
	uint64_t passed = now - session->last;

	if (passed > UINT32_MAX)
		passed = UINT32_MAX;
	vouch_le_store(session->stamps[session->done][which], passed, VOUCH_STAMP_SIZE);
	session->last = now;
}

void vouch_card_challenge(struct vouch_card *card, uint16_t fn, uint64_t challenge, uint64_t now)
{
	struct vouch_proximity *session = session_of(card, fn, now);

	if (!session)
		return;
	if (session->answering || session->done == session->rounds) {
		violate(session);
		return;
	}
	if (!session->done)
		session->first = now;
	stamp(session, 0, now);
	vouch_le_store(session->challenges[session->done], challenge, VOUCH_WORD_SIZE);
	session->answering = true;
}

uint64_t vouch_card_response(struct vouch_card *card, uint16_t fn, uint64_t now)
{
	struct vouch_proximity *session = session_of(card, fn, now);
	uint64_t challenge, word;

	if (!session)
		return 0;
	if (!session->answering) {
		violate(session);
		return 0;
	}
	stamp(session, 1, now);
	challenge = vouch_le_load(session->challenges[session->done], VOUCH_WORD_SIZE);
	word = vouch_le_load(session->words[session->done], VOUCH_WORD_SIZE);
	session->answering = false;
	session->done++;
	return challenge ^ word;
}

uint64_t vouch_card_last_access(const struct vouch_card *card)
{
	uint64_t latest = 0;

	for (unsigned int fn = 1; fn < card->config->functions; fn++) {
		const struct vouch_proximity *session = &card->functions[fn].proximity;

		if (session->open && session->done < session->rounds && session->last > latest)
			latest = session->last;
	}
	return latest;
}

/* Binds the table to everything that the session is, before a round of it. */
static int commit(const struct vouch_call *call, struct vouch_proximity *session)
{
	uint8_t function[4], rounds[4];
	const struct vouch_span parts[] = {
		{ commitment_context, strlen(commitment_context) },
		{ session->session, sizeof(session->session) },
		{ function, sizeof(function) },
		{ rounds, sizeof(rounds) },
		{ session->nonce, sizeof(session->nonce) },
		{ session->words, (size_t)session->rounds * VOUCH_WORD_SIZE },
	};

	vouch_le_store(function, call->function, sizeof(function));
	vouch_le_store(rounds, session->rounds, sizeof(rounds));
	return vouch_hash(call->card, parts, sizeof(parts) / sizeof(parts[0]),
			  session->commitment);
}

static int begin(const struct vouch_call *call, const struct vouch_proximity_open *request)
{
	const struct vouch_card_crypto *crypto = &call->card->config->crypto;
	struct vouch_proximity *session = &call->self->proximity;
	int ret;

	session->rounds = vouch_le32(request->rounds);
	memcpy(session->nonce, request->nonce, sizeof(session->nonce));
	ret = crypto->random(crypto->ctx, session->session, sizeof(session->session));
	if (!ret)
		ret = crypto->random(crypto->ctx, session->words,
				     (size_t)session->rounds * VOUCH_WORD_SIZE);
	return ret ? ret : commit(call, session);
}

/**
 * vouch_proximity_open_run - PROXIMITY_OPEN
 * @call: input is struct vouch_proximity_open
 *
 * Return: the completion's status.
 */
enum vouch_status vouch_proximity_open_run(struct vouch_call *call)
{
	struct vouch_proximity *session = &call->self->proximity;
	struct vouch_proximity_open request;
	struct vouch_proximity_opened opened;
	int ret;

	memcpy(&request, call->in, sizeof(request));
	if (vouch_le32(request.rounds) < VOUCH_ROUNDS_MIN ||
	    vouch_le32(request.rounds) > VOUCH_ROUNDS_MAX || vouch_le32(request.rsv))
		return VOUCH_ST_FIELD;
	if (!call->self->assigned)
		return VOUCH_ST_UNASSIGNED;
	if (call->out_cap < sizeof(opened))
		return vouch_call_put(call, NULL, sizeof(opened));
	vouch_proximity_end(session);
	ret = begin(call, &request);
	if (ret) {
		vouch_proximity_end(session);
		return vouch_call_status(ret);
	}
	session->opened = vouch_card_now(call->card);
	session->last = session->opened;
	session->open = true;
	memcpy(opened.session, session->session, sizeof(opened.session));
	memcpy(opened.commitment, session->commitment, sizeof(opened.commitment));
	return vouch_call_put(call, &opened, sizeof(opened));
}

/**
 * vouch_proximity_find - the session that a command names
 * @call: input begins with the session's name
 *
 * Return: the session, or NULL.
 */
struct vouch_proximity *vouch_proximity_find(const struct vouch_call *call)
{
	struct vouch_proximity *session = session_of(call->card, call->function,
						     vouch_card_now(call->card));

	return session && !memcmp(session->session, call->in, VOUCH_SESSION_SIZE) ? session : NULL;
}
