// SPDX-License-Identifier: GPL-2.0-only
/* Records and checkpoints of a log: Documentation/vouch.cddl. */
#include <errno.h>
#include <string.h>

#include "cbor.h"
#include "private.h"

#define TPM_ALG_SHA384	12
#define CONTENT_TYPE	118
#define LAST_ORIGIN	2

/* No overlong forms, no surrogates, nothing above U+10FFFF, no NUL. */
static bool utf8_valid(const uint8_t *s, size_t len)
{
	static const uint32_t least[] = { 1, 0x80, 0x800, 0x10000 };

	while (len) {
		uint32_t c = *s;
		size_t more = c < 0x80 ? 0 : c < 0xe0 ? 1 : c < 0xf0 ? 2 : 3;

		if ((c >= 0x80 && c < 0xc0) || c >= 0xf8 || more >= len)
			return false;
		if (more)
			c &= 0x3f >> more;
		for (size_t i = 1; i <= more; i++) {
			if ((s[i] & 0xc0) != 0x80)
				return false;
			c = c << 6 | (s[i] & 0x3f);
		}
		if (c < least[more] || c > 0x10ffff || (c >= 0xd800 && c < 0xe000))
			return false;
		s += more + 1;
		len -= more + 1;
	}
	return true;
}

static int read_name(struct cbor_in *in, struct vouch_record *rec)
{
	if (cbor_in_text(in, &rec->name, &rec->name_len))
		return -EBADMSG;
	if (!rec->name_len || rec->name_len > VOUCH_NAME_MAX)
		return -EBADMSG;
	return utf8_valid((const uint8_t *)rec->name, rec->name_len) ? 0 : -EBADMSG;
}

static int read_data(struct cbor_in *in, struct vouch_record *rec)
{
	struct cbor_in data;

	if (cbor_in_bytes(in, &data) || !data.left || data.left > VOUCH_DATA_MAX)
		return -EBADMSG;
	rec->data = data.at;
	rec->data_len = data.left;
	return 0;
}

static int read_small(struct cbor_in *in, unsigned int last, unsigned int *value)
{
	uint64_t v;

	if (cbor_in_uint(in, &v) || v > last)
		return -EBADMSG;
	*value = (unsigned int)v;
	return 0;
}

static int read_field(struct cbor_in *in, int64_t key, struct vouch_record *rec)
{
	uint64_t number;

	switch (key) {
	case 0:
		if (cbor_in_uint(in, &number) || number != rec->number)
			return -EBADMSG;
		return 0;
	case 1:
		if (read_small(in, VOUCH_REC_LAST, &rec->type) || !rec->type)
			return -EBADMSG;
		return 0;
	case 2:
		return read_small(in, LAST_ORIGIN, &rec->origin);
	case 3:
		return cbor_in_uint(in, &rec->time);
	case 4:
		return cbor_in_uint(in, &rec->epoch);
	case 5:
		return cbor_in_fixed(in, VOUCH_DIGEST_SIZE, &rec->measured);
	case 6:
		return read_name(in, rec);
	case 7:
		return read_data(in, rec);
	case 8:
		return cbor_in_uint(in, &rec->ref);
	default:
		return -EBADMSG;
	}
}

/* Keys rise and the first five are always there. */
static int read_content(struct cbor_in in, struct vouch_record *rec)
{
	int64_t key, last = -1;
	uint64_t pairs;

	if (cbor_in_map(&in, &pairs) || pairs < 5 || pairs > 9)
		return -EBADMSG;
	for (uint64_t i = 0; i < pairs; i++) {
		if (cbor_in_key(&in, &key) || key <= last || (i < 5 && key != (int64_t)i))
			return -EBADMSG;
		if (read_field(&in, key, rec))
			return -EBADMSG;
		last = key;
	}
	return in.left ? -EBADMSG : 0;
}

static int expect_key(struct cbor_in *in, int64_t want)
{
	int64_t key;

	return cbor_in_key(in, &key) || key != want ? -EBADMSG : 0;
}

static int read_record(struct cbor_in *in, struct vouch_record *rec)
{
	struct cbor_in content;
	uint64_t pairs;

	if (cbor_in_map(in, &pairs) || pairs != 4)
		return -EBADMSG;
	if (expect_key(in, 0) || cbor_in_uint(in, &rec->number))
		return -EBADMSG;
	if (expect_key(in, 1) || cbor_in_uint(in, &rec->log))
		return -EBADMSG;
	if (expect_key(in, 3) || cbor_in_map(in, &pairs) || pairs != 1)
		return -EBADMSG;
	if (expect_key(in, TPM_ALG_SHA384) ||
	    cbor_in_fixed(in, VOUCH_DIGEST_SIZE, &rec->digest))
		return -EBADMSG;
	if (expect_key(in, CONTENT_TYPE) || cbor_in_bytes(in, &content))
		return -EBADMSG;
	rec->content = content.at;
	rec->content_len = content.left;
	return read_content(content, rec);
}

static int read_checkpoint(struct cbor_in *in)
{
	const uint8_t *pcr;
	uint64_t count;

	if (cbor_in_array(in, 2) || cbor_in_uint(in, &count))
		return -EBADMSG;
	return cbor_in_fixed(in, VOUCH_DIGEST_SIZE, &pcr);
}

/**
 * vouch_record_decode() - decode the next item of a log
 * @buf: bytes of the log
 * @len: how many
 * @rec: the record; its pointers go into @buf
 * @used: bytes that the item takes
 *
 * The digest is not checked; see vouch_record_intact().
 *
 * Return: 1 for a record, 0 for a checkpoint (@rec is then zero), -EBADMSG
 * for anything that is neither, in deterministic form and within the limits.
 */
int vouch_record_decode(const void *buf, size_t len, struct vouch_record *rec, size_t *used)
{
	size_t max = len < VOUCH_RECORD_MAX ? len : VOUCH_RECORD_MAX;
	struct cbor_in in = { .at = buf, .left = max };
	struct cbor_in peek = in;
	struct cbor_item item;
	int ret;

	*rec = (struct vouch_record){ .ref = VOUCH_NO_REF };
	if (cbor_in_item(&peek, &item))
		return -EBADMSG;
	if (item.kind == CBOR_KIND_ARRAY)
		ret = read_checkpoint(&in);
	else
		ret = read_record(&in, rec);
	if (ret)
		return -EBADMSG;
	*used = max - in.left;
	return item.kind == CBOR_KIND_MAP;
}

/**
 * vouch_record_intact() - whether a record's digest covers its content
 * @rec: from vouch_record_decode(), its bytes still there
 */
bool vouch_record_intact(const struct vouch_record *rec)
{
	uint8_t digest[VOUCH_DIGEST_SIZE];

	if (vouch_sha384(rec->content, rec->content_len, digest))
		return false;
	return !memcmp(digest, rec->digest, sizeof(digest));
}

/* vouch_record_type_name() - for people; "unknown" for what is not known */
const char *vouch_record_type_name(unsigned int type)
{
	static const char * const names[] = {
#define NAME(name, value, text) [value] = text,
		VOUCH_RECORD_TYPES(NAME)
#undef NAME
	};

	if (type >= sizeof(names) / sizeof(names[0]) || !names[type])
		return "unknown";
	return names[type];
}

/* vouch_record_origin_name() - for people */
const char *vouch_record_origin_name(unsigned int origin)
{
	static const char * const names[] = { "card", "kernel", "user" };

	return origin <= LAST_ORIGIN ? names[origin] : "unknown";
}
