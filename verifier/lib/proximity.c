// SPDX-License-Identifier: GPL-2.0-only
#include "proximity.h"

#include <errno.h>
#include <string.h>

#include "cbor.h"

#define KEY_NONCE	10
#define KEY_SESSION	(-70108)
#define KEY_COMMITMENT	(-70109)
#define KEY_EXCHANGE	(-70110)
#define KEY_SPAN	(-70111)

static void take_list(struct vouch_cbor *c, struct vouch_proximity_list *list)
{
	list->bytes = vouch_cbor_bytes(c, &list->len);
	if (!c->err && (list->len % VOUCH_TIME_LEN ||
			list->len > VOUCH_ROUNDS_MAX * VOUCH_WORD_LEN))
		c->err = -EBADMSG;
}

static void take_array(struct vouch_cbor *c, uint64_t items)
{
	if (vouch_cbor_array(c) != items && !c->err)
		c->err = -EBADMSG;
}

static int parse_payload(struct vouch_transcript *t)
{
	struct vouch_cbor c;

	vouch_cbor_init(&c, t->cose.payload, (size_t)t->cose.payload_len);
	if (vouch_cbor_map(&c) != 5)
		return -EBADMSG;
	vouch_cbor_key(&c, KEY_NONCE);
	vouch_cbor_fixed(&c, t->nonce, sizeof(t->nonce));
	vouch_cbor_key(&c, KEY_SESSION);
	take_array(&c, 4);
	vouch_cbor_fixed(&c, t->session, sizeof(t->session));
	t->function = vouch_cbor_uint(&c);
	t->rounds = vouch_cbor_uint(&c);
	t->violations = vouch_cbor_uint(&c);
	vouch_cbor_key(&c, KEY_COMMITMENT);
	vouch_cbor_fixed(&c, t->commitment, sizeof(t->commitment));
	vouch_cbor_key(&c, KEY_EXCHANGE);
	vouch_cbor_fixed(&c, t->exchange, sizeof(t->exchange));
	vouch_cbor_key(&c, KEY_SPAN);
	take_array(&c, 3);
	t->opened = vouch_cbor_uint(&c);
	t->first = vouch_cbor_uint(&c);
	t->last = vouch_cbor_uint(&c);
	if (t->rounds < VOUCH_ROUNDS_MIN || t->rounds > VOUCH_ROUNDS_MAX ||
	    t->function > UINT32_MAX || t->violations > UINT32_MAX)
		return c.err ? c.err : -EBADMSG;
	return vouch_cbor_end(&c);
}

static int parse_transcript(struct vouch_transcript *t, const uint8_t *bytes, size_t len)
{
	int err = vouch_cose_plain(&t->cose, bytes, len);

	if (!err)
		err = vouch_cbor_check(t->cose.payload, (size_t)t->cose.payload_len);
	if (!err && (t->cose.unprotected_len != 1 || t->cose.unprotected[0] != 0xa0))
		err = -EBADMSG;
	return err ? err : parse_payload(t);
}

/* What the card returned, as it returned it. */
static int parse_seen(struct vouch_proximity *p, const uint8_t *bytes, size_t len)
{
	const uint8_t *transcript;
	size_t transcript_len;
	struct vouch_cbor c;
	int err = vouch_cbor_check(bytes, len);

	if (err)
		return err;
	vouch_cbor_init(&c, bytes, len);
	take_array(&c, 4);
	transcript = vouch_cbor_bytes(&c, &transcript_len);
	take_list(&c, &p->table);
	take_list(&c, &p->seen);
	take_list(&c, &p->stamps);
	err = vouch_cbor_end(&c);
	return err ? err : parse_transcript(&p->transcript, transcript, transcript_len);
}

static int parse(struct vouch_proximity *p, const uint8_t *bytes, size_t len)
{
	const uint8_t *seen;
	size_t seen_len;
	struct vouch_cbor c;
	int err;

	vouch_cbor_init(&c, bytes, len);
	if (vouch_cbor_map(&c) != 9)
		return -EBADMSG;
	vouch_cbor_key(&c, 0);
	vouch_cbor_fixed(&c, p->secret, sizeof(p->secret));
	vouch_cbor_key(&c, 1);
	vouch_cbor_fixed(&c, p->session, sizeof(p->session));
	vouch_cbor_key(&c, 2);
	vouch_cbor_fixed(&c, p->commitment, sizeof(p->commitment));
	vouch_cbor_key(&c, 3);
	take_list(&c, &p->challenges);
	vouch_cbor_key(&c, 4);
	take_list(&c, &p->responses);
	vouch_cbor_key(&c, 5);
	take_list(&c, &p->times);
	vouch_cbor_key(&c, 6);
	take_array(&c, 2);
	p->begin = vouch_cbor_uint(&c);
	p->end = vouch_cbor_uint(&c);
	vouch_cbor_key(&c, 7);
	seen = vouch_cbor_bytes(&c, &seen_len);
	vouch_cbor_key(&c, 8);
	vouch_cbor_is_text(&c, "CLOCK_MONOTONIC_RAW");
	err = vouch_cbor_end(&c);
	if (err)
		return err;
	p->rounds = p->times.len / VOUCH_TIME_LEN;
	if (p->rounds < VOUCH_ROUNDS_MIN || p->rounds > VOUCH_ROUNDS_MAX ||
	    p->challenges.len != p->rounds * VOUCH_WORD_LEN ||
	    p->responses.len != p->rounds * VOUCH_WORD_LEN)
		return -EBADMSG;
	return parse_seen(p, seen, seen_len);
}

enum vouch_reason vouch_proximity_parse(struct vouch_proximity *proximity, const uint8_t *bytes,
					size_t len)
{
	int err;

	memset(proximity, 0, sizeof(*proximity));
	if (len > VOUCH_PROXIMITY_SIZE_MAX)
		return VOUCH_TOO_LONG;
	err = vouch_cbor_check(bytes, len);
	if (!err)
		err = parse(proximity, bytes, len);
	if (err)
		return err == -EILSEQ ? VOUCH_NOT_DETERMINISTIC : VOUCH_PROXIMITY_MALFORMED;
	return VOUCH_REASON_NONE;
}

uint64_t vouch_proximity_number(const struct vouch_proximity_list *list, size_t at, size_t len)
{
	uint64_t value = 0;

	while (len--)
		value = value << 8 | list->bytes[at + len];
	return value;
}
