// SPDX-License-Identifier: GPL-2.0-only
/* Proximity sessions: rounds, violations, and what is signed. */
#include <stdlib.h>
#include <string.h>

#include "reader.h"
#include "session.h"
#include "tap.h"

#define ROUNDS	5

static uint8_t nonce[48];

/* What CLOSE returned, decoded: transcript's payload and three lists. */
struct seen {
	cbor_item_t *all;
	cbor_item_t *payload;
	const uint8_t *list[4];
	size_t len[4];
};

static bool take_apart(struct rig *rig, struct seen *seen)
{
	const size_t len = vouch_le32(rig->reply.cpl.out_len);
	struct cbor_load_result result;
	cbor_item_t *sign1;
	size_t i;

	memset(seen, 0, sizeof(*seen));
	seen->all = cbor_load(rig->out, len, &result);
	if (!seen->all || result.read != len || cbor_array_size(seen->all) != 4)
		return false;
	for (i = 0; i < 4; i++) {
		seen->list[i] = cbor_bytestring_handle(cbor_array_handle(seen->all)[i]);
		seen->len[i] = cbor_bytestring_length(cbor_array_handle(seen->all)[i]);
	}
	if (seen->list[0][0] != 0xd2)
		return false;
	sign1 = cbor_load(seen->list[0] + 1, seen->len[0] - 1, &result);
	if (sign1 && cbor_array_size(sign1) == 4) {
		cbor_item_t *payload = cbor_array_handle(sign1)[2];

		seen->payload = cbor_load(cbor_bytestring_handle(payload),
					  cbor_bytestring_length(payload), &result);
	}
	if (sign1)
		cbor_decref(&sign1);
	return seen->payload;
}

static void put_down(struct seen *seen)
{
	if (seen->payload)
		cbor_decref(&seen->payload);
	cbor_decref(&seen->all);
}

static uint64_t uint_at(const cbor_item_t *array, size_t i)
{
	const cbor_item_t *item = cbor_array_handle(array)[i];

	return cbor_isa_uint(item) ? cbor_get_int(item) : UINT64_MAX;
}

static void digest(const void *a, size_t a_len, const void *b, size_t b_len, uint8_t *out)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();

	if (!EVP_DigestInit(ctx, EVP_sha384()) || !EVP_DigestUpdate(ctx, a, a_len) ||
	    !EVP_DigestUpdate(ctx, b, b_len) || !EVP_DigestFinal(ctx, out, NULL))
		abort();
	EVP_MD_CTX_free(ctx);
}

/* Documentation/proximity.rst, by hand. */
static void commitment_of(const struct vouch_proximity_opened *opened, const uint8_t *words,
			  uint8_t *out)
{
	static const uint8_t numbers[8] = { 1, 0, 0, 0, ROUNDS, 0, 0, 0 };
	uint8_t head[18 + 16 + 8 + 48];

	memcpy(head, "vouch/commitment/1", 18);
	memcpy(head + 18, opened->session, 16);
	memcpy(head + 34, numbers, 8);
	memcpy(head + 42, nonce, 48);
	digest(head, sizeof(head), words, 8 * ROUNDS, out);
}

static void check_payload(const struct seen *seen, const struct vouch_proximity_opened *opened)
{
	const cbor_item_t *session = reader_get(seen->payload, -70108);
	const cbor_item_t *span = reader_get(seen->payload, -70111);
	uint8_t expected[48];

	IS(cbor_map_size(seen->payload), 5, "five claims are signed");
	OK(reader_bytes_are(reader_get(seen->payload, 10), nonce, 48), "the nonce");
	OK(reader_bytes_are(cbor_array_handle(session)[0], opened->session, 16), "the session");
	IS(uint_at(session, 1), 1, "the function");
	IS(uint_at(session, 2), ROUNDS, "the rounds");
	IS(uint_at(session, 3), 0, "no violations");
	OK(reader_bytes_are(reader_get(seen->payload, -70109), opened->commitment, 48),
	   "the commitment that was told before");
	commitment_of(opened, seen->list[1], expected);
	OK(!memcmp(opened->commitment, expected, 48), "which the words open");
	digest(seen->list[2], seen->len[2], seen->list[3], seen->len[3], expected);
	OK(reader_bytes_are(reader_get(seen->payload, -70110), expected, 48), "and both lists");
	IS(uint_at(span, 1), 500, "from the first challenge");
	IS(uint_at(span, 2), 4507, "to the last response");
}

