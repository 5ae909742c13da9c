// SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR MIT
#include <errno.h>
#include <string.h>

#include "call.h"
#include "journal.h"
#include "le.h"

#define CHECKPOINT	4096	/* records between checkpoints */

/* Write one record, and the checkpoint after it, or nothing at all. */
static int put_record(struct vouch_card *card, const struct vouch_log *log, uint64_t where,
		      struct vouch_cbor *out)
{
	const size_t len = out->len;
	struct vouch_entry entry;
	uint64_t count;
	int ret = vouch_journal_at(card, where, &entry);

	if (!ret)
		ret = vouch_record_encode(card, &entry.record, log->id, out);
	if (ret)
		return ret;
	count = entry.record.number + 1;
	if (count % CHECKPOINT == 0) {
		vouch_cbor_array(out, 2);
		vouch_cbor_uint(out, count);
		vouch_cbor_bytes(out, entry.pcr, VOUCH_DIGEST_SIZE);
	}
	if (out->full)
		out->len = len;
	return 0;
}

static int put_records(struct vouch_card *card, const struct vouch_log *log, uint64_t limit,
		       uint64_t *next, struct vouch_cbor *out)
{
	while (*next < limit) {
		uint64_t where[VOUCH_LOG_GROUP];
		size_t found, i;
		int ret = vouch_journal_locate(card, log, *next, where, &found);

		for (i = 0; !ret && i < found && *next < limit; i++) {
			ret = put_record(card, log, where[i], out);
			if (out->full)
				return 0;
			*next += !ret;
		}
		if (ret)
			return ret;
	}
	return 0;
}

/**
 * vouch_log_read_run - LOG_READ
 * @call: arg0 is the log, arg1 the first record
 *
 * Return: the completion's status.
 */
enum vouch_status vouch_log_read_run(struct vouch_call *call)
{
	struct vouch_cbor out = { .buf = call->out, .cap = call->out_cap };
	uint64_t limit, next = call->arg1;
	enum vouch_status status;
	struct vouch_log *log;
	int ret;

	status = vouch_call_log(call, &log);
	if (status)
		return status;
	limit = call->function && !log->id ? call->self->readable : log->count;
	if (next > limit)
		return VOUCH_ST_NOT_FOUND;
	if (call->out_cap < VOUCH_RECORD_MAX)
		return vouch_call_put(call, NULL, VOUCH_RECORD_MAX);
	ret = put_records(call->card, log, limit, &next, &out);
	if (ret)
		return ret == -EBADMSG ? VOUCH_ST_INTERNAL : vouch_call_status(ret);
	call->out_len = out.len;
	call->result = next;
	return VOUCH_ST_OK;
}

/**
 * vouch_log_state_run - LOG_STATE
 * @call: arg0 is the log
 *
 * Return: the completion's status.
 */
enum vouch_status vouch_log_state_run(struct vouch_call *call)
{
	struct vouch_log_state state = { 0 };
	enum vouch_status status;
	struct vouch_log *log;
	int ret;

	status = vouch_call_log(call, &log);
	if (status)
		return status;
	ret = vouch_log_root(call->card, log);
	if (ret)
		return vouch_call_status(ret);
	state.count = vouch_to_le64(log->count);
	state.current_record = vouch_to_le64(log->current);
	state.log = vouch_to_le32(log->id);
	memcpy(state.instance, log->instance, sizeof(state.instance));
	memcpy(state.pcr, log->pcr, sizeof(state.pcr));
	memcpy(state.root, log->root, sizeof(state.root));
	return vouch_call_put(call, &state, sizeof(state));
}
