// SPDX-License-Identifier: GPL-2.0-only
/* A log, replayed as it is, and then every record that parses, judged. */
#include <stdlib.h>
#include <string.h>

#include "../lib/history.h"
#include "../lib/log.h"
#include "known.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct input {
	const uint8_t *data;
};

static int read_at(void *ctx, uint64_t offset, void *buf, size_t len)
{
	const struct input *input = ctx;

	memcpy(buf, input->data + offset, len);
	return 0;
}

static void judge(struct vouch_history *history, const uint8_t *data, size_t size)
{
	struct vouch_record record;
	struct vouch_cbor c;

	vouch_cbor_init(&c, data, size);
	while (c.pos < c.len) {
		if (vouch_record_parse(&c, &record))
			break;
		vouch_history_record(history, &record, record.claimed);
	}
	vouch_history_end(history);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct vouch_hash hash;
	static struct vouch_refs *refs;
	static uint8_t window[VOUCH_LOG_WINDOW];
	static const uint8_t card[VOUCH_CARD_ID_LEN], instance[VOUCH_INSTANCE_LEN];
	struct input input = { data };
	struct vouch_reader reader = { read_at, &input, size };
	struct vouch_range range = { 0, size, true };
	struct vouch_log_claim claim = { .count = UINT64_MAX };
	struct vouch_findings findings = { .room = 0 };
	static const struct vouch_microcode microcode = { "AuthenticAMD 25-1-1", 2 };
	struct vouch_policy policy = { .lockdown = VOUCH_LOCKDOWN_INTEGRITY,
				       .microcode = &microcode, .microcode_count = 1 };
	struct vouch_history history = {
		.policy = &policy, .hash = &hash, .findings = &findings, .judge = true,
		.card_id = card, .function = 1, .instance = instance,
	};
	struct vouch_log log = {
		.reader = &reader, .range = &range, .claim = &claim, .card_id = card,
		.findings = &findings, .on_record = vouch_history_record, .ctx = &history,
		.hash = &hash, .window = window,
	};

	if (!hash.ctx && vouch_hash_init(&hash))
		abort();
	if (!refs)
		refs = known_refs(&hash);
	history.refs = refs;
	vouch_history_init(&history);
	if (vouch_log_replay(&log))
		abort();
	vouch_history_init(&history);
	judge(&history, data, size);
	return 0;
}
