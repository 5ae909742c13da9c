// SPDX-License-Identifier: GPL-2.0-only
/* Batches: who may share a signature, what it covers, what is told to whom. */
#include <stdlib.h>
#include <string.h>

#include "ask.h"
#include "reader.h"
#include "sign1.h"
#include "tap.h"
#include "tree.h"

static uint8_t leaves[MOST][VOUCH_DIGEST_SIZE];

static void sha384(const void *data, size_t len, uint8_t *digest)
{
	EVP_Q_digest(NULL, "SHA384", NULL, data, len, digest, NULL);
}

static cbor_item_t *part(const struct ask *ask, size_t i)
{
	return cbor_array_handle(ask->parts)[i];
}

/* Takes the parts and hashes the leaf. */
static bool open_answer(struct ask *ask, const char *context)
{
	uint8_t leaf[2048] = { 0 };
	struct cbor_load_result result;
	size_t len = 1 + strlen(context);
	const size_t out_len = vouch_le32(ask->reply.cpl.out_len);

	ask->parts = cbor_load(ask->out, out_len, &result);
	if (!ask->parts || result.read != out_len || !cbor_isa_array(ask->parts) ||
	    cbor_array_size(ask->parts) != 5 || cbor_bytestring_length(part(ask, 2)) != 32)
		return false;
	memcpy(leaf + 1, context, strlen(context));
	memcpy(leaf + len, cbor_bytestring_handle(part(ask, 2)), 32);
	len += 32;
	memcpy(leaf + len, cbor_bytestring_handle(part(ask, 4)),
	       cbor_bytestring_length(part(ask, 4)));
	len += cbor_bytestring_length(part(ask, 4));
	sha384(leaf, len, leaves[ask - asks]);
	return true;
}

static bool path_is(const struct ask *ask, size_t index, size_t count)
{
	uint8_t path[VOUCH_BATCH_PATH_MAX][VOUCH_DIGEST_SIZE];
	const size_t len = tree_path(leaves, count, index, path);
	const cbor_item_t *list = part(ask, 3);
	size_t i;

	if (cbor_get_int(part(ask, 1)) != index || cbor_array_size(list) != len)
		return false;
	for (i = 0; i < len; i++)
		if (!reader_bytes_are(cbor_array_handle(list)[i], path[i], VOUCH_DIGEST_SIZE))
			return false;
	return true;
}

static bool tree_is(struct rig *rig, const struct ask *ask, size_t count, const uint8_t *root)
{
	cbor_item_t *tree = sign1_payload(rig, cbor_bytestring_handle(part(ask, 0)),
					  cbor_bytestring_length(part(ask, 0)), false,
					  "vouch/batch/1");
	cbor_item_t *claim;
	bool good;

	if (!tree)
		return false;
	claim = reader_get(tree, -70112);
	good = cbor_map_size(tree) == 1 && cbor_array_size(claim) == 2 &&
	       cbor_get_int(cbor_array_handle(claim)[0]) == count &&
	       reader_bytes_are(cbor_array_handle(claim)[1], root, VOUCH_DIGEST_SIZE);
	cbor_decref(&tree);
	return good;
}

/* Every answer, against a tree of our own. */
static void check_all(struct rig *rig, size_t count, const char *context)
{
	size_t opened = 0, paths = 0, trees = 0, told = 0, i;
	uint8_t root[VOUCH_DIGEST_SIZE];

	for (i = 0; i < count; i++)
		opened += open_answer(&asks[i], context);
	IS(opened, count, "%zu answers are batched", count);
	if (opened != count)
		return;
	tree_hash(leaves, count, root);
	for (i = 0; i < count; i++) {
		paths += path_is(&asks[i], i, count);
		trees += tree_is(rig, &asks[i], count, root);
		told += vouch_le64(asks[i].reply.cpl.result) == count;
	}
	IS(paths, count, "each has its index and its path, exactly");
	IS(trees, count, "the signature covers size and root of the tree");
	IS(told, count, "and the completion says how many share it");
}

static void drop(size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		cbor_decref(&asks[i].parts);
}

