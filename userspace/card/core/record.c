// SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR MIT
#include <errno.h>

#include "hash.h"
#include "record.h"

#define TPM_ALG_SHA384		12
#define CEL_RECNUM		0
#define CEL_PCR			1
#define CEL_DIGESTS		3
#define CEL_VOUCH_CONTENT	118

/**
 * vouch_record_content - encode a record's content
 * @record: the record
 * @buf: receives the encoding
 * @cap: room at @buf, VOUCH_CONTENT_MAX always suffices
 *
 * Return: bytes written, 0 when they do not fit.
 */
size_t vouch_record_content(const struct vouch_record *record, uint8_t *buf, size_t cap)
{
	struct vouch_cbor w = { .buf = buf, .cap = cap };
	const bool has_ref = record->ref != VOUCH_NO_REF;

	vouch_cbor_map(&w, 5 + record->has_digest + !!record->name.len + !!record->data.len +
			   has_ref);
	vouch_cbor_uint(&w, 0);
	vouch_cbor_uint(&w, record->number);
	vouch_cbor_uint(&w, 1);
	vouch_cbor_uint(&w, record->type);
	vouch_cbor_uint(&w, 2);
	vouch_cbor_uint(&w, record->origin);
	vouch_cbor_uint(&w, 3);
	vouch_cbor_uint(&w, record->time);
	vouch_cbor_uint(&w, 4);
	vouch_cbor_uint(&w, record->epoch);
	if (record->has_digest) {
		vouch_cbor_uint(&w, 5);
		vouch_cbor_bytes(&w, record->digest, VOUCH_DIGEST_SIZE);
	}
	if (record->name.len) {
		vouch_cbor_uint(&w, 6);
		vouch_cbor_text(&w, record->name.data, record->name.len);
	}
	if (record->data.len) {
		vouch_cbor_uint(&w, 7);
		vouch_cbor_bytes(&w, record->data.data, record->data.len);
	}
	if (has_ref) {
		vouch_cbor_uint(&w, 8);
		vouch_cbor_uint(&w, record->ref);
	}
	return w.full ? 0 : w.len;
}

/**
 * vouch_record_digest - a record's digest
 * @card: a card, for its hash
 * @content: as vouch_record_content() wrote it
 * @len: bytes at @content
 * @digest: returns the digest
 *
 * Return: 0, -EINVAL for an empty content, or what the hash said.
 */
int vouch_record_digest(const struct vouch_card *card, const uint8_t *content, size_t len,
			uint8_t *digest)
{
	const struct vouch_span part = { content, len };

	return len ? vouch_hash(card, &part, 1, digest) : -EINVAL;
}

/**
 * vouch_record_encode - encode a whole record, as logs carry it
 * @card: a card, for its hash
 * @record: the record
 * @log: its log's id
 * @out: receives the encoding; its @full says that it did not fit
 *
 * Return: 0 or a negative errno.
 */
int vouch_record_encode(const struct vouch_card *card, const struct vouch_record *record,
			uint16_t log, struct vouch_cbor *out)
{
	uint8_t content[VOUCH_CONTENT_MAX], digest[VOUCH_DIGEST_SIZE];
	const size_t len = vouch_record_content(record, content, sizeof(content));
	const int ret = vouch_record_digest(card, content, len, digest);

	if (ret)
		return ret;
	vouch_cbor_map(out, 4);
	vouch_cbor_uint(out, CEL_RECNUM);
	vouch_cbor_uint(out, record->number);
	vouch_cbor_uint(out, CEL_PCR);
	vouch_cbor_uint(out, log);
	vouch_cbor_uint(out, CEL_DIGESTS);
	vouch_cbor_map(out, 1);
	vouch_cbor_uint(out, TPM_ALG_SHA384);
	vouch_cbor_bytes(out, digest, sizeof(digest));
	vouch_cbor_uint(out, CEL_VOUCH_CONTENT);
	vouch_cbor_bytes(out, content, len);
	return 0;
}
