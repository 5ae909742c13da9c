// SPDX-License-Identifier: GPL-2.0-only
#include "log.h"

#include <errno.h>
#include <string.h>

#define ITEM_MAX	VOUCH_RECORD_SIZE_MAX	/* a checkpoint is shorter */

static void describe(const struct vouch_log *log, struct vouch_finding *finding,
		     enum vouch_reason reason, uint64_t number, const struct vouch_record *record)
{
	vouch_finding_init(finding, reason, NULL);
	finding->log = (uint32_t)log->claim->log;
	finding->record = number;
	if (!record)
		return;
	finding->type = (uint32_t)record->type;
	if (record->name)
		memcpy(finding->name, record->name, record->name_len);
	if (record->digest)
		memcpy(finding->digest, record->digest, sizeof(finding->digest));
	finding->has_digest = record->digest;
}

static bool fault(struct vouch_log *log, enum vouch_reason reason, uint64_t number,
		  const struct vouch_record *record)
{
	struct vouch_finding finding;

	describe(log, &finding, reason, number, record);
	vouch_findings_add(log->findings, &finding);
	return false;
}

static void put_le32(uint8_t *out, uint32_t value)
{
	int i;

	for (i = 0; i < 4; i++)
		out[i] = (uint8_t)(value >> (8 * i));
}

static void begin(struct vouch_log *log)
{
	static const char context[] = "vouch/log/1";
	uint8_t id[4];

	put_le32(id, (uint32_t)log->claim->log);
	VOUCH_HASH(log->hash, log->pcr, { context, sizeof(context) - 1 },
		   { log->card_id, VOUCH_CARD_ID_LEN }, { id, sizeof(id) },
		   { log->claim->instance, VOUCH_INSTANCE_LEN });
	memset(&log->mmr, 0, sizeof(log->mmr));
	log->start = 0;
	log->end = 0;
	log->pos = 0;
	log->last_time = 0;
	log->last_epoch = 0;
	log->last_kernel = VOUCH_NO_RECORD;
	log->odd.reason = VOUCH_REASON_NONE;
}

/* Has the window hold a whole item, or all that is left; false on an error. */
static bool fill(struct vouch_log *log)
{
	uint64_t left = log->range->len - log->pos;
	size_t room;

	if (log->end - log->start >= ITEM_MAX || !left)
		return true;
	memmove(log->window, log->window + log->start, log->end - log->start);
	log->end -= log->start;
	log->start = 0;
	room = VOUCH_LOG_WINDOW - log->end;
	if (left < room)
		room = (size_t)left;
	if (log->reader->read_at(log->reader->ctx, log->range->offset + log->pos,
				 log->window + log->end, room))
		return fault(log, VOUCH_UNREADABLE, VOUCH_NO_RECORD, NULL);
	log->end += room;
	log->pos += room;
	return true;
}

/* Log 0 must pass through where it was seen before. */
static bool check_seen(struct vouch_log *log)
{
	if (!log->seen || log->claim->log || log->mmr.count != log->seen->count ||
	    !memcmp(log->pcr, log->seen->pcr, sizeof(log->pcr)))
		return true;
	return fault(log, VOUCH_FORK, VOUCH_NO_RECORD, NULL);
}

static enum vouch_reason check_record(const struct vouch_log *log, const struct vouch_record *r,
				      const uint8_t *digest)
{
	if (r->number != log->mmr.count || r->outer_number != r->number)
		return VOUCH_RECORD_NUMBER;
	if (r->log != log->claim->log)
		return VOUCH_RECORD_LOG;
	if (memcmp(r->claimed, digest, VOUCH_HASH_SIZE))
		return VOUCH_RECORD_DIGEST;
	return VOUCH_REASON_NONE;
}

/* What no card writes. Where the log was edited, that is the better answer. */
static enum vouch_reason check_sense(const struct vouch_log *log, const struct vouch_record *r)
{
	if (r->origin != vouch_record_origin(r->type))
		return VOUCH_RECORD_ORIGIN;
	if (r->epoch < log->last_epoch ||
	    (r->epoch == log->last_epoch && r->time < log->last_time))
		return VOUCH_RECORD_TIME;
	if (r->ref != VOUCH_RECORD_NO_REF && r->ref >= r->number)
		return VOUCH_RECORD_REF;
	return VOUCH_REASON_NONE;
}

