// SPDX-License-Identifier: GPL-2.0-only
#include "events.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#define EV_NO_ACTION	3
#define ALG_SHA384	0x000c
#define SHA1_SIZE	20
#define BANKS_MAX	16

struct bank {
	uint16_t alg;
	uint16_t size;
};

struct reader {
	const uint8_t *at;
	const uint8_t *end;
	bool bad;
	struct bank banks[BANKS_MAX];
	uint32_t n_banks;
};

static const uint8_t *take(struct reader *r, size_t len)
{
	const uint8_t *at = r->at;

	if (r->bad || len > (size_t)(r->end - at)) {
		r->bad = true;
		return NULL;
	}
	r->at += len;
	return at;
}

static uint32_t take_u32(struct reader *r)
{
	const uint8_t *b = take(r, 4);

	return b ? (uint32_t)b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 |
		   (uint32_t)b[3] << 24 : 0;
}

static uint16_t take_u16(struct reader *r)
{
	const uint8_t *b = take(r, 2);

	return b ? (uint16_t)(b[0] | b[1] << 8) : 0;
}

/* TCG_EfiSpecIDEvent: which banks there are, and how long their digests. */
static void read_spec(struct reader *r, const uint8_t *data, uint32_t len)
{
	static const char signature[16] = "Spec ID Event03";
	struct reader spec = { .at = data, .end = data + len };
	const uint8_t *head = take(&spec, sizeof(signature));

	if (!head || memcmp(head, signature, sizeof(signature))) {
		r->bad = true;
		return;
	}
	take(&spec, 8);		/* platform class, version, size of UINTN */
	r->n_banks = take_u32(&spec);
	if (r->n_banks > BANKS_MAX) {
		r->bad = true;
		return;
	}
	for (uint32_t i = 0; i < r->n_banks; i++) {
		r->banks[i].alg = take_u16(&spec);
		r->banks[i].size = take_u16(&spec);
		if (r->banks[i].alg == ALG_SHA384 && r->banks[i].size != EVENT_DIGEST_SIZE)
			r->bad = true;
	}
	r->bad |= spec.bad;
}

static bool has_sha384(const struct reader *r)
{
	for (uint32_t i = 0; i < r->n_banks; i++)
		if (r->banks[i].alg == ALG_SHA384)
			return true;
	return false;
}

static uint16_t size_of(const struct reader *r, uint16_t alg)
{
	for (uint32_t i = 0; i < r->n_banks; i++)
		if (r->banks[i].alg == alg)
			return r->banks[i].size;
	return 0;
}

/* The first one is in the old format, for readers that know no other. */
static void read_first(struct reader *r)
{
	const uint8_t *data;
	uint32_t type, len;

	take_u32(r);
	type = take_u32(r);
	take(r, SHA1_SIZE);
	len = take_u32(r);
	data = take(r, len);
	if (data && type == EV_NO_ACTION)
		read_spec(r, data, len);
	else
		r->bad = true;
}

static void read_event(struct reader *r, struct event *event)
{
	uint32_t count;

	event->pcr = take_u32(r);
	event->type = take_u32(r);
	event->digest = NULL;
	count = take_u32(r);
	if (count > BANKS_MAX)
		r->bad = true;
	for (uint32_t i = 0; !r->bad && i < count; i++) {
		uint16_t alg = take_u16(r);
		uint16_t size = size_of(r, alg);
		const uint8_t *digest = take(r, size);

		if (!size)
			r->bad = true;
		if (alg == ALG_SHA384)
			event->digest = digest;
	}
	take(r, take_u32(r));
	r->bad |= !event->digest;
}

int events_walk(const uint8_t *log, size_t len,
		int (*each)(void *ctx, const struct event *event), void *ctx)
{
	struct reader r = { .at = log, .end = log + len };
	struct event event;
	int ret = 0;

	read_first(&r);
	if (r.bad)
		return -EBADMSG;
	if (!has_sha384(&r))
		return -ENOTSUP;
	while (!ret && r.at < r.end) {
		read_event(&r, &event);
		if (r.bad)
			return -EBADMSG;
		ret = each(ctx, &event);
	}
	return ret;
}
