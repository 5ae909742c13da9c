// SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR MIT
#include <errno.h>
#include <string.h>

#include "journal.h"

/**
 * vouch_journal_header - the first bytes of a card's journal
 * @card: a card, for its identity
 * @header: returns VOUCH_JOURNAL_HEADER bytes
 */
void vouch_journal_header(const struct vouch_card *card, uint8_t *header)
{
	static const char magic[16] = "vouch/journal/1";

	memset(header, 0, VOUCH_JOURNAL_HEADER);
	memcpy(header, magic, sizeof(magic));
	memcpy(header + sizeof(magic), card->config->card_id, VOUCH_CARD_ID_SIZE);
}

/**
 * vouch_journal_append - add an entry
 * @card: an open card
 * @entry: what to add
 *
 * It is durable after vouch_card_commit(). A failure breaks the card: how much
 * of the entry is in the journal is not known.
 *
 * Return: 0 or -EIO.
 */
int vouch_journal_append(struct vouch_card *card, const struct vouch_entry *entry)
{
	const struct vouch_card_storage *storage = &card->config->storage;
	uint8_t buf[VOUCH_ENTRY_MAX];
	const size_t len = vouch_entry_encode(entry, buf);

	if (storage->append(storage->ctx, buf, len)) {
		card->broken = true;
		return -EIO;
	}
	card->size += len;
	card->entries++;
	return 0;
}

/* Make the window hold the journal from @offset on, as far as there is any. */
static int look(struct vouch_card *card, uint64_t offset, size_t want)
{
	const struct vouch_card_storage *storage = &card->config->storage;
	uint64_t len = card->size - offset;
	int ret;

	if (want > len)
		want = (size_t)len;
	if (offset >= card->window_at && offset - card->window_at <= card->window_len &&
	    want <= card->window_len - (offset - card->window_at))
		return 0;
	if (len > sizeof(card->window))
		len = sizeof(card->window);
	card->window_len = 0;
	ret = storage->read(storage->ctx, offset, card->window, (size_t)len);
	if (ret)
		return ret;
	card->window_at = offset;
	card->window_len = (size_t)len;
	return 0;
}

/**
 * vouch_journal_at - the entry at an offset
 * @card: an open card
 * @offset: where
 * @entry: returns it; name and data last until the next journal call
 *
 * Return: 0, -ENODATA when the journal ends within it, -EBADMSG for a bad
 * form, or what storage said.
 */
int vouch_journal_at(struct vouch_card *card, uint64_t offset, struct vouch_entry *entry)
{
	size_t skip;
	int ret;

	if (offset > card->size)
		return -ENODATA;
	ret = look(card, offset, VOUCH_ENTRY_MAX);
	if (ret)
		return ret;
	skip = (size_t)(offset - card->window_at);
	return vouch_entry_decode(entry, card->window + skip, card->window_len - skip);
}

/**
 * vouch_journal_locate - where a record and those after it in its group are
 * @card: an open card
 * @log: the log
 * @number: of the first record wanted, less than the log's count
 * @where: returns offsets, @number's first
 * @found: returns how many
 *
 * Walks back from the end of the group, so that memory for one offset serves
 * VOUCH_LOG_GROUP records.
 *
 * Return: 0, -EBADMSG when the journal is not what it was, or what storage said.
 */
int vouch_journal_locate(struct vouch_card *card, const struct vouch_log *log, uint64_t number,
			 uint64_t where[VOUCH_LOG_GROUP], size_t *found)
{
	const struct vouch_card_storage *storage = &card->config->storage;
	const uint64_t group = number / VOUCH_LOG_GROUP;
	uint64_t end = (group + 1) * VOUCH_LOG_GROUP;
	uint64_t offset = log->index[group];

	if (end > log->count)
		end = log->count;
	*found = (size_t)(end - number);
	while (end-- > number) {
		uint8_t buf[VOUCH_ENTRY_HEADER];
		struct vouch_entry entry;
		int ret = storage->read(storage->ctx, offset, buf, sizeof(buf));

		if (ret)
			return ret;
		ret = vouch_entry_decode(&entry, buf, sizeof(buf));
		if (ret && ret != -ENODATA)
			return ret;
		if (entry.log != log->id || entry.record.number != end)
			return -EBADMSG;
		where[end - number] = offset;
		offset = entry.prev;
	}
	return 0;
}
