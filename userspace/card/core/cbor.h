/* SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR MIT */
#ifndef VOUCH_CARD_CBOR_H
#define VOUCH_CARD_CBOR_H

/*
 * Deterministic CBOR into a buffer of the caller's. What does not fit is
 * dropped and remembered, so that only the end needs a check.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * struct vouch_cbor - a buffer that is being written
 * @buf: start
 * @cap: room
 * @len: bytes written
 * @full: something did not fit
 */
struct vouch_cbor {
	uint8_t *buf;
	size_t cap;
	size_t len;
	bool full;
};

void vouch_cbor_uint(struct vouch_cbor *w, uint64_t value);
void vouch_cbor_int(struct vouch_cbor *w, int64_t value);
void vouch_cbor_bytes(struct vouch_cbor *w, const void *data, size_t len);
void vouch_cbor_text(struct vouch_cbor *w, const char *text, size_t len);
void vouch_cbor_array(struct vouch_cbor *w, size_t items);
void vouch_cbor_map(struct vouch_cbor *w, size_t pairs);
void vouch_cbor_tag(struct vouch_cbor *w, uint64_t tag);
void vouch_cbor_null(struct vouch_cbor *w);

#endif /* VOUCH_CARD_CBOR_H */
