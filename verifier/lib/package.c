// SPDX-License-Identifier: GPL-2.0-only
#include "package.h"

#include <errno.h>
#include <string.h>

#include "cbor.h"

#define KEY_ALG		1
#define KEY_POINT	(-70201)
#define TYPE		"tag:vouch.example,2026:package/1"
#define BATCH_TYPE	"application/vnd.vouch.batch+cbor"
#define ENTRY_MAX	128	/* bytes of a key, content type and heads */
#define TAIL		(2 + VOUCH_COSE_SIGNATURE)

struct part {
	const char *key, *type;
	uint64_t max;
	bool needed;
	bool may_share;
};

static const struct part parts[VOUCH_PART_COUNT] = {
#define PART(name, ...) [VOUCH_PART_##name] = { __VA_ARGS__ },
	VOUCH_PARTS(PART)
#undef PART
};

static enum vouch_reason reason_of(const struct vouch_cbor *c)
{
	return c->err == -EILSEQ ? VOUCH_NOT_DETERMINISTIC : VOUCH_PACKAGE_MALFORMED;
}

static int read_at(const struct vouch_reader *reader, uint64_t offset, void *buf, size_t len)
{
	if (offset > reader->size || len > reader->size - offset)
		return -EINVAL;
	return reader->read_at(reader->ctx, offset, buf, len);
}

static int parse_protected(struct vouch_package *p)
{
	struct vouch_cbor c;
	int64_t alg;

	vouch_cbor_init(&c, p->cose.protected, p->cose.protected_len);
	if (vouch_cbor_map(&c) != 2)
		return c.err ? c.err : -EBADMSG;
	vouch_cbor_key(&c, KEY_ALG);
	alg = vouch_cbor_int(&c);
	if (!c.err && alg != VOUCH_COSE_ES384 && alg != VOUCH_COSE_ESP384)
		return -EBADMSG;
	vouch_cbor_key(&c, KEY_POINT);
	vouch_cbor_fixed(&c, p->point, sizeof(p->point));
	return vouch_cbor_end(&c);
}

static enum vouch_reason read_signature(struct vouch_package *p)
{
	static const uint8_t head[] = { 0x58, VOUCH_COSE_SIGNATURE };
	uint8_t tail[TAIL];

	if (read_at(p->reader, p->payload.offset + p->payload.len, tail, sizeof(tail)))
		return VOUCH_UNREADABLE;
	if (memcmp(tail, head, sizeof(head)))
		return VOUCH_PACKAGE_MALFORMED;
	memcpy(p->signature, tail + sizeof(head), sizeof(p->signature));
	return VOUCH_REASON_NONE;
}

enum vouch_reason vouch_package_open(struct vouch_package *package,
				     const struct vouch_reader *reader)
{
	size_t len = sizeof(package->header);
	struct vouch_cbor c;

	memset(package, 0, sizeof(*package));
	package->reader = reader;
	if (reader->size < TAIL)
		return VOUCH_PACKAGE_MALFORMED;
	if (reader->size < len)
		len = (size_t)reader->size;
	if (read_at(reader, 0, package->header, len))
		return VOUCH_UNREADABLE;
	vouch_cbor_init(&c, package->header, len);
	if (vouch_cbor_tag(&c) != 18 || vouch_cbor_array(&c) != 4)
		return VOUCH_PACKAGE_MALFORMED;
	package->cose.protected = vouch_cbor_bytes(&c, &package->cose.protected_len);
	if (vouch_cbor_map(&c) != 0 && !c.err)
		c.err = -EBADMSG;
	package->payload.len = vouch_cbor_head(&c);
	if (!c.err)
		c.err = parse_protected(package);
	if (c.err)
		return reason_of(&c);
	package->cose.payload_len = package->payload.len;
	package->payload.offset = c.pos;
	package->payload.present = true;
	if (reader->size - c.pos < TAIL || package->payload.len != reader->size - c.pos - TAIL)
		return VOUCH_PACKAGE_MALFORMED;
	return read_signature(package);
}

/* Which part a key names; keys come in the order of the table. */
static enum vouch_reason find_part(struct vouch_cbor *c, size_t *part, size_t from)
{
	size_t i, len;
	const char *key = vouch_cbor_text(c, &len);

	if (!key)
		return reason_of(c);
	for (i = 0; i < VOUCH_PART_COUNT; i++) {
		if (strlen(parts[i].key) == len && !memcmp(parts[i].key, key, len))
			break;
	}
	if (i == VOUCH_PART_COUNT)
		return VOUCH_PACKAGE_MALFORMED;
	if (i < from)
		return VOUCH_NOT_DETERMINISTIC;
	*part = i;
	return VOUCH_REASON_NONE;
}

