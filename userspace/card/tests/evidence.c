// SPDX-License-Identifier: GPL-2.0-only
/* Evidence and receipts: what is in them, who signed, when they are refused. */
#include <stdlib.h>
#include <string.h>

#include "reader.h"
#include "sign1.h"
#include "tap.h"

static cbor_item_t *payload_of(struct rig *rig, bool cwt, const char *context)
{
	return sign1_payload(rig, rig->out, vouch_le32(rig->reply.cpl.out_len), cwt, context);
}

static uint64_t uint_at(const cbor_item_t *array, size_t i)
{
	const cbor_item_t *item = cbor_array_handle(array)[i];

	return cbor_isa_uint(item) ? cbor_get_int(item) : UINT64_MAX;
}

static bool log_is(struct rig *rig, uint16_t fn, uint16_t log, const cbor_item_t *claim)
{
	const struct vouch_log_state state = rig_log_state(rig, fn, log);
	cbor_item_t **f = cbor_array_handle(claim);

	return cbor_array_size(claim) == 5 && uint_at(claim, 0) == log &&
	       reader_bytes_are(f[1], state.instance, 16) &&
	       uint_at(claim, 2) == vouch_le64(state.count) &&
	       reader_bytes_are(f[3], state.pcr, 48) && reader_bytes_are(f[4], state.root, 48);
}

static void test_claims(struct rig *rig)
{
	uint8_t nonce[48], ueid[33];
	cbor_item_t *claims, *state, *logs;
	uint64_t t_rx;

	memset(nonce, 7, sizeof(nonce));
	ueid[0] = 1;
	memcpy(ueid + 1, rig->config.card_id, 32);
	IS(rig_attest(rig, 1, 7), VOUCH_ST_OK, "a guest gets evidence");
	t_rx = vouch_le64(rig->reply.cpl.t_rx);
	claims = payload_of(rig, true, "vouch/evidence/1");
	if (!OK(claims, "signed by the alias key, for evidence"))
		return;
	IS(cbor_map_size(claims), 12, "twelve claims");
	OK(reader_bytes_are(reader_get(claims, 10), nonce, 48), "the nonce");
	OK(reader_bytes_are(reader_get(claims, 256), ueid, 33), "the card's identity");
	IS(cbor_get_int(reader_get(claims, 263)), 3, "debugging disabled for good");
	IS(cbor_get_int(reader_get(claims, 267)), 1, "boot count");
	logs = reader_get(claims, -70101);
	IS(cbor_array_size(logs), 2, "two logs for a guest");
	OK(log_is(rig, 1, 0, cbor_array_handle(logs)[0]), "log 0");
	OK(log_is(rig, 1, 1, cbor_array_handle(logs)[1]), "its own");
	IS(cbor_get_int(reader_get(claims, -70102)), 3, "current is the kernel's record");
	state = reader_get(claims, -70103);
	IS(uint_at(state, 0), 1, "function");
	IS(uint_at(state, 1), VOUCH_ROLE_GUEST, "role");
	IS(uint_at(state, 2), 1, "epoch");
	IS(uint_at(state, 3), VOUCH_ATTACH_ATTACHED, "attach state");
	IS(uint_at(state, 4), rig->card.last_contact, "last word from the host");
	IS(uint_at(reader_get(claims, -70104), 0), t_rx, "time of reception");
	OK(reader_bytes_are(reader_get(claims, -70105), rig->config.firmware, 48), "firmware");
	IS(uint_at(reader_get(claims, -70107), 0), 0, "the instance has seen no reset");
	IS(uint_at(reader_get(claims, -70107), 1), VOUCH_ATTACH_RESET, "and no driver");
	cbor_decref(&claims);

	IS(rig_attest(rig, 0, 8), VOUCH_ST_OK, "the host gets evidence");
	claims = payload_of(rig, true, "vouch/evidence/1");
	IS(cbor_array_size(reader_get(claims, -70101)), 1, "of log 0 alone");
	IS(uint_at(reader_get(claims, -70103), 1), VOUCH_ROLE_HOST, "and says that it is a host's");
	cbor_decref(&claims);
	OK(!payload_of(rig, true, "vouch/receipt/1"), "evidence is not valid as a receipt");
}

