// SPDX-License-Identifier: GPL-2.0-only
/*
 * A card on an arbitrary journal. The first byte is the counter, the second says
 * whether every running digest counts as right, which lets the fuzzer through to
 * what records mean. A card that starts must go on and start again.
 */
#include <stdlib.h>
#include <string.h>

#include "../core/journal.h"
#include "../core/le.h"
#include "stub.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static struct stub stub;

static void must(bool good)
{
	if (!good)
		abort();
}

static void read_log(uint16_t fn, uint16_t log)
{
	static uint8_t out[VOUCH_TRANSFER_MAX];
	struct vouch_card_reply reply;
	struct vouch_cmd cmd = {
		.opcode = vouch_to_le16(VOUCH_OP_LOG_READ),
		.arg0 = vouch_to_le64(log),
		.out_len = vouch_to_le32(sizeof(out)),
	};

	vouch_card_execute(&stub.card, fn, &cmd, NULL, 0, out, sizeof(out), ++stub.time, &reply);
	must(!vouch_le16(reply.cpl.status) || log);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	uint64_t count;
	int ret;

	if (len < 2 || len > STUB_DISK / 2)
		return 0;
	stub_init(&stub);
	stub.counter = data[0];
	stub.flat = data[1] & 1;
	stub.card.config = &stub.config;
	vouch_journal_header(&stub.card, stub.disk);
	memcpy(stub.disk + VOUCH_JOURNAL_HEADER, data + 2, len - 2);
	stub.size = VOUCH_JOURNAL_HEADER + len - 2;

	ret = vouch_card_open(&stub.card, &stub.config, &stub.report);
	must(!ret == (stub.report.fault == VOUCH_FAULT_NONE));
	if (ret)
		return 0;
	must(stub.report.entries >= data[0]);
	ret = vouch_card_attach(&stub.card, 0);
	must(!ret || ret == -28);
	if (!ret) {
		read_log(0, 0);
		read_log(1, 1);
	}
	count = stub.card.log.count;
	must(!vouch_card_close(&stub.card));
	ret = vouch_card_open(&stub.card, &stub.config, &stub.report);
	must(!ret || stub.report.fault == VOUCH_FAULT_FULL);
	must(!stub.report.dropped && (ret || stub.card.log.count > count));
	return 0;
}
