// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the card signed, alone or with others, without its signatures: those are
 * the verifier's business. Documentation/vouch.cddl.
 */
#include <errno.h>

#include "cbor.h"
#include "private.h"

#define TAG_CWT		61
#define TAG_SIGN1	18
#define HEADER_ALG	1
#define HEADER_X5CHAIN	33
#define TREE		(-70112)
#define ARRAY_OF_5	0x85

static int read_chain(struct cbor_in *in, uint64_t pairs)
{
	struct cbor_in certificate;
	int64_t key;

	if (pairs != 1 || cbor_in_key(in, &key) || key != HEADER_X5CHAIN || cbor_in_array(in, 2))
		return -EBADMSG;
	if (cbor_in_bytes(in, &certificate))
		return -EBADMSG;
	return cbor_in_bytes(in, &certificate);
}

/* The chain comes with evidence; a receipt is signed by the same key. */
static int read_headers(struct cbor_in *in, enum vouch_signed what)
{
	struct cbor_in protected;
	int64_t key, alg;
	uint64_t pairs;

	if (cbor_in_bytes(in, &protected))
		return -EBADMSG;
	if (cbor_in_map(&protected, &pairs) || pairs != 1)
		return -EBADMSG;
	if (cbor_in_key(&protected, &key) || key != HEADER_ALG)
		return -EBADMSG;
	if (cbor_in_key(&protected, &alg) || protected.left || cbor_in_map(in, &pairs))
		return -EBADMSG;
	if (what == VOUCH_SIGNED_EVIDENCE)
		return read_chain(in, pairs);
	return pairs ? -EBADMSG : 0;
}

static int read_sign1(struct cbor_in *in, enum vouch_signed what, struct cbor_in *payload)
{
	const uint8_t *signature;

	if (cbor_in_tag(in, TAG_SIGN1) || cbor_in_array(in, 4) || read_headers(in, what))
		return -EBADMSG;
	if (cbor_in_bytes(in, payload))
		return -EBADMSG;
	return cbor_in_fixed(in, 2 * VOUCH_DIGEST_SIZE, &signature) || in->left ? -EBADMSG : 0;
}

static int read_tree(struct cbor_in in, uint64_t *size)
{
	const uint8_t *root;
	uint64_t pairs;
	int64_t key;

	if (cbor_in_map(&in, &pairs) || pairs != 1 || cbor_in_key(&in, &key) || key != TREE)
		return -EBADMSG;
	if (cbor_in_array(&in, 2) || cbor_in_uint(&in, size) || !*size || *size > VOUCH_BATCH_MAX)
		return -EBADMSG;
	return cbor_in_fixed(&in, VOUCH_DIGEST_SIZE, &root) || in.left ? -EBADMSG : 0;
}

/* The signed tree, then what belongs to the asker alone. */
static int read_batched(struct cbor_in *in, enum vouch_signed what, struct cbor_in *claims,
			uint64_t *size)
{
	struct cbor_in sign1, tree;
	struct cbor_item path;
	const uint8_t *bytes;
	uint64_t index;

	if (cbor_in_array(in, 5) || cbor_in_bytes(in, &sign1) || read_sign1(&sign1, what, &tree))
		return -EBADMSG;
	if (read_tree(tree, size) || cbor_in_uint(in, &index) || index >= *size)
		return -EBADMSG;
	if (cbor_in_fixed(in, VOUCH_BATCH_BLIND_SIZE, &bytes) || cbor_in_item(in, &path))
		return -EBADMSG;
	if (path.kind != CBOR_KIND_ARRAY || path.value > VOUCH_BATCH_PATH_MAX)
		return -EBADMSG;
	for (uint64_t i = 0; i < path.value; i++)
		if (cbor_in_fixed(in, VOUCH_DIGEST_SIZE, &bytes))
			return -EBADMSG;
	return cbor_in_bytes(in, claims) || in->left ? -EBADMSG : 0;
}

/**
 * vouch_is_batched() - whether what the card signed shares its signature
 * @buf: evidence or a receipt, as the card gave it
 * @len: how many bytes
 */
bool vouch_is_batched(const uint8_t *buf, size_t len)
{
	return len && buf[0] == ARRAY_OF_5;
}

/**
 * vouch_signed_read() - find the claims in what the card signed
 * @what: evidence or a receipt
 * @buf: COSE_Sign1 or leaf of a batch, as the card gave it
 * @len: how many bytes
 * @claims: result, inside of @buf
 * @batch: how many share the signature; left alone where it has one of its own
 *
 * Return: 0, or -EBADMSG for anything that the grammar does not allow.
 */
int vouch_signed_read(enum vouch_signed what, const void *buf, size_t len, struct cbor_in *claims,
		      uint64_t *batch)
{
	struct cbor_in in = { .at = buf, .left = len };

	if (vouch_is_batched(buf, len))
		return read_batched(&in, what, claims, batch);
	if (what == VOUCH_SIGNED_EVIDENCE && cbor_in_tag(&in, TAG_CWT))
		return -EBADMSG;
	return read_sign1(&in, what, claims);
}
