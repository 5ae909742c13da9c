// SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR MIT
#include <errno.h>
#include <string.h>

#include "journal.h"
#include "le.h"

static const uint8_t zeros[VOUCH_DIGEST_SIZE];

/**
 * vouch_entry_encode - write an entry as the journal holds it
 * @entry: the entry; @length is not looked at
 * @buf: room for VOUCH_ENTRY_MAX bytes
 *
 * Return: bytes written.
 */
size_t vouch_entry_encode(const struct vouch_entry *entry, uint8_t *buf)
{
	const struct vouch_record *r = &entry->record;
	const size_t len = VOUCH_ENTRY_HEADER + r->name.len + r->data.len;

	vouch_le_store(buf, len, 4);
	vouch_le_store(buf + 4, entry->log, 2);
	vouch_le_store(buf + 6, r->type, 2);
	vouch_le_store(buf + 8, r->number, 8);
	vouch_le_store(buf + 16, entry->prev, 8);
	vouch_le_store(buf + 24, r->time, 8);
	vouch_le_store(buf + 32, r->epoch, 8);
	vouch_le_store(buf + 40, r->ref, 8);
	buf[48] = r->origin;
	buf[49] = r->has_digest;
	vouch_le_store(buf + 50, r->name.len, 2);
	vouch_le_store(buf + 52, r->data.len, 2);
	vouch_le_store(buf + 54, 0, 2);
	memcpy(buf + 56, r->has_digest ? r->digest : zeros, VOUCH_DIGEST_SIZE);
	memcpy(buf + 104, entry->pcr, VOUCH_DIGEST_SIZE);
	if (r->name.len)
		memcpy(buf + VOUCH_ENTRY_HEADER, r->name.data, r->name.len);
	if (r->data.len)
		memcpy(buf + VOUCH_ENTRY_HEADER + r->name.len, r->data.data, r->data.len);
	return len;
}

/**
 * vouch_entry_decode - read an entry
 * @entry: returns the entry; name and data point into @buf
 * @buf: the journal from the entry on
 * @len: bytes at @buf
 *
 * Checks the form alone; whether it is what was written, the running digest
 * says.
 *
 * Return: 0, -ENODATA when @len is too short, -EBADMSG for a bad form.
 */
int vouch_entry_decode(struct vouch_entry *entry, const uint8_t *buf, uint64_t len)
{
	struct vouch_record *r = &entry->record;

	if (len < VOUCH_ENTRY_HEADER)
		return -ENODATA;
	entry->length = (uint32_t)vouch_le_load(buf, 4);
	entry->log = (uint16_t)vouch_le_load(buf + 4, 2);
	r->type = (uint16_t)vouch_le_load(buf + 6, 2);
	r->number = vouch_le_load(buf + 8, 8);
	entry->prev = vouch_le_load(buf + 16, 8);
	r->time = vouch_le_load(buf + 24, 8);
	r->epoch = vouch_le_load(buf + 32, 8);
	r->ref = vouch_le_load(buf + 40, 8);
	r->origin = buf[48];
	r->has_digest = buf[49];
	r->name.len = vouch_le_load(buf + 50, 2);
	r->data.len = vouch_le_load(buf + 52, 2);
	r->name.data = buf + VOUCH_ENTRY_HEADER;
	r->data.data = buf + VOUCH_ENTRY_HEADER + r->name.len;
	memcpy(r->digest, buf + 56, VOUCH_DIGEST_SIZE);
	memcpy(entry->pcr, buf + 104, VOUCH_DIGEST_SIZE);

	if (r->name.len > VOUCH_NAME_MAX || r->data.len > VOUCH_DATA_MAX ||
	    entry->length != VOUCH_ENTRY_HEADER + r->name.len + r->data.len ||
	    buf[49] > 1 || buf[54] || buf[55] ||
	    (!r->has_digest && memcmp(r->digest, zeros, sizeof(zeros))))
		return -EBADMSG;
	return len < entry->length ? -ENODATA : 0;
}
