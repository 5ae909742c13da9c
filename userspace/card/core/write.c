// SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR MIT
#include <errno.h>
#include <string.h>

#include "epoch.h"
#include "instance.h"
#include "journal.h"
#include "write.h"

/**
 * vouch_record_take - let a record that the journal has take effect
 * @card: a card
 * @log: the record's log
 * @record: the record
 * @digest: its digest
 * @pcr: the log's running digest after it
 * @where: its place in the journal
 *
 * Return: 0, -ENOSPC when the log is full, -EBADMSG for a card record that
 * makes no sense, or what the hash said.
 */
int vouch_record_take(struct vouch_card *card, struct vouch_log *log,
		      const struct vouch_record *record, const uint8_t *digest,
		      const uint8_t *pcr, uint64_t where)
{
	const int ret = vouch_log_advance(card, log, digest, pcr, where);

	if (ret)
		return ret;
	if (record->type == VOUCH_REC_KERNEL)
		log->current = record->number;
	if (record->type == VOUCH_REC_NEARLY_FULL)
		log->nearly_full = true;
	if (record->origin == VOUCH_ORIGIN_USER)
		log->users++;
	if (log->id)
		return 0;
	vouch_epoch_take(card, record);
	return vouch_instance_take(card, record);
}

static int write_one(struct vouch_card *card, struct vouch_log *log,
		     struct vouch_record *record, uint8_t *digest)
{
	struct vouch_entry entry = { .log = log->id, .prev = log->last };
	uint8_t content[VOUCH_CONTENT_MAX];
	const uint64_t where = card->size;
	size_t len;
	int ret;

	record->number = log->count;
	record->origin = vouch_record_origin(record->type);
	record->time = vouch_card_now(card);
	record->epoch = vouch_epoch_of(card, record->type);
	len = vouch_record_content(record, content, sizeof(content));
	ret = vouch_record_digest(card, content, len, digest);
	if (!ret)
		ret = vouch_log_extend(card, log, digest, entry.pcr);
	if (ret)
		return ret;
	entry.record = *record;
	ret = vouch_journal_append(card, &entry);
	if (ret)
		return ret;
	ret = vouch_record_take(card, log, record, digest, entry.pcr, where);
	card->broken |= !!ret;
	return ret;
}

/**
 * vouch_record_write - write a record
 * @card: an open card
 * @log: where to
 * @record: type, digest, name, data and ref; the rest is returned
 * @digest: returns the record's digest
 *
 * It is durable after vouch_card_commit().
 *
 * Return: 0, -ENOSPC for a full log, -EDQUOT for a used up quota, -EIO for a
 * broken card, or what storage or cryptography said.
 */
int vouch_record_write(struct vouch_card *card, struct vouch_log *log,
		       struct vouch_record *record, uint8_t *digest)
{
	struct vouch_record warning = { .type = VOUCH_REC_NEARLY_FULL, .ref = VOUCH_NO_REF };
	uint8_t unused[VOUCH_DIGEST_SIZE];
	int ret;

	if (card->broken)
		return -EIO;
	ret = vouch_quota_check(log, vouch_record_origin(record->type));
	if (!ret)
		ret = write_one(card, log, record, digest);
	if (ret)
		return ret;
	if (log->nearly_full || log->count < log->capacity - log->capacity / 10 ||
	    log->count == log->capacity)
		return 0;
	ret = write_one(card, log, &warning, unused);
	card->broken |= !!ret;
	return ret;
}

/**
 * vouch_event_write - durably write what the card saw, to log 0
 * @card: an open card
 * @type: of the record
 * @name: its name, or NULL
 * @digest: its digest, or NULL
 * @ref: its reference, or VOUCH_NO_REF
 *
 * Return: 0 or a negative errno, as vouch_record_write().
 */
int vouch_event_write(struct vouch_card *card, uint16_t type, const char *name,
		      const uint8_t *digest, uint64_t ref)
{
	struct vouch_record record = { .type = type, .has_digest = digest, .ref = ref };
	uint8_t unused[VOUCH_DIGEST_SIZE];
	int ret;

	if (name) {
		record.name.data = name;
		record.name.len = strlen(name);
	}
	if (digest)
		memcpy(record.digest, digest, VOUCH_DIGEST_SIZE);
	ret = vouch_record_write(card, &card->log, &record, unused);
	return ret ? ret : vouch_card_commit(card);
}