static void test_sizes(struct rig *rig)
{
	static const size_t sizes[] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 31, 32, 33, 255, 256 };
	size_t i, j;

	rig->config.batch = VOUCH_BATCH_ALWAYS;
	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		for (j = 0; j < sizes[i]; j++)
			ask_attest(rig, &asks[j], 1, 0, (uint32_t)j);
		ask_answer(rig, sizes[i]);
		check_all(rig, sizes[i], "vouch/evidence/1");
		drop(sizes[i]);
	}
}

static void test_content(struct rig *rig)
{
	cbor_item_t *claims[2];
	struct cbor_load_result result;
	size_t i;

	rig->config.batch = VOUCH_BATCH_AUTO;
	ask_attest(rig, &asks[0], 0, 0, 1);
	ask_attest(rig, &asks[1], 1, VOUCH_ATTEST_OS, 2);
	rig_hook(rig, 0, VOUCH_REC_VM_START);
	ask_answer(rig, 2);
	check_all(rig, 2, "vouch/evidence/1");
	for (i = 0; i < 2; i++)
		claims[i] = cbor_load(cbor_bytestring_handle(part(&asks[i], 4)),
				      cbor_bytestring_length(part(&asks[i], 4)), &result);
	IS(cbor_map_size(claims[0]), 11, "the host's claims");
	IS(cbor_map_size(claims[1]), 12, "a guest's");
	for (i = 0; i < 2; i++) {
		cbor_item_t *times = reader_get(claims[i], -70104);

		IS(cbor_get_int(cbor_array_handle(times)[0]),
		   vouch_le64(asks[i].reply.cpl.t_rx), "when it came");
		IS(cbor_get_int(cbor_array_handle(times)[1]), rig->card.batch.t_sign_start,
		   "and when the signing began, for all at once");
	}
	IS(cbor_get_int(cbor_array_handle(cbor_array_handle(reader_get(claims[0], -70101))[0])[2]),
	   rig->card.log.count, "a record that came while it waited is in it");
	OK(memcmp(cbor_bytestring_handle(part(&asks[0], 2)),
		  cbor_bytestring_handle(part(&asks[1], 2)), 32), "blinded, each by its own");
	cbor_decref(&claims[0]);
	cbor_decref(&claims[1]);
	drop(2);
}

static void test_receipts(struct rig *rig)
{
	uint8_t digest[VOUCH_DIGEST_SIZE];
	struct cbor_load_result result;
	cbor_item_t *claims;
	size_t i;

	for (i = 0; i < 3; i++)
		ask_attest(rig, &asks[i], 1, 0, (uint32_t)i);
	ask_answer(rig, 3);
	for (i = 0; i < 3; i++) {
		sha384(asks[i].out, vouch_le32(asks[i].reply.cpl.out_len), digest);
		OK(ask_add(rig, &asks[i], 1, VOUCH_OP_RECEIPT, digest, 48, VOUCH_RECEIPT_MAX),
		   "a receipt for batched evidence may share too");
	}
	ask_answer(rig, 3);
	check_all(rig, 3, "vouch/receipt/1");
	claims = cbor_load(cbor_bytestring_handle(part(&asks[2], 4)),
			   cbor_bytestring_length(part(&asks[2], 4)), &result);
	OK(reader_bytes_are(reader_get(claims, -70106), digest, 48), "it is for that evidence");
	cbor_decref(&claims);
	drop(3);
	rig_attest(rig, 1, 9);
	sha384(rig->out, vouch_le32(rig->reply.cpl.out_len), digest);
	OK(!ask_add(rig, &asks[0], 1, VOUCH_OP_RECEIPT, digest, 48, VOUCH_RECEIPT_MAX),
	   "for other evidence it does not");
	OK(!ask_add(rig, &asks[0], 2, VOUCH_OP_RECEIPT, digest, 48, VOUCH_RECEIPT_MAX),
	   "nor for another function's");
}

static void test_who(struct rig *rig)
{
	const struct vouch_attest in = { 0 };

	OK(!ask_attest(rig, &asks[0], 1, VOUCH_ATTEST_OWN_SIGNATURE, 1),
	   "who insists does not share");
	OK(!ask_add(rig, &asks[0], 1, VOUCH_OP_ATTEST, &in, sizeof(in), 1200),
	   "nor who has no room for it");
	OK(!ask_add(rig, &asks[0], 1, VOUCH_OP_ATTEST, &in, sizeof(in) - 1, VOUCH_EVIDENCE_MAX),
	   "nor a request that is too short");
	OK(!ask_add(rig, &asks[0], 9, VOUCH_OP_ATTEST, &in, sizeof(in), VOUCH_EVIDENCE_MAX),
	   "nor a function that is not there");
	OK(!ask_add(rig, &asks[0], 1, VOUCH_OP_IDENTIFY, &in, 0, 120), "nor any other command");
	IS(rig->card.batch.count, 0, "nothing waits");
	IS(vouch_card_batch_next(&rig->card), UINT64_MAX, "nothing is due");
}

