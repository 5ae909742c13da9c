/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VOUCH_CARD_ASK_H
#define VOUCH_CARD_ASK_H

/* Requests that wait in a card's batch. */

#include <cbor.h>

#include "rig.h"

#define MOST	VOUCH_BATCH_MAX

/**
 * struct ask - what was asked, and what came of it
 * @cmd: the submission
 * @in: its input
 * @fn: who asked
 * @place: where it waits
 * @reply: the answer
 * @out: its output
 * @parts: the same, decoded by who wants it
 */
struct ask {
	struct vouch_cmd cmd;
	uint8_t in[sizeof(struct vouch_attest)];
	uint16_t fn;
	uint32_t place;
	struct vouch_card_reply reply;
	uint8_t out[VOUCH_EVIDENCE_MAX];
	cbor_item_t *parts;
};

extern struct ask asks[MOST + 1];

bool ask_add(struct rig *rig, struct ask *ask, uint16_t fn, uint16_t opcode, const void *in,
	     size_t len, size_t out_cap);
bool ask_attest(struct rig *rig, struct ask *ask, uint16_t fn, uint32_t flags, uint32_t number);
void ask_answer(struct rig *rig, size_t count);

#endif /* VOUCH_CARD_ASK_H */
