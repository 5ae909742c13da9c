// SPDX-License-Identifier: GPL-2.0-only
#include "request.h"

#include <errno.h>
#include <string.h>

#include "cbor.h"

/* Who stamped, where someone did. */
static bool take_source(struct vouch_cbor *c, struct vouch_request *r)
{
	const char *text;
	size_t len;

	if (!vouch_cbor_try_key(c, 6))
		return false;
	text = vouch_cbor_text(c, &len);
	if (text && len == 4 && !memcmp(text, "ebpf", 4))
		r->stamped_by = VOUCH_STAMPED_BY_EBPF;
	else if (text && len == 6 && !memcmp(text, "driver", 6))
		r->stamped_by = VOUCH_STAMPED_BY_DRIVER;
	if (!c->err && (!r->stamped_by || !r->has_doorbell || !r->has_interrupt))
		c->err = -EBADMSG;
	return true;
}

static int parse(struct vouch_request *r, const uint8_t *bytes, size_t len)
{
	struct vouch_cbor c;
	const uint8_t *nonce;
	uint64_t entries;
	bool has_source;

	vouch_cbor_init(&c, bytes, len);
	entries = vouch_cbor_map(&c);
	vouch_cbor_key(&c, 0);
	nonce = vouch_cbor_bytes(&c, &r->nonce_len);
	if (!nonce || r->nonce_len < VOUCH_NONCE_MIN || r->nonce_len > VOUCH_NONCE_MAX)
		return -EBADMSG;
	memcpy(r->nonce, nonce, r->nonce_len);
	vouch_cbor_key(&c, 1);
	r->t_before = vouch_cbor_uint(&c);
	vouch_cbor_key(&c, 2);
	r->t_after = vouch_cbor_uint(&c);
	r->has_doorbell = vouch_cbor_try_key(&c, 3);
	if (r->has_doorbell)
		r->t_doorbell = vouch_cbor_uint(&c);
	r->has_interrupt = vouch_cbor_try_key(&c, 4);
	if (r->has_interrupt)
		r->t_interrupt = vouch_cbor_uint(&c);
	vouch_cbor_key(&c, 5);
	vouch_cbor_is_text(&c, "CLOCK_MONOTONIC_RAW");
	has_source = take_source(&c, r);
	if (entries != 4U + r->has_doorbell + r->has_interrupt + has_source)
		return -EBADMSG;
	return vouch_cbor_end(&c);
}

enum vouch_reason vouch_request_parse(struct vouch_request *request, const uint8_t *bytes,
				      size_t len)
{
	int err;

	memset(request, 0, sizeof(*request));
	if (len > VOUCH_REQUEST_SIZE_MAX)
		return VOUCH_TOO_LONG;
	err = vouch_cbor_check(bytes, len);
	if (!err)
		err = parse(request, bytes, len);
	if (err)
		return err == -EILSEQ ? VOUCH_NOT_DETERMINISTIC : VOUCH_REQUEST_MALFORMED;
	return VOUCH_REASON_NONE;
}
