// SPDX-License-Identifier: GPL-2.0-only
#include <stdlib.h>
#include <string.h>

#include "reader.h"

static void hash3(const void *a, size_t a_len, const void *b, size_t b_len, const void *c,
		  size_t c_len, uint8_t *digest)
{
	uint8_t buf[2048];

	if (a_len + b_len + c_len > sizeof(buf))
		abort();
	if (a_len)
		memcpy(buf, a, a_len);
	if (b_len)
		memcpy(buf + a_len, b, b_len);
	if (c_len)
		memcpy(buf + a_len + b_len, c, c_len);
	if (!EVP_Q_digest(NULL, "SHA384", NULL, buf, a_len + b_len + c_len, digest, NULL))
		abort();
}

cbor_item_t *reader_get(const cbor_item_t *map, int64_t key)
{
	struct cbor_pair *pairs;
	size_t i;

	if (!map || !cbor_isa_map(map))
		return NULL;
	pairs = cbor_map_handle(map);
	for (i = 0; i < cbor_map_size(map); i++) {
		const cbor_item_t *k = pairs[i].key;

		if (key >= 0 && cbor_isa_uint(k) && cbor_get_int(k) == (uint64_t)key)
			return pairs[i].value;
		if (key < 0 && cbor_isa_negint(k) && cbor_get_int(k) == (uint64_t)(-1 - key))
			return pairs[i].value;
	}
	return NULL;
}

bool reader_bytes_are(const cbor_item_t *item, const void *data, size_t len)
{
	return item && cbor_isa_bytestring(item) && cbor_bytestring_length(item) == len &&
	       !memcmp(cbor_bytestring_handle(item), data, len);
}

uint64_t reader_uint(const struct reader *reader, uint64_t number, int64_t key)
{
	const cbor_item_t *item = number < reader->count ?
				  reader_get(reader->content[number], key) : NULL;

	return item && cbor_isa_uint(item) ? cbor_get_int(item) : UINT64_MAX;
}

bool reader_name_is(const struct reader *reader, uint64_t number, const char *name)
{
	const cbor_item_t *item = number < reader->count ?
				  reader_get(reader->content[number], 6) : NULL;

	return item && cbor_isa_string(item) && cbor_string_length(item) == strlen(name) &&
	       !memcmp(cbor_string_handle(item), name, strlen(name));
}

static const char *take_checkpoint(struct reader *reader, const cbor_item_t *item)
{
	cbor_item_t **parts = cbor_array_handle(item);

	reader->checkpoints++;
	if (cbor_array_size(item) != 2 || cbor_get_int(parts[0]) != reader->count ||
	    reader->count % 4096 || !reader_bytes_are(parts[1], reader->pcr, VOUCH_DIGEST_SIZE))
		return "bad checkpoint";
	return NULL;
}

static const char *take_record(struct reader *reader, const cbor_item_t *item, uint16_t log)
{
	const cbor_item_t *content = reader_get(item, 118);
	const cbor_item_t *digest = reader_get(reader_get(item, 3), 12);
	uint8_t *own = reader->digest[reader->count];
	struct cbor_load_result result;
	cbor_item_t *inner;

	if (cbor_map_size(item) != 4 || !content || !reader_get(item, 0) ||
	    cbor_get_int(reader_get(item, 0)) != reader->count ||
	    cbor_get_int(reader_get(item, 1)) != log)
		return "bad record";
	hash3(cbor_bytestring_handle(content), cbor_bytestring_length(content), NULL, 0, NULL, 0,
	      own);
	if (!reader_bytes_are(digest, own, VOUCH_DIGEST_SIZE))
		return "record digest differs";
	hash3(reader->pcr, VOUCH_DIGEST_SIZE, own, VOUCH_DIGEST_SIZE, NULL, 0, reader->pcr);
	inner = cbor_load(cbor_bytestring_handle(content), cbor_bytestring_length(content),
			  &result);
	if (!inner || result.read != cbor_bytestring_length(content))
		return "bad content";
	reader->content[reader->count] = inner;
	reader->type[reader->count] = (uint8_t)cbor_get_int(reader_get(inner, 1));
	reader->count++;
	if (cbor_get_int(reader_get(inner, 0)) != reader->count - 1)
		return "number differs";
	return NULL;
}

