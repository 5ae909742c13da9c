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
	vouch_epoch_take(card, log, record);
	return log->id ? 0 : vouch_instance_take(card, record);
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
	record->epoch = vouch_epoch_of(card, log, record->type);
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
 * vouch_event_write - write what the card saw
 * @card: an open card
 * @log: where to
 * @event: what
 *
 * In log 0 it is durable at once. A guest that resets its function in a loop
 * must not keep the host waiting for the disk, so its own log's events wait for
 * the next vouch_card_commit(), as all that could tell of them does.
 *
 * Return: 0 or a negative errno, as vouch_record_write().
 */
int vouch_event_write(struct vouch_card *card, struct vouch_log *log,
		      const struct vouch_event *event)
{
	const struct vouch_card_crypto *crypto = &card->config->crypto;
	struct vouch_record record = {
		.type = event->type, .has_digest = event->digest, .ref = event->ref,
		.name = { event->name, event->name ? strlen(event->name) : 0 },
	};
	uint8_t nonce[VOUCH_EPOCH_NONCE_SIZE], unused[VOUCH_DIGEST_SIZE];
	int ret = 0;

	if (event->digest)
		memcpy(record.digest, event->digest, VOUCH_DIGEST_SIZE);
	if (vouch_epoch_begins(event->type)) {
		ret = crypto->random(crypto->ctx, nonce, sizeof(nonce));
		record.data = (struct vouch_span) { nonce, sizeof(nonce) };
	}
	if (!ret)
		ret = vouch_record_write(card, log, &record, unused);
	return ret || log->id ? ret : vouch_card_commit(card);
}