static bool take_record(struct vouch_log *log, struct vouch_cbor *c)
{
	struct vouch_record record;
	uint8_t digest[VOUCH_HASH_SIZE];
	uint64_t expected = log->mmr.count;
	enum vouch_reason reason;
	int err = vouch_record_parse(c, &record);

	if (err)
		return fault(log, err == -EILSEQ ? VOUCH_NOT_DETERMINISTIC : VOUCH_RECORD_MALFORMED,
			     expected, NULL);
	if (c->pos > VOUCH_RECORD_SIZE_MAX)
		return fault(log, VOUCH_TOO_LONG, expected, NULL);
	if (expected == log->claim->count)
		return fault(log, VOUCH_LOG_COUNT, expected, NULL);
	VOUCH_HASH(log->hash, digest, { record.content, record.content_len });
	reason = check_record(log, &record, digest);
	if (reason != VOUCH_REASON_NONE)
		return fault(log, reason, expected,
			     reason == VOUCH_RECORD_NUMBER ? NULL : &record);
	reason = check_sense(log, &record);
	if (reason != VOUCH_REASON_NONE && log->odd.reason == VOUCH_REASON_NONE)
		describe(log, &log->odd, reason, expected, &record);
	log->last_epoch = record.epoch;
	log->last_time = record.time;
	if (record.type == VOUCH_TYPE_KERNEL)
		log->last_kernel = record.number;
	VOUCH_HASH(log->hash, log->pcr, { log->pcr, VOUCH_HASH_SIZE }, { digest, VOUCH_HASH_SIZE });
	vouch_mmr_append(&log->mmr, log->hash, digest);
	log->on_record(log->ctx, &record, digest);
	return check_seen(log);
}

/* A checkpoint is a claim by whoever assembled the log: it must hold. */
static bool take_checkpoint(struct vouch_log *log, struct vouch_cbor *c)
{
	uint8_t pcr[VOUCH_HASH_SIZE];
	uint64_t count = 0;

	if (vouch_cbor_array(c) == 2) {
		count = vouch_cbor_uint(c);
		vouch_cbor_fixed(c, pcr, sizeof(pcr));
	} else if (!c->err) {
		c->err = -EBADMSG;
	}
	if (c->err || !count || count % VOUCH_CHECKPOINT_EVERY)
		return fault(log, c->err == -EILSEQ ? VOUCH_NOT_DETERMINISTIC :
			     VOUCH_RECORD_MALFORMED, log->mmr.count, NULL);
	if (count != log->mmr.count || memcmp(pcr, log->pcr, sizeof(pcr)))
		return fault(log, VOUCH_CHECKPOINT, log->mmr.count, NULL);
	return true;
}

static bool take_all(struct vouch_log *log)
{
	bool after_checkpoint = false;
	struct vouch_cbor c;

	for (;;) {
		if (!fill(log))
			return false;
		if (log->start == log->end)
			return true;
		vouch_cbor_init(&c, log->window + log->start, log->end - log->start);
		if (vouch_cbor_peek(&c) != VOUCH_CBOR_ARRAY) {
			if (!take_record(log, &c))
				return false;
			after_checkpoint = false;
		} else if (after_checkpoint || !take_checkpoint(log, &c)) {
			return after_checkpoint ?
			       fault(log, VOUCH_RECORD_MALFORMED, log->mmr.count, NULL) : false;
		} else {
			after_checkpoint = true;
		}
		log->start += c.pos;
	}
}

bool vouch_log_replay(struct vouch_log *log)
{
	const struct vouch_log_claim *claim = log->claim;
	uint8_t root[VOUCH_HASH_SIZE];

	begin(log);
	if (!check_seen(log) || !take_all(log))
		return false;
	if (log->mmr.count != claim->count)
		return fault(log, VOUCH_LOG_COUNT, log->mmr.count, NULL);
	vouch_mmr_root(&log->mmr, log->hash, root);
	if (log->hash->failed)
		return fault(log, VOUCH_INTERNAL, VOUCH_NO_RECORD, NULL);
	if (memcmp(log->pcr, claim->pcr, sizeof(log->pcr)))
		return fault(log, VOUCH_LOG_PCR, VOUCH_NO_RECORD, NULL);
	if (memcmp(root, claim->root, sizeof(root)))
		return fault(log, VOUCH_LOG_ROOT, VOUCH_NO_RECORD, NULL);
	if (log->odd.reason == VOUCH_REASON_NONE)
		return true;
	vouch_findings_add(log->findings, &log->odd);
	return false;
}
