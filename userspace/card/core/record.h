/* SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR MIT */
#ifndef VOUCH_CARD_RECORD_H
#define VOUCH_CARD_RECORD_H

/* A record: its content, its encoding, and which contents are well formed. */

#include <stdbool.h>

#include "card.h"
#include "cbor.h"

#define VOUCH_ORIGIN_CARD	0
#define VOUCH_ORIGIN_HOOK	1
#define VOUCH_ORIGIN_USER	2

#define VOUCH_CONTENT_MAX	512	/* bytes of an encoded content */

/**
 * struct vouch_record - a record's content
 * @number: in its log
 * @type: enum vouch_record_type
 * @origin: VOUCH_ORIGIN_*
 * @has_digest: @digest is present
 * @time: card clock
 * @epoch: of the host function, whatever the log
 * @ref: number of an earlier record, or VOUCH_NO_REF
 * @name: UTF-8, empty for none
 * @data: empty for none
 * @digest: what was measured
 */
struct vouch_record {
	uint64_t number;
	uint16_t type;
	uint8_t origin;
	bool has_digest;
	uint64_t time;
	uint64_t epoch;
	uint64_t ref;
	struct vouch_span name;
	struct vouch_span data;
	uint8_t digest[VOUCH_DIGEST_SIZE];
};

size_t vouch_record_content(const struct vouch_record *record, uint8_t *buf, size_t cap);
int vouch_record_digest(const struct vouch_card *card, const uint8_t *content, size_t len,
			uint8_t *digest);
int vouch_record_encode(const struct vouch_card *card, const struct vouch_record *record,
			uint16_t log, struct vouch_cbor *out);
bool vouch_record_valid(const struct vouch_record *record);
uint8_t vouch_record_origin(uint16_t type);
bool vouch_name_valid(const uint8_t *name, size_t len);

#endif /* VOUCH_CARD_RECORD_H */
