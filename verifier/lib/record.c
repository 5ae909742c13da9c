// SPDX-License-Identifier: GPL-2.0-only
#include "record.h"

#include <errno.h>
#include <string.h>

#define KEY_CONTENT	118
#define TPM_ALG_SHA384	12
#define DIGEST		48

static const uint8_t *take_digest(struct vouch_cbor *c)
{
	size_t len;
	const uint8_t *digest = vouch_cbor_bytes(c, &len);

	if (digest && len == DIGEST)
		return digest;
	if (!c->err)
		c->err = -EBADMSG;
	return NULL;
}

static int parse_content(struct vouch_record *r)
{
	struct vouch_cbor c;
	uint64_t entries;

	vouch_cbor_init(&c, r->content, r->content_len);
	entries = vouch_cbor_map(&c);
	vouch_cbor_key(&c, 0);
	r->number = vouch_cbor_uint(&c);
	vouch_cbor_key(&c, 1);
	r->type = vouch_cbor_uint(&c);
	vouch_cbor_key(&c, 2);
	r->origin = vouch_cbor_uint(&c);
	vouch_cbor_key(&c, 3);
	r->time = vouch_cbor_uint(&c);
	vouch_cbor_key(&c, 4);
	r->epoch = vouch_cbor_uint(&c);
	if (vouch_cbor_try_key(&c, 5))
		r->digest = take_digest(&c);
	if (vouch_cbor_try_key(&c, 6))
		r->name = vouch_cbor_text(&c, &r->name_len);
	if (vouch_cbor_try_key(&c, 7))
		r->data = vouch_cbor_bytes(&c, &r->data_len);
	if (vouch_cbor_try_key(&c, 8))
		r->ref = vouch_cbor_uint(&c);
	if (vouch_cbor_end(&c))
		return vouch_cbor_check(r->content, r->content_len) == -EILSEQ ? -EILSEQ : -EBADMSG;
	if (entries != 5U + !!r->digest + !!r->name + !!r->data + (r->ref != VOUCH_RECORD_NO_REF))
		return -EBADMSG;
	if ((r->name && (!r->name_len || r->name_len > VOUCH_RECORD_NAME_MAX)) ||
	    (r->data && (!r->data_len || r->data_len > VOUCH_RECORD_DATA_MAX)))
		return -EBADMSG;
	return r->type >= 1 && r->type <= VOUCH_RECORD_TYPE_MAX && r->origin <= VOUCH_ORIGIN_USER ?
	       0 : -EBADMSG;
}

int vouch_record_parse(struct vouch_cbor *c, struct vouch_record *record)
{
	memset(record, 0, sizeof(*record));
	record->ref = VOUCH_RECORD_NO_REF;
	if (vouch_cbor_map(c) != 4)
		return c->err ? c->err : -EBADMSG;
	vouch_cbor_key(c, 0);
	record->outer_number = vouch_cbor_uint(c);
	vouch_cbor_key(c, 1);
	record->log = vouch_cbor_uint(c);
	vouch_cbor_key(c, 3);
	if (vouch_cbor_map(c) != 1)
		return c->err ? c->err : -EBADMSG;
	vouch_cbor_key(c, TPM_ALG_SHA384);
	record->claimed = take_digest(c);
	vouch_cbor_key(c, KEY_CONTENT);
	record->content = vouch_cbor_bytes(c, &record->content_len);
	if (c->err)
		return c->err;
	return parse_content(record);
}

enum vouch_origin vouch_record_origin(uint64_t type)
{
	if (type <= 15)
		return VOUCH_ORIGIN_CARD;
	return type <= 63 ? VOUCH_ORIGIN_HOOK : VOUCH_ORIGIN_USER;
}

const char *vouch_record_type_text(uint64_t type)
{
	switch (type) {
#define TYPE_TEXT(name, value, text) case value: return text;
	VOUCH_VERIFY_TYPES(TYPE_TEXT)
#undef TYPE_TEXT
	}
	return "unknown";
}

bool vouch_record_is_known(uint64_t type)
{
	return strcmp(vouch_record_type_text(type), "unknown") != 0;
}

bool vouch_record_named(const struct vouch_record *record, const char *name)
{
	return record->name && record->name_len == strlen(name) &&
	       !memcmp(record->name, name, record->name_len);
}
