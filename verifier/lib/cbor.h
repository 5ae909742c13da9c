/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VOUCH_VERIFY_CBOR_H
#define VOUCH_VERIFY_CBOR_H

/*
 * A cursor over deterministic CBOR (RFC 8949, 4.2.1) in memory. It refuses
 * integers and lengths that are not the shortest, indefinite lengths, floats
 * and undefined. The first error sticks: after it every getter returns zero or
 * NULL, so a parser reads like the grammar and checks vouch_cbor_end() once.
 * A loop over a count that came from the input must test the error itself.
 *
 * Keys are read in the order of the grammar, which is the sorted order, so
 * unsorted and repeated keys cannot pass. vouch_cbor_check() tells encodings
 * that are not deterministic from ones that do not fit the grammar.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define VOUCH_CBOR_DEPTH_MAX	16

enum vouch_cbor_type {
	VOUCH_CBOR_NONE,	/* nothing there, or an error */
	VOUCH_CBOR_UINT,
	VOUCH_CBOR_NEGINT,
	VOUCH_CBOR_BYTES,
	VOUCH_CBOR_TEXT,
	VOUCH_CBOR_ARRAY,
	VOUCH_CBOR_MAP,
	VOUCH_CBOR_TAG,
	VOUCH_CBOR_BOOL,
	VOUCH_CBOR_NULL,
};

/**
 * struct vouch_cbor_item - one head, with the content of a string
 * @type: enum vouch_cbor_type
 * @value: integer (a negative one as -1 - value), length, entries or tag
 * @data: content of a string, inside the cursor's memory
 */
struct vouch_cbor_item {
	enum vouch_cbor_type type;
	uint64_t value;
	const uint8_t *data;
};

/**
 * struct vouch_cbor - the cursor
 * @bytes: borrowed
 * @len: bytes there
 * @pos: the next one
 * @err: 0, -EBADMSG (malformed, cut off, or not what was asked for) or
 *	-EILSEQ (not deterministic)
 */
struct vouch_cbor {
	const uint8_t *bytes;
	size_t len;
	size_t pos;
	int err;
};

/**
 * vouch_cbor_init() - start at the first byte
 * @c: the cursor
 * @bytes: borrowed for as long as the cursor or what it returns is used
 * @len: bytes there
 */
void vouch_cbor_init(struct vouch_cbor *c, const uint8_t *bytes, size_t len);

/**
 * vouch_cbor_next() - take any one head
 * @c: the cursor
 * @item: returns it; VOUCH_CBOR_NONE after an error
 */
void vouch_cbor_next(struct vouch_cbor *c, struct vouch_cbor_item *item);

/**
 * vouch_cbor_head() - take the head of a byte string, not its content
 * @c: the cursor; the content may lie beyond its memory
 *
 * Return: the length of the content.
 */
uint64_t vouch_cbor_head(struct vouch_cbor *c);

/**
 * vouch_cbor_peek() - the type of the next head
 * @c: the cursor, not moved
 *
 * Return: the type, VOUCH_CBOR_NONE at the end or where it is malformed.
 */
enum vouch_cbor_type vouch_cbor_peek(const struct vouch_cbor *c);

/* Take one item of the type in the name; anything else is an error. */
uint64_t vouch_cbor_uint(struct vouch_cbor *c);
int64_t vouch_cbor_int(struct vouch_cbor *c);
uint64_t vouch_cbor_array(struct vouch_cbor *c);
uint64_t vouch_cbor_map(struct vouch_cbor *c);
uint64_t vouch_cbor_tag(struct vouch_cbor *c);
bool vouch_cbor_bool(struct vouch_cbor *c);
void vouch_cbor_null(struct vouch_cbor *c);

/**
 * vouch_cbor_bytes() - take a byte string
 * @c: the cursor
 * @len: returns its length
 *
 * Return: its content in the cursor's memory, NULL after an error.
 */
const uint8_t *vouch_cbor_bytes(struct vouch_cbor *c, size_t *len);

/**
 * vouch_cbor_text() - take a text string, which must be UTF-8 without NUL
 * @c: the cursor
 * @len: returns its length in bytes
 *
 * Return: its content in the cursor's memory, NULL after an error.
 */
const char *vouch_cbor_text(struct vouch_cbor *c, size_t *len);

/**
 * vouch_cbor_fixed() - take a byte string of a known length
 * @c: the cursor
 * @out: gets the content, or zeros after an error
 * @len: its length
 */
void vouch_cbor_fixed(struct vouch_cbor *c, uint8_t *out, size_t len);

/**
 * vouch_cbor_key() - take an integer that must be this one
 * @c: the cursor
 * @key: the integer
 */
void vouch_cbor_key(struct vouch_cbor *c, int64_t key);

/**
 * vouch_cbor_try_key() - take an integer if it is this one
 * @c: the cursor, not moved otherwise
 * @key: the integer
 *
 * Return: whether it was.
 */
bool vouch_cbor_try_key(struct vouch_cbor *c, int64_t key);

/**
 * vouch_cbor_is_text() - take a text string that must be this one
 * @c: the cursor
 * @text: terminated
 */
void vouch_cbor_is_text(struct vouch_cbor *c, const char *text);

/**
 * vouch_cbor_skip() - take one whole item, however deep, and check it
 * @c: the cursor
 */
void vouch_cbor_skip(struct vouch_cbor *c);

/**
 * vouch_cbor_end() - all taken, and no error?
 * @c: the cursor
 *
 * Return: 0, the first error, or -EBADMSG where bytes are left.
 */
int vouch_cbor_end(const struct vouch_cbor *c);

/**
 * vouch_cbor_check() - is this exactly one deterministic item?
 * @bytes: the encoding
 * @len: bytes there
 *
 * Checks keys for order and repetition too, to VOUCH_CBOR_DEPTH_MAX levels.
 *
 * Return: 0, -EBADMSG (malformed, too deep) or -EILSEQ (not deterministic).
 */
int vouch_cbor_check(const uint8_t *bytes, size_t len);

#endif /* VOUCH_VERIFY_CBOR_H */
