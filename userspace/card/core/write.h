/* SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR MIT */
#ifndef VOUCH_CARD_WRITE_H
#define VOUCH_CARD_WRITE_H

/* Writing a record: the one path that new and replayed records take. */

#include "record.h"

/**
 * struct vouch_event - what the card saw
 * @type: of the record
 * @name: its name, or NULL
 * @digest: its digest, or NULL
 * @ref: its reference, or VOUCH_NO_REF
 */
struct vouch_event {
	uint16_t type;
	const char *name;
	const uint8_t *digest;
	uint64_t ref;
};

int vouch_quota_check(const struct vouch_log *log, uint8_t origin);
int vouch_record_take(struct vouch_card *card, struct vouch_log *log,
		      const struct vouch_record *record, const uint8_t *digest,
		      const uint8_t *pcr, uint64_t where);
int vouch_record_write(struct vouch_card *card, struct vouch_log *log,
		       struct vouch_record *record, uint8_t *digest);
int vouch_event_write(struct vouch_card *card, struct vouch_log *log,
		      const struct vouch_event *event);

#endif /* VOUCH_CARD_WRITE_H */
