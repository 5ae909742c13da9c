// SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR MIT
#include <errno.h>
#include <string.h>

#include "journal.h"
#include "write.h"

static int refuse(struct vouch_card_report *report, enum vouch_card_fault fault, int error)
{
	report->fault = fault;
	return error;
}

/* A fresh card has neither; a card that lost its journal still has the counter. */
static int begin(struct vouch_card *card, struct vouch_card_report *report)
{
	const struct vouch_card_storage *storage = &card->config->storage;
	uint8_t expected[VOUCH_JOURNAL_HEADER];
	int ret = 0;

	vouch_journal_header(card, expected);
	if (card->size >= sizeof(expected)) {
		ret = storage->read(storage->ctx, 0, card->window, sizeof(expected));
		if (ret)
			return refuse(report, VOUCH_FAULT_STORAGE, ret);
		return memcmp(card->window, expected, sizeof(expected)) ?
		       refuse(report, VOUCH_FAULT_FOREIGN, -EBADMSG) : 0;
	}
	if (report->counter)
		return refuse(report, VOUCH_FAULT_ROLLED_BACK, -EBADMSG);
	if (card->size)
		ret = storage->truncate(storage->ctx, 0);
	if (!ret)
		ret = storage->append(storage->ctx, expected, sizeof(expected));
	if (!ret)
		ret = storage->flush(storage->ctx);
	card->size = sizeof(expected);
	return ret ? refuse(report, VOUCH_FAULT_STORAGE, ret) : 0;
}

static struct vouch_log *log_of(struct vouch_card *card, uint16_t id)
{
	if (!id)
		return &card->log;
	if (id >= VOUCH_CARD_FUNCTIONS || !card->functions[id].assigned)
		return NULL;
	return &card->functions[id].log;
}

/* Does the entry continue its log, and is it what was once written there? */
static int take(struct vouch_card *card, const struct vouch_entry *entry, uint64_t offset)
{
	const struct vouch_record *record = &entry->record;
	uint8_t digest[VOUCH_DIGEST_SIZE], pcr[VOUCH_DIGEST_SIZE];
	struct vouch_log *log = log_of(card, entry->log);
	uint8_t content[VOUCH_CONTENT_MAX];
	int ret;

	if (!log || record->number != log->count || entry->prev != log->last ||
	    record->origin != vouch_record_origin(record->type) ||
	    !vouch_name_valid(record->name.data, record->name.len))
		return -EBADMSG;
	ret = vouch_record_digest(card, content,
				  vouch_record_content(record, content, sizeof(content)), digest);
	if (!ret)
		ret = vouch_log_extend(card, log, digest, pcr);
	if (ret)
		return ret;
	if (memcmp(pcr, entry->pcr, sizeof(pcr)))
		return -EBADMSG;
	ret = vouch_record_take(card, log, record, digest, pcr, offset);
	/* The digest is right, so this was written, not torn: never drop it. */
	return ret == -EBADMSG ? -EPROTO : ret;
}

/* Follow the entries until the journal ends or stops making sense. */
static int follow(struct vouch_card *card, uint64_t *offset)
{
	while (*offset < card->size) {
		struct vouch_entry entry;
		int ret = vouch_journal_at(card, *offset, &entry);

		if (!ret)
			ret = take(card, &entry, *offset);
		if (ret)
			return ret;
		*offset += entry.length;
		card->entries++;
	}
	return 0;
}

/* What was never promised may go: it was torn by a crash. */
static int settle(struct vouch_card *card, struct vouch_card_report *report, uint64_t end)
{
	const struct vouch_card_storage *storage = &card->config->storage;
	int ret = 0;

	if (end < card->size) {
		report->dropped = card->size - end;
		ret = storage->truncate(storage->ctx, end);
		card->size = end;
		card->window_len = 0;
	}
	if (!ret && card->entries > report->counter)
		ret = storage->flush(storage->ctx);
	if (!ret && card->entries > report->counter)
		ret = storage->counter_advance(storage->ctx, card->entries);
	card->durable = card->entries;
	return ret ? refuse(report, VOUCH_FAULT_STORAGE, ret) : 0;
}

/**
 * vouch_journal_replay - bring a card to the state that its journal tells
 * @card: a card with an empty log 0
 * @report: returns what was found
 *
 * Return: 0 or a negative errno, as vouch_card_open().
 */
int vouch_journal_replay(struct vouch_card *card, struct vouch_card_report *report)
{
	const struct vouch_card_storage *storage = &card->config->storage;
	uint64_t offset = VOUCH_JOURNAL_HEADER;
	int ret = storage->counter_read(storage->ctx, &report->counter);

	if (!ret)
		ret = storage->size(storage->ctx, &card->size);
	if (ret)
		return refuse(report, VOUCH_FAULT_STORAGE, ret);
	ret = begin(card, report);
	if (ret)
		return ret;

	ret = follow(card, &offset);
	report->entries = card->entries;
	report->entry = card->entries;
	report->offset = offset;
	if (ret == -ENOSPC)
		return refuse(report, VOUCH_FAULT_CONFIG, -EINVAL);
	if (ret == -EPROTO)
		return refuse(report, VOUCH_FAULT_DAMAGED, -EBADMSG);
	if (ret && ret != -EBADMSG && ret != -ENODATA)
		return refuse(report, VOUCH_FAULT_STORAGE, ret);
	if (card->entries < report->counter)
		return refuse(report, offset == card->size ? VOUCH_FAULT_ROLLED_BACK :
			      VOUCH_FAULT_DAMAGED, -EBADMSG);
	return settle(card, report, offset);
}
