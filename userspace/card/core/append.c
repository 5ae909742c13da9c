// SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR MIT
#include <string.h>

#include "call.h"
#include "le.h"
#include "write.h"

static enum vouch_status parse(const struct vouch_call *call, struct vouch_record *record)
{
	static const uint8_t zeros[VOUCH_DIGEST_SIZE];
	struct vouch_append append;
	const uint8_t *tail = call->in + sizeof(append);
	uint16_t flags;

	memcpy(&append, call->in, sizeof(append));
	flags = vouch_le16(append.flags);
	record->type = vouch_le16(append.type);
	record->has_digest = flags & VOUCH_APPEND_DIGEST;
	record->ref = vouch_le64(append.ref);
	record->name.data = tail;
	record->name.len = vouch_le16(append.name_len);
	record->data.data = tail + record->name.len;
	record->data.len = vouch_le16(append.data_len);
	memcpy(record->digest, append.digest, VOUCH_DIGEST_SIZE);

	if (record->name.len > VOUCH_NAME_MAX || record->data.len > VOUCH_DATA_MAX ||
	    call->in_len != sizeof(append) + record->name.len + record->data.len)
		return VOUCH_ST_LENGTH;
	if (flags & ~VOUCH_APPEND_DIGEST ||
	    (!record->has_digest && memcmp(record->digest, zeros, sizeof(zeros))))
		return VOUCH_ST_FIELD;
	return vouch_record_valid(record) ? VOUCH_ST_OK : VOUCH_ST_FIELD;
}

/**
 * vouch_append_run - APPEND
 * @call: input is struct vouch_append, name and data
 *
 * Return: the completion's status.
 */
enum vouch_status vouch_append_run(struct vouch_call *call)
{
	struct vouch_log *log = call->function ? &call->self->log : &call->card->log;
	struct vouch_record record = { .number = log->count };
	struct vouch_appended appended;
	enum vouch_status status;

	if (call->function && !call->self->assigned)
		return VOUCH_ST_UNASSIGNED;
	status = parse(call, &record);
	if (status)
		return status;
	if (call->out_cap < sizeof(appended))
		return vouch_call_put(call, NULL, sizeof(appended));
	status = vouch_call_status(vouch_record_write(call->card, log, &record,
						      appended.digest));
	if (status)
		return status;
	appended.number = vouch_to_le64(record.number);
	call->pending = true;
	return vouch_call_put(call, &appended, sizeof(appended));
}
