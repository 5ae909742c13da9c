// SPDX-License-Identifier: GPL-2.0-only
#include <string.h>

#include "ask.h"

struct ask asks[MOST + 1];

bool ask_add(struct rig *rig, struct ask *ask, uint16_t fn, uint16_t opcode, const void *in,
	     size_t len, size_t out_cap)
{
	ask->fn = fn;
	ask->cmd = (struct vouch_cmd) {
		.opcode = vouch_to_le16(opcode),
		.in_addr = vouch_to_le64(0x1000),
		.in_len = vouch_to_le32((uint32_t)len),
		.out_len = vouch_to_le32((uint32_t)out_cap),
	};
	memcpy(ask->in, in, len);
	return vouch_card_batch_add(&rig->card, fn, &ask->cmd, ask->in, vouch_card_now(&rig->card),
				    &ask->place);
}

bool ask_attest(struct rig *rig, struct ask *ask, uint16_t fn, uint32_t flags, uint32_t number)
{
	struct vouch_attest in = { .flags = vouch_to_le32(flags) };

	memcpy(in.nonce, &number, sizeof(number));
	return ask_add(rig, ask, fn, VOUCH_OP_ATTEST, &in, sizeof(in), VOUCH_EVIDENCE_MAX);
}

void ask_answer(struct rig *rig, size_t count)
{
	size_t i;

	vouch_card_batch_close(&rig->card);
	for (i = 0; i < count; i++) {
		struct ask *ask = &asks[i];

		vouch_card_batch_answer(&rig->card, ask->place, &ask->cmd, ask->out,
					vouch_le32(ask->cmd.out_len), &ask->reply);
		vouch_card_sent(&rig->card, ask->fn, &ask->reply);
	}
	vouch_card_batch_end(&rig->card);
}
