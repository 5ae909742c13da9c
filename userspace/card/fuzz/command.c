// SPDX-License-Identifier: GPL-2.0-only
/*
 * A card under arbitrary commands and events. The input is a list of steps, each
 * a byte for what happens and, for a command, its fields and input. Whatever
 * happens, what the card then replays from its journal is what it was.
 */
#include <stdlib.h>
#include <string.h>

#include "../core/le.h"
#include "stub.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static struct stub stub;
static struct vouch_card_reply last;
static uint16_t last_fn;

static void must(bool good)
{
	if (!good)
		abort();
}

/* Bytes of the input; zeros after its end. */
static uint64_t take(const uint8_t **data, size_t *len, unsigned int bytes)
{
	uint8_t buf[8] = { 0 };
	const size_t n = bytes < *len ? bytes : *len;

	if (n)
		memcpy(buf, *data, n);
	*data += n;
	*len -= n;
	return vouch_le_load(buf, bytes);
}

/* What waits is answered at once, or stays and has no asker any more. */
static void answer(const struct vouch_cmd *cmd, uint32_t place, uint8_t *out, size_t out_cap)
{
	if (!vouch_card_batch_due(&stub.card, false))
		return;
	vouch_card_batch_close(&stub.card);
	vouch_card_batch_answer(&stub.card, place, cmd, out, out_cap, &last);
	vouch_card_batch_end(&stub.card);
}

static void command(const uint8_t **data, size_t *len, uint16_t fn, bool shares)
{
	static uint8_t out[VOUCH_TRANSFER_MAX];
	uint32_t place;
	uint8_t *in;
	struct vouch_cmd cmd = { 0 };
	size_t in_len, out_cap;

	cmd.opcode = vouch_to_le16((uint16_t)take(data, len, 1));
	cmd.arg0 = vouch_to_le64(take(data, len, 1));
	cmd.arg1 = vouch_to_le64(take(data, len, 2));
	in_len = take(data, len, 2) % 600;
	out_cap = take(data, len, 2);
	if (in_len > *len)
		in_len = *len;
	cmd.in_addr = vouch_to_le64(in_len);
	cmd.in_len = vouch_to_le32((uint32_t)in_len);
	cmd.out_len = vouch_to_le32((uint32_t)out_cap);

	/* Exactly as long as declared, so that a sanitizer sees a step beyond. */
	in = malloc(in_len + !in_len);
	must(in);
	if (in_len)
		memcpy(in, *data, in_len);
	*data += in_len;
	*len -= in_len;
	if (shares && vouch_card_batch_add(&stub.card, fn, &cmd, in, ++stub.time, &place))
		answer(&cmd, place, out, out_cap);
	else
		vouch_card_execute(&stub.card, fn, &cmd, in, in_len, out, out_cap, ++stub.time,
				   &last);
	free(in);
	last_fn = fn;
	must(vouch_le16(last.cpl.status) || vouch_le32(last.cpl.out_len) <= out_cap);
	must(!last.pending || !vouch_le16(last.cpl.status));
}

static void step(const uint8_t **data, size_t *len)
{
	const uint8_t what = (uint8_t)take(data, len, 1);
	const uint16_t fn = what >> 4;

	switch (what & 7) {
	case 0:
		vouch_card_attach(&stub.card, fn);
		break;
	case 1:
		vouch_card_detach(&stub.card, fn, VOUCH_LEAVE_DRIVER);
		break;
	case 2:
		vouch_card_detach(&stub.card, fn, VOUCH_LEAVE_GONE);
		break;
	case 3:
		vouch_card_reset(&stub.card, fn);
		break;
	case 4:
		vouch_card_commit(&stub.card);
		vouch_card_sent(&stub.card, last_fn, &last);
		break;
	case 5:
		/* Of a batch, all but the last were asked for by functions that are gone. */
		stub.config.batch = what & 8 ? VOUCH_BATCH_ALWAYS : VOUCH_BATCH_AUTO;
		stub.config.batch_wait = what & 8 ? 2000 : 0;
		command(data, len, fn, true);
		break;
	default:
		command(data, len, fn, false);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	uint8_t pcr[VOUCH_CARD_FUNCTIONS][VOUCH_DIGEST_SIZE];
	uint64_t count[VOUCH_CARD_FUNCTIONS];
	bool assigned[VOUCH_CARD_FUNCTIONS];
	uint64_t epoch;
	unsigned int fn;

	memset(&last, 0, sizeof(last));
	stub_init(&stub);
	must(!vouch_card_open(&stub.card, &stub.config, &stub.report));
	must(!vouch_card_attach(&stub.card, 0));
	while (len)
		step(&data, &len);
	must(stub.card.log.count <= STUB_CAPACITY);
	if (vouch_card_close(&stub.card))
		return 0;

	epoch = stub.card.log.epoch.number;
	for (fn = 0; fn < VOUCH_CARD_FUNCTIONS; fn++) {
		const struct vouch_log *log = fn ? &stub.card.functions[fn].log : &stub.card.log;

		assigned[fn] = stub.card.functions[fn].assigned;
		count[fn] = log->count;
		memcpy(pcr[fn], log->pcr, VOUCH_DIGEST_SIZE);
	}
	if (vouch_card_open(&stub.card, &stub.config, &stub.report)) {
		must(stub.report.fault == VOUCH_FAULT_FULL);
		return 0;
	}
	must(stub.card.log.epoch.number == epoch + 1 && !stub.report.dropped);
	must(stub.card.log.count > count[0]);
	for (fn = 1; fn < VOUCH_CARD_FUNCTIONS; fn++) {
		const struct vouch_log *log = &stub.card.functions[fn].log;

		must(stub.card.functions[fn].assigned == assigned[fn]);
		if (!assigned[fn])
			continue;
		must(log->epoch.attach == VOUCH_ATTACH_RESET && log->count <= log->capacity);
		/* Power-on, and perhaps nearly-full after it; a full log takes neither. */
		if (count[fn] == log->capacity)
			must(log->count == count[fn] &&
			     !memcmp(log->pcr, pcr[fn], VOUCH_DIGEST_SIZE));
		else
			must(log->count > count[fn] && log->count <= count[fn] + 2);
	}
	return 0;
}