static void test_exchange(struct rig *rig)
{
	struct vouch_proximity_opened opened;
	uint64_t responses[ROUNDS];
	struct seen seen;
	unsigned int i;
	bool lists = true;

	rig->time = 100;
	IS(session_open(rig, 1, ROUNDS, &opened), VOUCH_ST_OK, "a session");
	session_run(rig, ROUNDS, responses);
	IS(session_close(rig, 1, &opened), VOUCH_ST_OK, "is signed when every round is answered");
	if (!OK(take_apart(rig, &seen), "as four byte strings"))
		return;
	check_payload(&seen, &opened);
	OK(seen.len[1] == 8 * ROUNDS && seen.len[2] == 8 * ROUNDS && seen.len[3] == 8 * ROUNDS,
	   "lists of one length");
	for (i = 0; i < ROUNDS; i++) {
		const uint64_t word = vouch_le_load(seen.list[1] + 8 * i, 8);

		lists &= vouch_le_load(seen.list[2] + 8 * i, 8) == session_challenge(i) &&
			 responses[i] == (word ^ session_challenge(i)) &&
			 vouch_le_load(seen.list[3] + 8 * i + 4, 4) == 7 &&
			 (!i || vouch_le_load(seen.list[3] + 8 * i, 4) == 993);
	}
	OK(lists, "every challenge, response and stamp");
	put_down(&seen);
	IS(session_close(rig, 1, &opened), VOUCH_ST_NOT_FOUND, "and no second time");
	IS(vouch_card_response(&rig->card, 1, 9000), 0, "after it nothing answers");
}

static void test_out_of_turn(struct rig *rig)
{
	struct vouch_proximity_opened opened;
	uint64_t responses[ROUNDS], first;
	struct seen seen;
	unsigned int i;

	rig->time = 100;
	session_start(rig, ROUNDS, &opened);
	IS(session_answer(rig, 0), 0, "no answer without a challenge");
	session_ask(rig, 0);
	session_ask(rig, 1);
	first = session_answer(rig, 0);
	IS(session_answer(rig, 0), 0, "one read for one write");
	for (i = 1; i < ROUNDS; i++) {
		session_ask(rig, i);
		responses[i] = session_answer(rig, i);
	}
	session_ask(rig, ROUNDS);
	IS(session_answer(rig, ROUNDS), 0, "no answer beyond the last round");
	IS(session_close(rig, 1, &opened), VOUCH_ST_OK, "such a session is signed too");
	if (!OK(take_apart(rig, &seen), "as it was"))
		return;
	IS(uint_at(reader_get(seen.payload, -70108), 3), 5, "with five violations");
	OK(vouch_le_load(seen.list[1], 8) == (first ^ session_challenge(0)),
	   "the second of two challenges changed nothing");
	OK(vouch_le_load(seen.list[1] + 8, 8) == (responses[1] ^ session_challenge(1)),
	   "nor what came after");
	put_down(&seen);
}

static void test_slow(struct rig *rig)
{
	struct vouch_proximity_opened opened;
	struct seen seen;

	rig->time = 100;
	session_start(rig, 2, &opened);
	vouch_card_challenge(&rig->card, 1, 1, 200);
	vouch_card_response(&rig->card, 1, 5000000000);
	vouch_card_challenge(&rig->card, 1, 2, 5000000001);
	vouch_card_response(&rig->card, 1, 5000000003);
	if (!OK(!session_close(rig, 1, &opened) && take_apart(rig, &seen), "a slow exchange"))
		return;
	IS(vouch_le_load(seen.list[3] + 4, 4), UINT32_MAX, "does not wrap");
	IS(vouch_le_load(seen.list[3] + 8, 4), 1, "nor the next round");
	put_down(&seen);
}

int main(void)
{
	struct rig *rig = rig_with_guest();

	memset(nonce, SESSION_NONCE, sizeof(nonce));
	test_exchange(rig);
	test_out_of_turn(rig);
	test_slow(rig);
	rig_free(rig);
	return tap_done();
}
