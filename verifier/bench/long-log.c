// SPDX-License-Identifier: GPL-2.0-only
#include "long-log.h"

#include <cbor.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "../lib/mmr.h"
#include "../lib/record.h"

#define PADDING	17	/* at least, after a message */

void vouch_long_log_reference(uint8_t *digest, uint32_t n)
{
	memset(digest, 0, VOUCH_DIGEST_LEN);
	n = n % VOUCH_LONG_LOG_REFERENCES * 2654435761U;
	memcpy(digest, &n, sizeof(n));
}

/* A module that was loaded, as the card would have recorded it. */
static size_t make_content(uint8_t *out, size_t room, uint32_t n)
{
	static const char name[] = "drivers/net/some-module.ko.xz";
	uint8_t digest[VOUCH_DIGEST_LEN];
	uint64_t values[] = { n, VOUCH_TYPE_MODULE_LOAD, VOUCH_ORIGIN_HOOK, 1000ULL * n, 1 };
	size_t len = cbor_encode_map_start(7, out, room), i;

	for (i = 0; i < 5; i++) {
		len += cbor_encode_uint(i, out + len, room - len);
		len += cbor_encode_uint(values[i], out + len, room - len);
	}
	vouch_long_log_reference(digest, n);
	len += cbor_encode_uint(5, out + len, room - len);
	len += cbor_encode_bytestring_start(sizeof(digest), out + len, room - len);
	memcpy(out + len, digest, sizeof(digest));
	len += sizeof(digest);
	len += cbor_encode_uint(6, out + len, room - len);
	len += cbor_encode_string_start(sizeof(name) - 1, out + len, room - len);
	memcpy(out + len, name, sizeof(name) - 1);
	return len + sizeof(name) - 1;
}

static size_t make_record(uint8_t *out, size_t room, uint32_t n, const uint8_t *digest,
			  const uint8_t *content, size_t content_len)
{
	size_t len = cbor_encode_map_start(4, out, room);

	len += cbor_encode_uint(0, out + len, room - len);
	len += cbor_encode_uint(n, out + len, room - len);
	len += cbor_encode_uint(1, out + len, room - len);
	len += cbor_encode_uint(0, out + len, room - len);
	len += cbor_encode_uint(3, out + len, room - len);
	len += cbor_encode_map_start(1, out + len, room - len);
	len += cbor_encode_uint(12, out + len, room - len);
	len += cbor_encode_bytestring_start(VOUCH_DIGEST_LEN, out + len, room - len);
	memcpy(out + len, digest, VOUCH_DIGEST_LEN);
	len += VOUCH_DIGEST_LEN;
	len += cbor_encode_uint(118, out + len, room - len);
	len += cbor_encode_bytestring_start(content_len, out + len, room - len);
	memcpy(out + len, content, content_len);
	return len + content_len;
}

static uint64_t blocks(size_t len)
{
	return (len + PADDING + VOUCH_LONG_LOG_BLOCK - 1) / VOUCH_LONG_LOG_BLOCK;
}

int vouch_long_log_write(const char *path, struct vouch_log_claim *claim, const uint8_t *card,
			 struct vouch_hash *hash, uint64_t *compressions)
{
	uint8_t content[512], record[VOUCH_RECORD_SIZE_MAX], digest[VOUCH_HASH_SIZE];
	static const char context[] = "vouch/log/1";
	struct vouch_mmr mmr = { .count = 0 };
	uint8_t *pcr = claim->pcr, id[4] = { 0 };
	FILE *file = fopen(path, "wb");
	bool ok = file;
	uint32_t i;

	VOUCH_HASH(hash, pcr, { context, sizeof(context) - 1 }, { card, VOUCH_CARD_ID_LEN },
		   { id, sizeof(id) }, { claim->instance, VOUCH_INSTANCE_LEN });
	*compressions = 0;
	for (i = 0; ok && i < claim->count; i++) {
		size_t len = make_content(content, sizeof(content), i);

		VOUCH_HASH(hash, digest, { content, len });
		VOUCH_HASH(hash, pcr, { pcr, VOUCH_HASH_SIZE }, { digest, sizeof(digest) });
		vouch_mmr_append(&mmr, hash, digest);
		/* Content, PCR, leaf, and a node for each record but the peaks'. */
		*compressions += blocks(len) + 3;
		len = make_record(record, sizeof(record), i, digest, content, len);
		ok = fwrite(record, 1, len, file) == len;
	}
	*compressions -= (uint64_t)__builtin_popcountll(claim->count);
	vouch_mmr_root(&mmr, hash, claim->root);
	if (file && fclose(file))
		ok = false;
	return ok ? 0 : -EIO;
}
