// SPDX-License-Identifier: GPL-2.0-only
#include <stdlib.h>
#include <string.h>

#include "session.h"

enum vouch_status session_open(struct rig *rig, uint16_t fn, uint32_t rounds,
			       struct vouch_proximity_opened *opened)
{
	struct vouch_proximity_open in = { .rounds = vouch_to_le32(rounds) };
	enum vouch_status status;

	memset(in.nonce, SESSION_NONCE, sizeof(in.nonce));
	status = rig_command(rig, fn, VOUCH_OP_PROXIMITY_OPEN, 0, 0, &in, sizeof(in),
			     sizeof(*opened));
	if (!status)
		memcpy(opened, rig->out, sizeof(*opened));
	return status;
}

enum vouch_status session_close(struct rig *rig, uint16_t fn,
				const struct vouch_proximity_opened *opened)
{
	return rig_command(rig, fn, VOUCH_OP_PROXIMITY_CLOSE, 0, 0, opened->session,
			   sizeof(opened->session), VOUCH_PROXIMITY_MAX);
}

void session_start(struct rig *rig, uint32_t rounds, struct vouch_proximity_opened *opened)
{
	if (session_open(rig, 1, rounds, opened))
		abort();
}

uint64_t session_challenge(unsigned int round)
{
	return 0x0102030405060708ULL * (round + 1);
}

void session_ask(struct rig *rig, unsigned int round)
{
	vouch_card_challenge(&rig->card, 1, session_challenge(round), 1000 * round + 500);
}

uint64_t session_answer(struct rig *rig, unsigned int round)
{
	return vouch_card_response(&rig->card, 1, 1000 * round + 507);
}

void session_run(struct rig *rig, uint32_t rounds, uint64_t *responses)
{
	unsigned int i;

	for (i = 0; i < rounds; i++) {
		session_ask(rig, i);
		responses[i] = session_answer(rig, i);
	}
}
