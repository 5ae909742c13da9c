// SPDX-License-Identifier: GPL-2.0-only
/* The fake card's evidence. */
#include <string.h>

#include "cbor.h"
#include "fake.h"

static void put_log(struct cbor_out *out, uint64_t log, uint64_t count)
{
	uint8_t bytes[VOUCH_DIGEST_SIZE];

	cbor_out_array(out, 5);
	cbor_out_uint(out, log);
	memset(bytes, log ? 0x11 : 0, sizeof(bytes));
	cbor_out_bytes(out, bytes, VOUCH_INSTANCE_SIZE);
	cbor_out_uint(out, count);
	memset(bytes, FAKE_PCR_BYTE, sizeof(bytes));
	cbor_out_bytes(out, bytes, sizeof(bytes));
	cbor_out_bytes(out, bytes, sizeof(bytes));
}

static bool has(const struct fake *fake, uint32_t log)
{
	return !fake->logs || fake->logs & log;
}

static bool has_own(const struct fake *fake)
{
	return fake->function && has(fake, VOUCH_ATTEST_OS);
}

static void put_logs(struct cbor_out *out, const struct fake *fake)
{
	bool own = has_own(fake) && fake->lie != FAKE_EVIDENCE_NO_OWN;

	cbor_out_int(out, -70101);
	cbor_out_array(out, (size_t)has(fake, VOUCH_ATTEST_HYPERVISOR) + own);
	if (has(fake, VOUCH_ATTEST_HYPERVISOR))
		put_log(out, 0, fake->count + (fake->lie == FAKE_EVIDENCE_COUNT));
	if (own)
		put_log(out, fake->function + (fake->lie == FAKE_EVIDENCE_OTHER_OWN), fake->own);
}

static void put_state(struct cbor_out *out, const struct fake *fake)
{
	cbor_out_int(out, -70102);
	if (fake->lie == FAKE_EVIDENCE_CURRENT)
		cbor_out_uint(out, fake->count);
	else
		cbor_out_null(out);
	cbor_out_int(out, -70103);
	cbor_out_array(out, 5);
	cbor_out_uint(out, fake->function);
	cbor_out_uint(out, fake->function ? VOUCH_ROLE_GUEST : VOUCH_ROLE_HOST);
	cbor_out_uint(out, 1);
	cbor_out_uint(out, VOUCH_ATTACH_ATTACHED);
	cbor_out_null(out);
	cbor_out_int(out, -70104);
	cbor_out_array(out, 2);
	cbor_out_uint(out, FAKE_T_RX);
	cbor_out_uint(out, FAKE_T_RX);
}

static void put_claims(struct cbor_out *out, const struct fake *fake, const uint8_t *nonce)
{
	uint8_t bytes[VOUCH_DIGEST_SIZE];

	memset(bytes, FAKE_CARD_BYTE, sizeof(bytes));
	cbor_out_map(out, has_own(fake) ? 12 : 11);
	cbor_out_int(out, 1);
	cbor_out_text(out, "vouch-card");
	cbor_out_int(out, 10);
	cbor_out_bytes(out, fake->lie == FAKE_EVIDENCE_NONCE ? bytes : nonce, VOUCH_DIGEST_SIZE);
	cbor_out_int(out, 256);
	bytes[0] = 1;
	cbor_out_bytes(out, bytes, 1 + VOUCH_CARD_ID_SIZE);
	bytes[0] = FAKE_CARD_BYTE;
	cbor_out_int(out, 263);
	cbor_out_uint(out, 3);
	cbor_out_int(out, 265);
	cbor_out_text(out, "tag:vouch.example,2026:evidence/1");
	cbor_out_int(out, 267);
	cbor_out_uint(out, 1);
	put_logs(out, fake);
	put_state(out, fake);
	cbor_out_int(out, -70105);
	cbor_out_bytes(out, bytes, sizeof(bytes));
	if (!has_own(fake))
		return;
	cbor_out_int(out, -70107);
	cbor_out_array(out, 2);
	cbor_out_uint(out, 1);
	cbor_out_uint(out, VOUCH_ATTACH_ATTACHED);
}

static void put_sign1(struct cbor_out *out, const struct cbor_out *payload, bool chain)
{
	static const uint8_t protected[] = { 0xa1, 0x01, 0x38, 0x22 };
	const uint8_t signature[2 * VOUCH_DIGEST_SIZE] = { 1 };

	cbor_out_tag(out, 18);
	cbor_out_array(out, 4);
	cbor_out_bytes(out, protected, sizeof(protected));
	cbor_out_map(out, chain);
	if (chain) {
		cbor_out_int(out, 33);
		cbor_out_array(out, 2);
		cbor_out_bytes(out, "alias", 5);
		cbor_out_bytes(out, "device", 6);
	}
	cbor_out_bytes(out, payload->buf, payload->len);
	cbor_out_bytes(out, signature, sizeof(signature));
}

