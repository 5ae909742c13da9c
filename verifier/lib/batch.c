// SPDX-License-Identifier: GPL-2.0-only
#include "batch.h"

#include <errno.h>
#include <string.h>

#include "cbor.h"

#define KEY_TREE	(-70112)
#define MAJOR_ARRAY	4

bool vouch_batch_is(const uint8_t *bytes, size_t len)
{
	return len && bytes[0] >> 5 == MAJOR_ARRAY;
}

static int parse_tree(struct vouch_batch *b)
{
	struct vouch_cbor c;

	vouch_cbor_init(&c, b->cose.payload, (size_t)b->cose.payload_len);
	if (vouch_cbor_map(&c) != 1)
		return c.err ? c.err : -EBADMSG;
	vouch_cbor_key(&c, KEY_TREE);
	if (vouch_cbor_array(&c) != 2)
		return c.err ? c.err : -EBADMSG;
	b->size = vouch_cbor_uint(&c);
	vouch_cbor_fixed(&c, b->root, sizeof(b->root));
	return vouch_cbor_end(&c);
}

static int parse_sign1(struct vouch_batch *b, const uint8_t *bytes, size_t len)
{
	int err = vouch_cose_plain(&b->cose, bytes, len);

	if (!err)
		err = vouch_cbor_check(b->cose.payload, (size_t)b->cose.payload_len);
	return err ? err : parse_tree(b);
}

/* More digests than any tree has are counted and not kept. */
static void take_path(struct vouch_cbor *c, struct vouch_batch *b)
{
	uint8_t surplus[VOUCH_HASH_SIZE];
	uint64_t count = vouch_cbor_array(c), i;

	for (i = 0; i < count && !c->err; i++)
		vouch_cbor_fixed(c, i < VOUCH_BATCH_PATH_LEN ? b->path[i] : surplus,
				 VOUCH_HASH_SIZE);
	b->path_len = (size_t)count;
}

static int parse(struct vouch_batch *b, const uint8_t *bytes, size_t len)
{
	const uint8_t *sign1;
	size_t sign1_len;
	struct vouch_cbor c;
	int err = vouch_cbor_check(bytes, len);

	if (err)
		return err;
	vouch_cbor_init(&c, bytes, len);
	if (vouch_cbor_array(&c) != 5)
		return -EBADMSG;
	sign1 = vouch_cbor_bytes(&c, &sign1_len);
	b->index = vouch_cbor_uint(&c);
	vouch_cbor_fixed(&c, b->blind, sizeof(b->blind));
	take_path(&c, b);
	b->payload = vouch_cbor_bytes(&c, &b->payload_len);
	err = vouch_cbor_end(&c);
	return err ? err : parse_sign1(b, sign1, sign1_len);
}

/*
 * A leaf has a neighbour at each level, but for the last of an odd number, which
 * goes up as it is.
 */
static size_t path_length(uint64_t index, uint64_t size)
{
	uint64_t last = size - 1;
	size_t length = 0;

	for (; last; index >>= 1, last >>= 1)
		length += index & 1 || index < last;
	return length;
}

enum vouch_reason vouch_batch_parse(struct vouch_batch *batch, const uint8_t *bytes, size_t len)
{
	int err;

	memset(batch, 0, sizeof(*batch));
	err = parse(batch, bytes, len);
	if (err)
		return err == -EILSEQ ? VOUCH_NOT_DETERMINISTIC : VOUCH_BATCH_MALFORMED;
	if (!batch->size || batch->size > VOUCH_BATCH_LEAVES_MAX)
		return VOUCH_BATCH_SIZE;
	if (batch->index >= batch->size)
		return VOUCH_BATCH_INDEX;
	return batch->path_len == path_length(batch->index, batch->size) ?
	       VOUCH_REASON_NONE : VOUCH_BATCH_PATH_LENGTH;
}

/* RFC 9162, 2.1.3.2; the length of the path is known to be right. */
void vouch_batch_climb(const struct vouch_batch *batch, struct vouch_hash *hash,
		       const char *context, uint8_t *root)
{
	static const uint8_t leaf = 0x00, node = 0x01;
	const uint8_t (*next)[VOUCH_HASH_SIZE] = batch->path;
	uint64_t index = batch->index, last = batch->size - 1;

	VOUCH_HASH(hash, root, { &leaf, 1 }, { context, strlen(context) },
		   { batch->blind, sizeof(batch->blind) }, { batch->payload, batch->payload_len });
	for (; last; index >>= 1, last >>= 1) {
		if (index & 1)
			VOUCH_HASH(hash, root, { &node, 1 }, { *next++, VOUCH_HASH_SIZE },
				   { root, VOUCH_HASH_SIZE });
		else if (index < last)
			VOUCH_HASH(hash, root, { &node, 1 }, { root, VOUCH_HASH_SIZE },
				   { *next++, VOUCH_HASH_SIZE });
	}
}

enum vouch_reason vouch_batch_verify(const struct vouch_batch *batch, struct vouch_hash *hash,
				     const char *context, EVP_PKEY *key)
{
	uint8_t root[VOUCH_HASH_SIZE];

	if (vouch_cose_verify(&batch->cose, VOUCH_BATCH_CONTEXT, key))
		return VOUCH_BATCH_SIGNATURE;
	vouch_batch_climb(batch, hash, context, root);
	return memcmp(root, batch->root, sizeof(root)) ? VOUCH_BATCH_PATH : VOUCH_REASON_NONE;
}
