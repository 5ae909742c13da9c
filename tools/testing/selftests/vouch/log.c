// SPDX-License-Identifier: GPL-2.0-only
/* See log.h. A small CBOR reader: definite lengths only. */

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <openssl/sha.h>

#include "log.h"

struct item {
	unsigned int major;
	uint64_t value;
	const uint8_t *bytes;	/* of a string */
};

static bool item_read(const uint8_t **at, const uint8_t *end, struct item *item)
{
	const uint8_t *p = *at;
	unsigned int more, info;

	if (p == end)
		return false;
	item->major = *p >> 5;
	info = *p++ & 31;
	item->value = info;
	if (info >= 24) {
		if (info > 27)
			return false;
		more = 1U << (info - 24);
		if ((size_t)(end - p) < more)
			return false;
		for (item->value = 0; more; more--)
			item->value = item->value << 8 | *p++;
	}
	if (item->major == 2 || item->major == 3) {
		if ((uint64_t)(end - p) < item->value)
			return false;
		item->bytes = p;
		p += item->value;
	}
	*at = p;
	return true;
}

static bool expect(const uint8_t **at, const uint8_t *end, unsigned int major,
		   uint64_t value)
{
	struct item item;

	return item_read(at, end, &item) && item.major == major && item.value == value;
}

static bool content_read(const uint8_t *at, const uint8_t *end, struct record *record)
{
	struct item map, key, value;

	if (!item_read(&at, end, &map) || map.major != 5)
		return false;
	for (; map.value; map.value--) {
		if (!item_read(&at, end, &key) || key.major || !item_read(&at, end, &value))
			return false;
		if (key.value == 0 && value.value != record->number)
			return false;
		if (key.value == 1)
			record->type = value.value;
		if (key.value == 2)
			record->origin = value.value;
		if (key.value == 8)
			record->ref = value.value;
		if (key.value == 5) {
			if (value.major != 2 || value.value != VOUCH_DIGEST_SIZE)
				return false;
			memcpy(record->measured, value.bytes, value.value);
		}
		if (key.value == 7) {
			if (value.major != 2 || value.value > VOUCH_DATA_MAX)
				return false;
			memcpy(record->data, value.bytes, value.value);
			record->data_len = value.value;
		}
		if (key.value == 6) {
			if (value.major != 3 || value.value > VOUCH_NAME_MAX)
				return false;
			memcpy(record->name, value.bytes, value.value);
		}
	}
	return at == end;
}

static void sha384(const void *a, size_t a_len, const void *b, size_t b_len, uint8_t *out)
{
	SHA512_CTX ctx;

	SHA384_Init(&ctx);
	SHA384_Update(&ctx, a, a_len);
	SHA384_Update(&ctx, b, b_len);
	SHA384_Final(out, &ctx);
}

void log_digest(const void *bytes, size_t size, uint8_t digest[VOUCH_DIGEST_SIZE])
{
	sha384(bytes, size, NULL, 0, digest);
}

bool log_measured(const struct record *record, const void *bytes, size_t size)
{
	uint8_t digest[VOUCH_DIGEST_SIZE];

	log_digest(bytes, size, digest);
	return !memcmp(record->measured, digest, sizeof(digest));
}

int log_next(const uint8_t **at, const uint8_t *end, struct record *record)
{
	uint8_t digest[VOUCH_DIGEST_SIZE];
	struct item item;

	memset(record, 0, sizeof(*record));
	record->ref = VOUCH_NO_REF;
	if (*at == end)
		return 0;
	if (!item_read(at, end, &item))
		return -1;
	if (item.major == 4) {	/* a checkpoint: count, pcr */
		if (item.value != 2 || !item_read(at, end, &item) || !item_read(at, end, &item))
			return -1;
		return log_next(at, end, record);
	}
	if (item.major != 5 || item.value != 4 || !expect(at, end, 0, 0) ||
	    !item_read(at, end, &item) || item.major)
		return -1;
	record->number = item.value;
	if (!expect(at, end, 0, 1) || !item_read(at, end, &item) || item.major)
		return -1;
	record->log = item.value;
	if (!expect(at, end, 0, 3) || !expect(at, end, 5, 1) || !expect(at, end, 0, 12) ||
	    !item_read(at, end, &item) || item.major != 2 || item.value != VOUCH_DIGEST_SIZE)
		return -1;
	memcpy(record->digest, item.bytes, VOUCH_DIGEST_SIZE);
	if (!expect(at, end, 0, 118) || !item_read(at, end, &item) || item.major != 2)
		return -1;
	sha384(item.bytes, item.value, NULL, 0, digest);
	if (memcmp(digest, record->digest, VOUCH_DIGEST_SIZE) ||
	    !content_read(item.bytes, item.bytes + item.value, record))
		return -1;
	return 1;
}

bool log_wait(const char *card, uint64_t from, unsigned int type, int n,
	      struct record *found)
{
	for (int i = 0; i < 600; i++) {
		if (log_find(card, from, type, found) >= n)
			return true;
		usleep(100000);
	}
	return false;
}

int log_replay(const uint8_t *log, size_t size, const uint8_t card_id[VOUCH_CARD_ID_SIZE],
	       uint32_t id, const uint8_t instance[VOUCH_INSTANCE_SIZE],
	       uint8_t pcr[VOUCH_DIGEST_SIZE], uint64_t *count)
{
	const uint8_t *at = log, *end = log + size;
	uint8_t rest[VOUCH_CARD_ID_SIZE + 4 + VOUCH_INSTANCE_SIZE];
	struct record record;
	int rc;

	memcpy(rest, card_id, VOUCH_CARD_ID_SIZE);
	for (int i = 0; i < 4; i++)
		rest[VOUCH_CARD_ID_SIZE + i] = id >> 8 * i;
	memcpy(rest + VOUCH_CARD_ID_SIZE + 4, instance, VOUCH_INSTANCE_SIZE);
	sha384("vouch/log/1", 11, rest, sizeof(rest), pcr);
	for (*count = 0; (rc = log_next(&at, end, &record)) == 1; ++*count) {
		if (record.number != *count || record.log != id)
			return -1;
		sha384(pcr, VOUCH_DIGEST_SIZE, record.digest, VOUCH_DIGEST_SIZE, pcr);
	}
	return rc;
}

uint8_t *log_slurp(const char *card, size_t *size)
{
	char path[256];
	uint8_t *log = NULL;
	ssize_t n = 1;
	int fd;

	snprintf(path, sizeof(path), "/sys/class/vouch/%s/log", card);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return NULL;
	for (*size = 0; n > 0; *size += n) {
		uint8_t *grown = realloc(log, *size + 65536);

		if (!grown)
			break;
		log = grown;
		n = read(fd, log + *size, 65536);
		if (n < 0)
			break;
	}
	close(fd);
	if (!n)
		return log;
	free(log);
	return NULL;
}

int log_find(const char *card, uint64_t from, unsigned int type, struct record *found)
{
	struct record record;
	uint8_t *log;
	const uint8_t *at;
	size_t size;
	int n = 0, rc;

	log = log_slurp(card, &size);
	if (!log)
		return -1;
	at = log;
	while ((rc = log_next(&at, log + size, &record)) == 1) {
		if (record.number < from || record.type != type)
			continue;
		*found = record;
		n++;
	}
	free(log);
	return rc ? -1 : n;
}