static enum vouch_status choose(struct rig *rig, uint16_t fn, uint32_t flags)
{
	const struct vouch_attest request = { .flags = vouch_to_le32(flags) };

	return rig_command(rig, fn, VOUCH_OP_ATTEST, 0, 0, &request, sizeof(request), 8192);
}

static void chosen(struct rig *rig, uint32_t flags, uint64_t logs, uint64_t first, bool own)
{
	cbor_item_t *claims, *list;

	IS(choose(rig, 1, flags), VOUCH_ST_OK, "evidence with flags %u", flags);
	claims = payload_of(rig, true, "vouch/evidence/1");
	list = reader_get(claims, -70101);
	IS(cbor_array_size(list), logs, "has as many logs");
	OK(log_is(rig, 1, (uint16_t)first, cbor_array_handle(list)[0]), "the first is %u",
	   (unsigned int)first);
	IS(!!reader_get(claims, -70107), own, "the guest's state with its log");
	OK(reader_get(claims, -70103), "the host's in any case");
	cbor_decref(&claims);
}

static void test_choice(struct rig *rig)
{
	uint64_t readable;

	rig_attest(rig, 1, 1);
	readable = rig->card.functions[1].readable;
	rig_hook(rig, 0, VOUCH_REC_VM_START);
	chosen(rig, VOUCH_ATTEST_OS, 1, 1, true);
	IS(rig_command(rig, 1, VOUCH_OP_LOG_READ, 0, readable, NULL, 0, 65536), VOUCH_ST_OK,
	   "after evidence without log 0");
	IS(vouch_le32(rig->reply.cpl.out_len), 0, "a guest reads no further than before");
	chosen(rig, VOUCH_ATTEST_HYPERVISOR, 1, 0, false);
	rig_command(rig, 1, VOUCH_OP_LOG_READ, 0, readable, NULL, 0, 65536);
	OK(vouch_le32(rig->reply.cpl.out_len), "after evidence with it, it does");
	chosen(rig, VOUCH_ATTEST_HYPERVISOR | VOUCH_ATTEST_OS, 2, 0, true);
	IS(choose(rig, 1, 8), VOUCH_ST_FIELD, "an unknown flag");
	IS(choose(rig, 0, VOUCH_ATTEST_HYPERVISOR), VOUCH_ST_OK, "the host may ask for log 0");
	IS(choose(rig, 0, VOUCH_ATTEST_OS), VOUCH_ST_FIELD, "and has no other");
	IS(choose(rig, 2, VOUCH_ATTEST_OS), VOUCH_ST_UNASSIGNED, "nor has an unassigned guest");
	IS(choose(rig, 2, 0), VOUCH_ST_UNASSIGNED, "whatever it asks for");
}

static enum vouch_status receipt(struct rig *rig, uint16_t fn, const uint8_t *digest)
{
	return rig_command(rig, fn, VOUCH_OP_RECEIPT, 0, 0, digest, 48, VOUCH_RECEIPT_MAX);
}

static void hash_out(const struct rig *rig, uint8_t *digest)
{
	EVP_Q_digest(NULL, "SHA384", NULL, rig->out, vouch_le32(rig->reply.cpl.out_len), digest,
		     NULL);
}