static void test_when(struct rig *rig)
{
	size_t i;

	rig->config.batch = VOUCH_BATCH_OFF;
	OK(!ask_attest(rig, &asks[0], 1, 0, 1), "off is off");
	rig->config.batch = VOUCH_BATCH_AUTO;
	rig->config.batch_wait = 1000000;
	ask_attest(rig, &asks[0], 1, 0, 1);
	OK(!vouch_card_batch_due(&rig->card, true), "auto: not while more may join");
	OK(vouch_card_batch_due(&rig->card, false), "and at once where none does");
	ask_answer(rig, 1);
	OK(!memcmp(asks[0].out, "\xd8\x3d\xd2", 3) && !asks[0].reply.cpl.result,
	   "one alone has its own signature");
	rig->config.batch = VOUCH_BATCH_ALWAYS;
	ask_attest(rig, &asks[0], 1, 0, 1);
	OK(!vouch_card_batch_due(&rig->card, false), "always: it waits for others");
	rig->time += 1000000;
	OK(vouch_card_batch_due(&rig->card, true), "but not for ever");
	ask_answer(rig, 1);
	check_all(rig, 1, "vouch/evidence/1");
	drop(1);
	for (i = 0; i < MOST; i++)
		ask_attest(rig, &asks[i], 1, 0, (uint32_t)i);
	OK(vouch_card_batch_due(&rig->card, true), "a full one is due");
	OK(!ask_attest(rig, &asks[MOST], 1, 0, 0), "and takes no more");
	ask_answer(rig, MOST);
}

static void test_trouble(struct rig *rig)
{
	const struct rig_record record = {
		.type = VOUCH_REC_KERNEL, .name = "n", .ref = VOUCH_NO_REF
	};
	uint64_t readable;

	rig->config.batch = VOUCH_BATCH_AUTO;
	ask_attest(rig, &asks[0], 0, 0, 1);
	ask_attest(rig, &asks[1], 2, 0, 2);
	ask_attest(rig, &asks[2], 1, 8, 3);
	ask_attest(rig, &asks[3], 0, 0, 4);
	ask_answer(rig, 4);
	IS(vouch_le16(asks[1].reply.cpl.status), VOUCH_ST_UNASSIGNED,
	   "who is not assigned gets none");
	IS(vouch_le16(asks[2].reply.cpl.status), VOUCH_ST_FIELD, "nor who asks for nonsense");
	asks[1] = asks[3];
	check_all(rig, 2, "vouch/evidence/1");
	drop(2);

	readable = rig->card.functions[1].readable;
	ask_attest(rig, &asks[0], 1, 0, 1);
	ask_attest(rig, &asks[1], 0, 0, 1);
	rig_command(rig, 0, VOUCH_OP_WITHDRAW, 1, 0, NULL, 0, 0);
	ask_answer(rig, 2);
	IS(vouch_le16(asks[0].reply.cpl.status), VOUCH_ST_UNASSIGNED,
	   "an instance that went while it waited gets none");
	OK(rig->card.functions[1].readable <= readable, "and reads no further");
	ask_attest(rig, &asks[0], 0, 0, 1);
	ask_attest(rig, &asks[1], 0, 0, 2);
	rig_append_only(rig, 0, &record);
	rig->fuse = 0;
	ask_answer(rig, 2);
	IS(vouch_le16(asks[0].reply.cpl.status), VOUCH_ST_STORAGE,
	   "what cannot be made durable is not signed");
}

int main(void)
{
	struct rig *rig = rig_with_guest();

	rig_hook(rig, 0, VOUCH_REC_KERNEL);
	test_sizes(rig);
	test_content(rig);
	test_receipts(rig);
	test_who(rig);
	test_when(rig);
	test_trouble(rig);
	rig_free(rig);
	return tap_done();
}
