/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VOUCH_CARD_READER_H
#define VOUCH_CARD_READER_H

/*
 * Reads what the card writes, with libcbor's tree decoder and none of the
 * core's own code, and recomputes running digest and mountain range plainly.
 */

#include <cbor.h>

#include "rig.h"

#define READER_RECORDS	20000

/**
 * struct reader - a log as it was read
 * @count: records
 * @checkpoints: seen
 * @pages: LOG_READ commands that it took
 * @error: what is wrong with it, or NULL
 * @pcr: recomputed
 * @digest: of each record, recomputed from its content
 * @type: of each record
 * @content: of each record, decoded
 */
struct reader {
	uint64_t count;
	uint64_t checkpoints;
	uint64_t pages;
	const char *error;
	uint8_t pcr[VOUCH_DIGEST_SIZE];
	uint8_t (*digest)[VOUCH_DIGEST_SIZE];
	uint8_t *type;
	cbor_item_t **content;
};

void reader_read(struct reader *reader, struct rig *rig, uint16_t fn, uint16_t log,
		 size_t page);
void reader_free(struct reader *reader);
void reader_root(const struct reader *reader, uint8_t *root);
bool reader_matches(struct rig *rig, uint16_t fn, uint16_t log, const char **error);
bool reader_name_is(const struct reader *reader, uint64_t number, const char *name);
cbor_item_t *reader_get(const cbor_item_t *map, int64_t key);
uint64_t reader_uint(const struct reader *reader, uint64_t number, int64_t key);
bool reader_bytes_are(const cbor_item_t *item, const void *data, size_t len);

#endif /* VOUCH_CARD_READER_H */
