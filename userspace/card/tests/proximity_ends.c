// SPDX-License-Identifier: GPL-2.0-only
/* Proximity sessions: which are refused, and what ends one. */
#include <stdlib.h>
#include <string.h>

#include "session.h"
#include "tap.h"

#define ROUNDS	5

static void test_refused(struct rig *rig)
{
	const struct vouch_proximity_open rsv = {
		.rounds = vouch_to_le32(ROUNDS), .rsv = vouch_to_le32(1),
	};
	struct vouch_proximity_opened opened, other;
	uint64_t responses[VOUCH_ROUNDS_MAX];

	IS(session_open(rig, 0, ROUNDS, &opened), VOUCH_ST_ROLE, "not for the host");
	IS(session_open(rig, 2, ROUNDS, &opened), VOUCH_ST_UNASSIGNED, "nor without an instance");
	IS(session_open(rig, 1, 1, &opened), VOUCH_ST_FIELD, "one round is too few");
	IS(session_open(rig, 1, 257, &opened), VOUCH_ST_FIELD, "257 are too many");
	IS(rig_command(rig, 1, VOUCH_OP_PROXIMITY_OPEN, 0, 0, &rsv, sizeof(rsv), 64),
	   VOUCH_ST_FIELD, "the reserved field must be zero");
	rig->time = 100;
	session_start(rig, VOUCH_ROUNDS_MAX, &opened);
	IS(session_close(rig, 1, &opened), VOUCH_ST_NOT_FOUND, "unanswered it is not signed");
	session_start(rig, VOUCH_ROUNDS_MAX, &opened);
	session_run(rig, VOUCH_ROUNDS_MAX, responses);
	memset(&other, 7, sizeof(other));
	IS(session_close(rig, 1, &other), VOUCH_ST_NOT_FOUND, "another session is not found");
	IS(session_close(rig, 2, &opened), VOUCH_ST_NOT_FOUND, "nor by another function");
	IS(rig_command(rig, 1, VOUCH_OP_PROXIMITY_CLOSE, 0, 0, opened.session, 16, 1000),
	   VOUCH_ST_SMALL, "what does not fit");
	IS(rig_command(rig, 1, VOUCH_OP_PROXIMITY_CLOSE, 0, 0, opened.session, 16,
		       vouch_le32(rig->reply.cpl.out_len)), VOUCH_ST_OK, "says what would");
	OK(vouch_le32(rig->reply.cpl.out_len) <= VOUCH_PROXIMITY_MAX, "which is bounded");
}

enum end { RESET, LEAVE, WITHDRAW, ASSIGN, REOPEN, LATE, ENDS };

static void end_by(struct rig *rig, enum end end)
{
	struct vouch_proximity_opened other;

	switch (end) {
	case RESET:
		vouch_card_reset(&rig->card, 1);
		break;
	case LEAVE:
		vouch_card_detach(&rig->card, 1, VOUCH_LEAVE_DRIVER);
		break;
	case WITHDRAW:
		rig_command(rig, 0, VOUCH_OP_WITHDRAW, 1, 0, NULL, 0, 0);
		break;
	case ASSIGN:
		rig_command(rig, 0, VOUCH_OP_ASSIGN, 1, 0, NULL, 0, 24);
		break;
	case REOPEN:
		session_start(rig, ROUNDS, &other);
		break;
	default:
		rig->time += VOUCH_PROXIMITY_NS;
	}
}

static void test_ends(struct rig *rig)
{
	static const char *const by[ENDS] = {
		"a reset", "the driver's leaving", "a withdrawal", "a new assignment",
		"another session", "its time",
	};
	static const uint8_t zeros[VOUCH_ROUNDS_MAX][8];
	struct vouch_proximity_opened opened;
	uint64_t responses[ROUNDS];
	unsigned int end;

	for (end = 0; end < ENDS; end++) {
		rig->time = 100;
		rig_command(rig, 0, VOUCH_OP_ASSIGN, 1, 0, NULL, 0, 24);
		session_start(rig, ROUNDS, &opened);
		session_run(rig, ROUNDS, responses);
		end_by(rig, (enum end)end);
		OK(session_close(rig, 1, &opened) != VOUCH_ST_OK, "%s ends a session", by[end]);
		OK(end == REOPEN || !memcmp(rig->card.functions[1].proximity.words, zeros,
					    sizeof(zeros)), "and its table is forgotten");
	}
	rig->time = 100;
	rig_command(rig, 0, VOUCH_OP_ASSIGN, 1, 0, NULL, 0, 24);
	session_start(rig, ROUNDS, &opened);
	session_ask(rig, 0);
	IS(vouch_card_response(&rig->card, 1, 200 + VOUCH_PROXIMITY_NS), 0,
	   "a round that comes too late has no answer");
	vouch_card_challenge(&rig->card, 0, 1, 1);
	IS(vouch_card_response(&rig->card, 0, 2), 0, "the host has no registers");
	IS(vouch_card_response(&rig->card, 99, 2), 0, "nor has what does not exist");
}

int main(void)
{
	struct rig *rig = rig_with_guest();

	test_refused(rig);
	test_ends(rig);
	rig_free(rig);
	return tap_done();
}