static const char *take_page(struct reader *reader, const uint8_t *page, size_t len,
			     uint16_t log)
{
	const char *error = NULL;

	while (len && !error) {
		struct cbor_load_result result;
		cbor_item_t *item = cbor_load(page, len, &result);

		if (!item)
			return "not CBOR";
		error = cbor_isa_map(item) ? take_record(reader, item, log)
					   : take_checkpoint(reader, item);
		page += result.read;
		len -= result.read;
		cbor_decref(&item);
	}
	return error;
}

static void begin(struct reader *reader, struct rig *rig, uint16_t fn, uint16_t log)
{
	const struct vouch_log_state state = rig_log_state(rig, fn, log);
	uint8_t start[4 + VOUCH_INSTANCE_SIZE] = { 0 };

	memset(reader, 0, sizeof(*reader));
	reader->digest = calloc(READER_RECORDS, sizeof(*reader->digest));
	reader->type = calloc(READER_RECORDS, 1);
	reader->content = calloc(READER_RECORDS, sizeof(*reader->content));
	start[0] = (uint8_t)log;
	memcpy(start + 4, state.instance, VOUCH_INSTANCE_SIZE);
	hash3("vouch/log/1", 11, rig->config.card_id, VOUCH_CARD_ID_SIZE, start, sizeof(start),
	      reader->pcr);
}

void reader_read(struct reader *reader, struct rig *rig, uint16_t fn, uint16_t log, size_t page)
{
	uint64_t next;

	begin(reader, rig, fn, log);
	do {
		next = reader->count;
		if (rig_command(rig, fn, VOUCH_OP_LOG_READ, log, next, NULL, 0, page)) {
			reader->error = "LOG_READ failed";
			return;
		}
		reader->pages++;
		reader->error = take_page(reader, rig->out, vouch_le32(rig->reply.cpl.out_len),
					  log);
		if (reader->error)
			return;
		if (vouch_le64(rig->reply.cpl.result) != reader->count) {
			reader->error = "wrong next record";
			return;
		}
	} while (reader->count != next);
}

void reader_free(struct reader *reader)
{
	uint64_t i;

	for (i = 0; i < reader->count; i++)
		cbor_decref(&reader->content[i]);
	free(reader->content);
	free(reader->digest);
	free(reader->type);
}

/* The root by definition: the largest power of two to the left, then the rest. */
static void subtree(const struct reader *reader, uint64_t first, uint64_t count, uint8_t *node)
{
	uint8_t left[VOUCH_DIGEST_SIZE], right[VOUCH_DIGEST_SIZE];
	uint64_t half = 1;

	if (count == 1) {
		hash3("\0", 1, reader->digest[first], VOUCH_DIGEST_SIZE, NULL, 0, node);
		return;
	}
	while (half * 2 < count)
		half *= 2;
	subtree(reader, first, half, left);
	subtree(reader, first + half, count - half, right);
	hash3("\1", 1, left, VOUCH_DIGEST_SIZE, right, VOUCH_DIGEST_SIZE, node);
}

void reader_root(const struct reader *reader, uint8_t *root)
{
	memset(root, 0, VOUCH_DIGEST_SIZE);
	if (reader->count)
		subtree(reader, 0, reader->count, root);
}

/* Read a whole log and compare it with what LOG_STATE says of it. */
bool reader_matches(struct rig *rig, uint16_t fn, uint16_t log, const char **error)
{
	const struct vouch_log_state state = rig_log_state(rig, fn, log);
	uint8_t root[VOUCH_DIGEST_SIZE];
	struct reader reader;

	reader_read(&reader, rig, fn, log, VOUCH_TRANSFER_MAX);
	reader_root(&reader, root);
	*error = reader.error;
	if (!*error && reader.count != vouch_le64(state.count))
		*error = "count differs";
	if (!*error && memcmp(reader.pcr, state.pcr, sizeof(reader.pcr)))
		*error = "pcr differs";
	if (!*error && memcmp(root, state.root, sizeof(root)))
		*error = "root differs";
	reader_free(&reader);
	return !*error;
}
