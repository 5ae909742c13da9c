/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VOUCH_REFS_ENCODER_H
#define VOUCH_REFS_ENCODER_H

#include <stddef.h>
#include <stdint.h>

/*
 * A growing buffer of deterministic CBOR; keys are the caller's to sort. The
 * first failed allocation sticks, so the caller tests @failed once at the end.
 */
struct vouch_encoder {
	uint8_t *bytes;
	size_t len;
	size_t room;
	int failed;
};

/**
 * vouch_encoder_free() - release the buffer
 * @e: encoder, zeroed before its first use
 */
void vouch_encoder_free(struct vouch_encoder *e);

/* Append one item, or the head of one whose content follows. */
void vouch_encoder_uint(struct vouch_encoder *e, uint64_t value);
void vouch_encoder_negint(struct vouch_encoder *e, int64_t value);
void vouch_encoder_text(struct vouch_encoder *e, const char *text);
void vouch_encoder_bytes(struct vouch_encoder *e, const void *bytes, size_t len);
void vouch_encoder_array(struct vouch_encoder *e, size_t items);
void vouch_encoder_map(struct vouch_encoder *e, size_t pairs);
void vouch_encoder_tag(struct vouch_encoder *e, uint64_t tag);

/**
 * vouch_encoder_raw() - append what is encoded already
 * @e: encoder
 * @bytes: whole items
 * @len: bytes there
 */
void vouch_encoder_raw(struct vouch_encoder *e, const void *bytes, size_t len);

#endif /* VOUCH_REFS_ENCODER_H */