static void put_batched(struct cbor_out *out, const struct fake *fake,
			const struct cbor_out *claims, bool chain)
{
	static const uint8_t bytes[VOUCH_DIGEST_SIZE];
	const size_t path = fake->lie == FAKE_BATCH_PATH ? VOUCH_BATCH_PATH_MAX + 1 : 1;
	uint8_t tree_buf[128], sign1_buf[512];
	struct cbor_out tree = { .buf = tree_buf, .size = sizeof(tree_buf) };
	struct cbor_out sign1 = { .buf = sign1_buf, .size = sizeof(sign1_buf) };

	cbor_out_map(&tree, 1);
	cbor_out_int(&tree, -70112);
	cbor_out_array(&tree, 2);
	cbor_out_uint(&tree, fake->lie == FAKE_BATCH_SIZE ? 0 : fake->batch);
	cbor_out_bytes(&tree, bytes, VOUCH_DIGEST_SIZE);
	put_sign1(&sign1, &tree, chain);
	cbor_out_array(out, 5);
	cbor_out_bytes(out, sign1.buf, sign1.len);
	cbor_out_uint(out, fake->lie == FAKE_BATCH_INDEX ? fake->batch : 0);
	cbor_out_bytes(out, bytes, VOUCH_BATCH_BLIND_SIZE);
	cbor_out_array(out, path);
	for (size_t i = 0; i < path; i++)
		cbor_out_bytes(out, bytes, VOUCH_DIGEST_SIZE);
	cbor_out_bytes(out, claims->buf, claims->len);
}

/**
 * fake_evidence() - evidence as the fake card makes it, without a signature
 * @fake: the card
 * @nonce: to echo
 * @buf: result
 * @size: room at @buf
 *
 * Return: bytes written.
 */
size_t fake_evidence(const struct fake *fake, const uint8_t *nonce, uint8_t *buf, size_t size)
{
	uint8_t inner[1024];
	struct cbor_out claims = { .buf = inner, .size = sizeof(inner) };
	struct cbor_out out = { .buf = buf, .size = size };

	put_claims(&claims, fake, nonce);
	if (fake->batch && (!fake->own_signature || fake->lie == FAKE_EVIDENCE_SHARED)) {
		put_batched(&out, fake, &claims, true);
		return out.len;
	}
	cbor_out_tag(&out, 61);
	put_sign1(&out, &claims, true);
	return out.len;
}

static size_t told(const struct fake *fake, uint8_t *receipt, size_t len)
{
	switch (fake->lie) {
	case FAKE_RECEIPT_EMPTY:
		return 0;
	case FAKE_RECEIPT_LONG:
		return VOUCH_RECEIPT_MAX + 1;
	case FAKE_RECEIPT_GARBAGE:
		memset(receipt, 0xff, len);
		return len;
	case FAKE_RECEIPT_TAIL:
		receipt[len] = 0;
		return len + 1;
	default:
		return len;
	}
}

/**
 * fake_receipt() - the receipt for the evidence that was asked for last
 * @fake: the card
 * @buf: result
 * @size: room at @buf
 *
 * Return: bytes written.
 */
size_t fake_receipt(const struct fake *fake, uint8_t *buf, size_t size)
{
	uint8_t digest[VOUCH_DIGEST_SIZE] = { 0 }, inner[256];
	struct cbor_out claims = { .buf = inner, .size = sizeof(inner) };
	struct cbor_out out = { .buf = buf, .size = size };

	cbor_out_map(&claims, 3);
	cbor_out_int(&claims, 10);
	cbor_out_bytes(&claims, fake->lie == FAKE_RECEIPT_NONCE ? digest : fake->nonce,
		       VOUCH_DIGEST_SIZE);
	cbor_out_int(&claims, -70104);
	cbor_out_array(&claims, 3);
	cbor_out_uint(&claims, FAKE_T_RX - (fake->lie == FAKE_RECEIPT_RX));
	cbor_out_uint(&claims, FAKE_T_RX);
	cbor_out_uint(&claims, FAKE_T_RX + fake->card_ns - (fake->lie == FAKE_RECEIPT_ORDER));
	cbor_out_int(&claims, -70106);
	cbor_out_bytes(&claims, digest, sizeof(digest));
	if (fake->batch && !fake->own_signature)
		put_batched(&out, fake, &claims, false);
	else
		put_sign1(&out, &claims, false);
	return told(fake, buf, out.len);
}
