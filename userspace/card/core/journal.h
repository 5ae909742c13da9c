/* SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR MIT */
#ifndef VOUCH_CARD_JOURNAL_H
#define VOUCH_CARD_JOURNAL_H

/*
 * The journal: every record of every log, in the order they were written.
 *
 *	header	64 bytes: "vouch/journal/1" and a NUL, card id, zeros
 *	entry	152 bytes, little endian, then name and data:
 *		  0  u32  length of the entry
 *		  4  u16  log id
 *		  6  u16  type
 *		  8  u64  number in the log
 *		 16  u64  offset of the same log's entry before, or all ones
 *		 24  u64  time
 *		 32  u64  epoch
 *		 40  u64  ref
 *		 48  u8   origin
 *		 49  u8   1 when the digest is present
 *		 50  u16  bytes of name
 *		 52  u16  bytes of data
 *		 54  u16  zero
 *		 56  [48] digest, zeros without
 *		104  [48] the log's running digest after this record
 *
 * The running digest covers every field of the record and all records before
 * it, so a replay finds any change without a checksum of its own. The counter
 * holds the number of entries that may have been acknowledged: what is missing
 * or wrong below it is damage, what is unfinished above it was never promised.
 */

#include "record.h"

#define VOUCH_JOURNAL_HEADER	64
#define VOUCH_ENTRY_HEADER	152
#define VOUCH_ENTRY_MAX		(VOUCH_ENTRY_HEADER + VOUCH_NAME_MAX + VOUCH_DATA_MAX)

/**
 * struct vouch_entry - one journal entry, its name and data still in the journal
 * @log: log id
 * @length: bytes of the entry
 * @prev: where the same log's entry before is, or VOUCH_NO_REF
 * @record: what it holds; name and data last until the next journal call
 * @pcr: the log's running digest after it
 */
struct vouch_entry {
	uint16_t log;
	uint32_t length;
	uint64_t prev;
	struct vouch_record record;
	uint8_t pcr[VOUCH_DIGEST_SIZE];
};

size_t vouch_entry_encode(const struct vouch_entry *entry, uint8_t *buf);
int vouch_entry_decode(struct vouch_entry *entry, const uint8_t *buf, uint64_t len);

void vouch_journal_header(const struct vouch_card *card, uint8_t *header);
int vouch_journal_append(struct vouch_card *card, const struct vouch_entry *entry);
int vouch_journal_at(struct vouch_card *card, uint64_t offset, struct vouch_entry *entry);
int vouch_journal_locate(struct vouch_card *card, const struct vouch_log *log, uint64_t number,
			 uint64_t where[VOUCH_LOG_GROUP], size_t *found);
int vouch_journal_replay(struct vouch_card *card, struct vouch_card_report *report);

#endif /* VOUCH_CARD_JOURNAL_H */
