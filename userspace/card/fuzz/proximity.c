// SPDX-License-Identifier: GPL-2.0-only
/*
 * A function's session under any sequence of commands and register accesses.
 * Each step is a byte. Whatever comes, the card answers a challenge once and with
 * the table's word for that round, and signs only a session that was finished.
 */
#include <stdlib.h>
#include <string.h>

#include "../core/le.h"
#include "stub.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static struct stub stub;
static uint8_t out[VOUCH_TRANSFER_MAX];
static struct vouch_proximity_close name;

static void must(bool good)
{
	if (!good)
		abort();
}

static enum vouch_status command(uint16_t fn, uint16_t opcode, uint64_t arg0, const void *in,
				 size_t in_len, size_t room)
{
	const struct vouch_cmd cmd = {
		.opcode = vouch_to_le16(opcode),
		.in_addr = vouch_to_le64(in_len),
		.in_len = vouch_to_le32((uint32_t)in_len),
		.out_len = vouch_to_le32((uint32_t)room),
		.arg0 = vouch_to_le64(arg0),
	};
	struct vouch_card_reply reply;

	vouch_card_execute(&stub.card, fn, &cmd, in, in_len, out, room, ++stub.time, &reply);
	vouch_card_commit(&stub.card);
	must(vouch_le16(reply.cpl.status) || vouch_le32(reply.cpl.out_len) <= room);
	return vouch_le16(reply.cpl.status);
}

static void open_session(uint16_t fn, uint32_t rounds)
{
	const struct vouch_proximity_open in = { .rounds = vouch_to_le32(rounds) };
	const enum vouch_status status = command(fn, VOUCH_OP_PROXIMITY_OPEN, 0, &in, sizeof(in),
						 sizeof(struct vouch_proximity_opened));

	if (status)
		return;
	must(fn && rounds >= VOUCH_ROUNDS_MIN && rounds <= VOUCH_ROUNDS_MAX);
	memcpy(name.session, out, sizeof(name.session));
}

static void close_session(uint16_t fn, size_t room)
{
	const struct vouch_proximity before = stub.card.functions[fn].proximity;
	const enum vouch_status status = command(fn, VOUCH_OP_PROXIMITY_CLOSE, 0, &name,
						 sizeof(name), room);

	must(status || (before.open && before.done == before.rounds && !before.answering));
	must(status || !stub.card.functions[fn].proximity.open);
}

static void challenge(uint16_t fn, uint64_t value)
{
	vouch_card_challenge(&stub.card, fn, value, ++stub.time);
}

static void response(uint16_t fn)
{
	const struct vouch_proximity before = stub.card.functions[fn].proximity;
	const uint64_t got = vouch_card_response(&stub.card, fn, ++stub.time);
	const struct vouch_proximity *after = &stub.card.functions[fn].proximity;

	if (!after->open) {
		must(!got);
	} else if (!before.answering) {
		must(!got && after->done == before.done && after->violations);
	} else {
		must(after->done == before.done + 1 && !after->answering &&
		     got == (vouch_le_load(before.words[before.done], 8) ^
			     vouch_le_load(before.challenges[before.done], 8)));
	}
}

static void step(uint8_t what, uint8_t value)
{
	const uint16_t fn = what >> 3 & 3;

	switch (what & 7) {
	case 0:
		open_session(fn, value + 1U);
		break;
	case 1:
		close_session(fn, what & 0x20 ? VOUCH_PROXIMITY_MAX : value * 16U);
		break;
	case 2:
		response(fn);
		break;
	case 3:
		vouch_card_reset(&stub.card, fn);
		break;
	case 4:
		command(0, what & 0x20 ? VOUCH_OP_ASSIGN : VOUCH_OP_WITHDRAW, fn, NULL, 0, 24);
		break;
	case 5:
		stub.time += (uint64_t)value << (what & 0x20 ? 28 : 8);
		break;
	default:
		challenge(fn, value * 0x0101010101010101ULL);
		if (what & 1)
			response(fn);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	unsigned int fn;
	size_t i;

	stub_init(&stub);
	memset(&name, 0, sizeof(name));
	must(!vouch_card_open(&stub.card, &stub.config, &stub.report));
	must(!vouch_card_attach(&stub.card, 0));
	command(0, VOUCH_OP_ASSIGN, 1, NULL, 0, 24);
	for (i = 0; i + 1 < len; i += 2) {
		step(data[i], data[i + 1]);
		for (fn = 0; fn < VOUCH_CARD_FUNCTIONS; fn++) {
			const struct vouch_proximity *s = &stub.card.functions[fn].proximity;

			must(s->done <= s->rounds && s->rounds <= VOUCH_ROUNDS_MAX);
			must(!s->open || (fn && fn < stub.config.functions));
			must(!s->answering || s->done < s->rounds);
		}
	}
	vouch_card_close(&stub.card);
	return 0;
}