static void test_receipt(struct rig *rig)
{
	const struct vouch_attest request = { 0 };
	struct vouch_card_reply reply;
	uint8_t digest[48], first[48];
	cbor_item_t *claims, *times;
	int i;

	rig_command(rig, 1, VOUCH_OP_ATTEST, 0, 0, &request, sizeof(request), 8192);
	reply = rig->reply;
	hash_out(rig, digest);
	memcpy(first, digest, 48);
	IS(receipt(rig, 1, digest), VOUCH_ST_NOT_FOUND, "no receipt before the evidence is sent");
	vouch_card_sent(&rig->card, 1, &reply);
	IS(receipt(rig, 1, digest), VOUCH_ST_OK, "a receipt");
	claims = payload_of(rig, false, "vouch/receipt/1");
	if (!OK(claims, "signed by the alias key, for a receipt"))
		return;
	IS(cbor_map_size(claims), 3, "three claims");
	OK(reader_bytes_are(reader_get(claims, -70106), digest, 48), "for this evidence");
	times = reader_get(claims, -70104);
	OK(uint_at(times, 0) == vouch_le64(reply.cpl.t_rx) &&
	   uint_at(times, 0) < uint_at(times, 1) && uint_at(times, 1) < uint_at(times, 2),
	   "received, signed, sent");
	cbor_decref(&claims);
	IS(receipt(rig, 0, digest), VOUCH_ST_NOT_FOUND, "not for another function");
	digest[0] ^= 1;
	IS(receipt(rig, 1, digest), VOUCH_ST_NOT_FOUND, "not for other evidence");

	for (i = 1; i < VOUCH_CARD_SENT; i++) {
		rig_attest(rig, 1, (uint8_t)i);
		rig_attest(rig, 0, (uint8_t)i);
	}
	IS(receipt(rig, 1, first), VOUCH_ST_OK, "as many are remembered, whoever else asks");
	rig_attest(rig, 1, 99);
	IS(receipt(rig, 1, first), VOUCH_ST_NOT_FOUND, "one more pushes the first out");
	hash_out(rig, digest);
	rig_attest(rig, 1, 100);
	hash_out(rig, digest);
	IS(rig_command(rig, 1, VOUCH_OP_RECEIPT, 0, 0, digest, 48, 200), VOUCH_ST_SMALL,
	   "a receipt needs room");
	IS(vouch_card_reset(&rig->card, 1), 0, "the guest function is reset");
	IS(receipt(rig, 1, digest), VOUCH_ST_NOT_FOUND, "and its evidence forgotten");
}

static void test_small(struct rig *rig)
{
	const struct vouch_attest request = { 0 };
	const struct vouch_attest rsv = { .rsv = vouch_to_le32(1) };
	size_t need;

	IS(rig_command(rig, 0, VOUCH_OP_ATTEST, 0, 0, &request, 56, 100), VOUCH_ST_SMALL,
	   "evidence needs room");
	need = vouch_le32(rig->reply.cpl.out_len);
	IS(rig_command(rig, 0, VOUCH_OP_ATTEST, 0, 0, &request, 56, need), VOUCH_ST_OK,
	   "what it asks for suffices");
	rig->card.functions[1].log.epoch.number = 1ULL << 62;
	rig->time = 1ULL << 63;
	rig->card.log.epoch.number = 1ULL << 62;
	rig->card.boot_count = 1ULL << 62;
	IS(rig_command(rig, 1, VOUCH_OP_ATTEST, 0, 0, &request, 56, need), VOUCH_ST_OK,
	   "for a guest's and the largest numbers too");
	IS(rig_command(rig, 0, VOUCH_OP_ATTEST, 0, 0, &rsv, 56, need), VOUCH_ST_FIELD,
	   "the reserved field must be zero");
}

static void test_nothing_unsaved(struct rig *rig)
{
	static const uint8_t digest[48] = { 3 };
	const struct rig_record r = { .type = VOUCH_REC_USER, .name = "n", .digest = digest,
				      .ref = VOUCH_NO_REF };
	const unsigned int flushes = rig->flushes;

	rig_append_only(rig, 0, &r);
	rig_append_only(rig, 0, &r);
	IS(rig->flushes, flushes, "appends alone flush nothing");
	IS(rig_attest(rig, 1, 1), VOUCH_ST_OK, "evidence while records are pending");
	IS(rig->flushes, flushes + 1, "makes them durable first, in one flush");
	rig_append_only(rig, 0, &r);
	rig->fuse = 0;
	IS(rig_attest(rig, 1, 1), VOUCH_ST_STORAGE, "what cannot be made durable is not signed");
	rig->fuse = -1;
	OK(vouch_card_broken(&rig->card), "the card knows that it is broken");
	IS(rig_attest(rig, 1, 1), VOUCH_ST_STORAGE, "and stays so");
	IS(rig_user(rig, 0, "n"), VOUCH_ST_STORAGE, "for appends too");
	IS(vouch_card_reset(&rig->card, 0), -5, "and resets");
	IS(vouch_card_attach(&rig->card, 0), -5, "and attaches");
}

int main(void)
{
	struct rig *rig = rig_with_guest();

	rig_hook(rig, 0, VOUCH_REC_KERNEL);
	test_claims(rig);
	test_choice(rig);
	test_receipt(rig);
	test_small(rig);
	test_nothing_unsaved(rig);
	rig_free(rig);
	return tap_done();
}
