/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VOUCH_CBOR_H
#define VOUCH_CBOR_H

/*
 * Heads of deterministic CBOR (RFC 8949, 4.2.1). libcbor is not used here: its
 * stream decoder takes longer heads than needed and refuses tags 6 to 20,
 * which leaves as much code to write around it, and Debian has no static one,
 * which an initramfs wants. The fuzz target cli-cbor holds the two against
 * each other.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum cbor_kind {
	CBOR_KIND_NONE,		/* what a record never holds: floats, bools, indefinite lengths */
	CBOR_KIND_UINT,
	CBOR_KIND_NEGINT,	/* -1 - value */
	CBOR_KIND_BYTES,
	CBOR_KIND_TEXT,
	CBOR_KIND_ARRAY,
	CBOR_KIND_MAP,
	CBOR_KIND_TAG,
	CBOR_KIND_NULL,
};

/**
 * struct cbor_item - one item's head, and the bytes of a string
 * @kind: of the item
 * @value: number, length or count
 * @data: the bytes of a string, inside the input
 */
struct cbor_item {
	enum cbor_kind kind;
	uint64_t value;
	const uint8_t *data;
};

/**
 * struct cbor_in - input not read yet
 * @at: next byte
 * @left: bytes from there
 */
struct cbor_in {
	const uint8_t *at;
	size_t left;
};

/* All return 0, or -EBADMSG for anything but what was asked for. */
int cbor_in_item(struct cbor_in *in, struct cbor_item *item);
int cbor_in_uint(struct cbor_in *in, uint64_t *value);
int cbor_in_uint_or_null(struct cbor_in *in, uint64_t *value, uint64_t null);
int cbor_in_key(struct cbor_in *in, int64_t *key);
int cbor_in_bytes(struct cbor_in *in, struct cbor_in *bytes);
int cbor_in_fixed(struct cbor_in *in, size_t size, const uint8_t **bytes);
int cbor_in_copy(struct cbor_in *in, void *out, size_t size);
int cbor_in_text(struct cbor_in *in, const char **text, size_t *len);
int cbor_in_array(struct cbor_in *in, uint64_t count);
int cbor_in_map(struct cbor_in *in, uint64_t *count);
int cbor_in_tag(struct cbor_in *in, uint64_t tag);

/**
 * struct cbor_out - a bounded output buffer
 * @buf: caller's
 * @size: of @buf
 * @len: written so far
 * @full: something did not fit; @len then means nothing
 */
struct cbor_out {
	uint8_t *buf;
	size_t size;
	size_t len;
	bool full;
};

void cbor_out_uint(struct cbor_out *out, uint64_t value);
void cbor_out_int(struct cbor_out *out, int64_t value);
void cbor_out_bytes_head(struct cbor_out *out, uint64_t len);
void cbor_out_bytes(struct cbor_out *out, const void *bytes, size_t len);
void cbor_out_text(struct cbor_out *out, const char *text);
void cbor_out_array(struct cbor_out *out, size_t count);
void cbor_out_map(struct cbor_out *out, size_t count);
void cbor_out_tag(struct cbor_out *out, uint64_t tag);
void cbor_out_null(struct cbor_out *out);

#endif /* VOUCH_CBOR_H */