static bool take_type(struct vouch_cbor *c, const struct part *part)
{
	struct vouch_cbor ahead = *c;

	if (part->may_share) {
		vouch_cbor_is_text(&ahead, BATCH_TYPE);
		if (!ahead.err) {
			*c = ahead;
			return true;
		}
	}
	vouch_cbor_is_text(c, part->type);
	return false;
}

/* Takes one entry at @pos, which is moved behind it. */
static enum vouch_reason take_entry(struct vouch_package *p, uint64_t *pos, size_t *part)
{
	uint64_t end = p->payload.offset + p->payload.len;
	uint64_t left = end - *pos;
	uint8_t buf[ENTRY_MAX];
	struct vouch_range *range;
	struct vouch_cbor c;
	enum vouch_reason reason;

	vouch_cbor_init(&c, buf, left < sizeof(buf) ? (size_t)left : sizeof(buf));
	if (read_at(p->reader, *pos, buf, c.len))
		return VOUCH_UNREADABLE;
	reason = find_part(&c, part, *part);
	if (reason != VOUCH_REASON_NONE)
		return reason;
	range = &p->parts[*part];
	if (!parts[*part].type) {
		vouch_cbor_is_text(&c, TYPE);
	} else {
		if (vouch_cbor_array(&c) != 2 && !c.err)
			c.err = -EBADMSG;
		range->batched = take_type(&c, &parts[*part]);
		range->len = vouch_cbor_head(&c);
	}
	if (c.err)
		return reason_of(&c);
	range->present = true;
	range->offset = *pos + c.pos;
	if (range->len > end - range->offset)
		return VOUCH_PACKAGE_MALFORMED;
	if (range->len > parts[*part].max)
		return VOUCH_TOO_LONG;
	*pos = range->offset + range->len;
	++*part;
	return VOUCH_REASON_NONE;
}

enum vouch_reason vouch_package_index(struct vouch_package *package)
{
	uint64_t pos = package->payload.offset;
	enum vouch_reason reason;
	size_t part = 0;
	uint8_t head;
	uint64_t left;

	if (!package->payload.len)
		return VOUCH_PACKAGE_MALFORMED;
	if (read_at(package->reader, pos++, &head, 1))
		return VOUCH_UNREADABLE;
	if (head >> 5 != 5 || (head & 0x1f) > VOUCH_PART_COUNT)
		return VOUCH_PACKAGE_MALFORMED;
	for (left = head & 0x1f; left; left--) {
		reason = take_entry(package, &pos, &part);
		if (reason != VOUCH_REASON_NONE)
			return reason;
	}
	for (part = 0; part < VOUCH_PART_COUNT; part++) {
		if (parts[part].needed && !package->parts[part].present)
			return VOUCH_PACKAGE_MALFORMED;
	}
	return pos == package->payload.offset + package->payload.len ?
	       VOUCH_REASON_NONE : VOUCH_PACKAGE_MALFORMED;
}

static enum vouch_reason hash_payload(const struct vouch_package *p,
				      struct vouch_cose_check *check, uint8_t *window, size_t room)
{
	uint64_t pos = p->payload.offset;
	uint64_t left = p->payload.len;

	while (left) {
		size_t len = left < room ? (size_t)left : room;

		if (read_at(p->reader, pos, window, len))
			return VOUCH_UNREADABLE;
		if (vouch_cose_update(check, window, len))
			return VOUCH_INTERNAL;
		pos += len;
		left -= len;
	}
	return VOUCH_REASON_NONE;
}

enum vouch_reason vouch_package_verify(const struct vouch_package *package, uint8_t *window,
				       size_t room)
{
	EVP_PKEY *key = vouch_cose_point(package->point);
	struct vouch_cose_check *check;
	enum vouch_reason reason;
	int ret;

	if (!key)
		return VOUCH_PACKAGE_SIGNATURE;
	ret = vouch_cose_begin(&package->cose, VOUCH_PACKAGE_CONTEXT, key, &check);
	EVP_PKEY_free(key);
	if (ret)
		return VOUCH_INTERNAL;
	reason = hash_payload(package, check, window, room);
	ret = vouch_cose_end(check, package->signature);
	if (reason != VOUCH_REASON_NONE)
		return reason;
	return ret ? VOUCH_PACKAGE_SIGNATURE : VOUCH_REASON_NONE;
}
