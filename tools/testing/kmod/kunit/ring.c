// SPDX-License-Identifier: GPL-2.0-only
/* The rings, in the kernel, against a card that lies. */

#include "../../../../kmod/ring.c"

#include "rig.h"

#define TAG 3

static void send(struct kunit *test, struct vouch_card *card, u32 room)
{
	const struct vouch_request req = {
		.opcode = VOUCH_OP_ATTEST, .in_len = 56, .out_room = room, .arg0 = 5,
	};

	__set_bit(TAG, card->queue.busy);
	card->queue.slot[TAG].state = VOUCH_SLOT_TAKEN;
	reinit_completion(&card->queue.slot[TAG].done);
	KUNIT_ASSERT_EQ(test, 0, vouch_ring_submit(card, TAG, &req));
}

static u16 sent_cid(struct vouch_card *card)
{
	return card->queue.slot[TAG].turn << 8 | TAG;
}

static void ring_submit(struct kunit *test)
{
	struct vouch_card *card = rig_card(test);
	const struct vouch_cmd *cmd = &card->queue.sq[0];

	send(test, card, 8192);
	KUNIT_EXPECT_EQ(test, le16_to_cpu(cmd->opcode), VOUCH_OP_ATTEST);
	KUNIT_EXPECT_EQ(test, le16_to_cpu(cmd->cid), sent_cid(card));
	KUNIT_EXPECT_EQ(test, le64_to_cpu(cmd->in_addr), card->queue.slot[TAG].in_dma);
	KUNIT_EXPECT_EQ(test, le64_to_cpu(cmd->out_addr), card->queue.slot[TAG].out_dma);
	KUNIT_EXPECT_EQ(test, le32_to_cpu(cmd->out_len), 8192);
	KUNIT_EXPECT_EQ(test, rig_reg(card, VOUCH_REG_SQ_TAIL), 1);
}

static void ring_submit_wraps(struct kunit *test)
{
	struct vouch_card *card = rig_card(test);

	for (unsigned int i = 1; i <= 2 * RIG_ENTRIES; i++) {
		send(test, card, 8);
		KUNIT_EXPECT_EQ(test, rig_reg(card, VOUCH_REG_SQ_TAIL), i % RIG_ENTRIES);
	}
}

static void ring_submit_failed(struct kunit *test)
{
	const struct vouch_request req = { .opcode = VOUCH_OP_CERTS };
	struct vouch_card *card = rig_card(test);

	card->queue.error = -ENODEV;
	KUNIT_EXPECT_EQ(test, vouch_ring_submit(card, TAG, &req), -ENODEV);
	KUNIT_EXPECT_EQ(test, rig_reg(card, VOUCH_REG_SQ_TAIL), 0);
}

/* Twice around, so that the phase that means "new" has been both. */
static void ring_phase(struct kunit *test)
{
	struct vouch_card *card = rig_card(test);
	struct vouch_slot *slot = &card->queue.slot[TAG];

	for (unsigned int i = 0; i < 2 * RIG_ENTRIES + 3; i++) {
		KUNIT_EXPECT_FALSE(test, vouch_ring_reap(card, 1, true));
		send(test, card, 8);
		rig_complete(card, 0, sent_cid(card), VOUCH_ST_OK, 8);
		KUNIT_EXPECT_TRUE(test, vouch_ring_reap(card, 2, true));
		KUNIT_EXPECT_EQ(test, slot->state, VOUCH_SLOT_DONE);
		KUNIT_EXPECT_TRUE(test, try_wait_for_completion(&slot->done));
		KUNIT_EXPECT_EQ(test, rig_reg(card, VOUCH_REG_CQ_HEAD), (i + 1) % RIG_ENTRIES);
	}
}

static void ring_nonsense(struct kunit *test)
{
	static const struct {
		u16 status;
		u32 out_len;
		u16 bits;
		u32 rsv;
	} cases[] = {
		{ VOUCH_ST_OK, 101, 0, 0 },
		{ VOUCH_ST_OK, U32_MAX, 0, 0 },
		{ VOUCH_ST_SMALL, 100, 0, 0 },
		{ VOUCH_ST_SMALL, VOUCH_TRANSFER_MAX + 1, 0, 0 },
		{ VOUCH_ST_INTERNAL + 1, 0, 0, 0 },
		{ U16_MAX, 0, 0, 0 },
		{ VOUCH_ST_OK, 1, 2, 0 },
		{ VOUCH_ST_OK, 1, 0, 1 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct vouch_card *card = rig_card(test);
		struct vouch_slot *slot = &card->queue.slot[TAG];

		send(test, card, 100);
		card->queue.cq[0].rsv = cpu_to_le32(cases[i].rsv);
		rig_complete(card, 0, sent_cid(card), cases[i].status, cases[i].out_len);
		card->queue.cq[0].rsv = cpu_to_le32(cases[i].rsv);
		card->queue.cq[0].phase |= cpu_to_le16(cases[i].bits);
		KUNIT_EXPECT_TRUE(test, vouch_ring_reap(card, 2, true));
		KUNIT_EXPECT_EQ(test, slot->state, VOUCH_SLOT_DONE);
		KUNIT_EXPECT_EQ_MSG(test, le16_to_cpu(slot->cpl.status), VOUCH_ST_INTERNAL,
				    "case %zu", i);
	}
}

static void ring_strangers(struct kunit *test)
{
	static const u16 cids[] = {
		1 << 8 | (TAG + 1), 2 << 8 | TAG, TAG, 1 << 8 | (RIG_ENTRIES - 1), U16_MAX,
	};

	for (size_t i = 0; i < ARRAY_SIZE(cids); i++) {
		struct vouch_card *card = rig_card(test);
		struct vouch_slot *slot = &card->queue.slot[TAG];

		send(test, card, 100);
		rig_complete(card, 0, cids[i], VOUCH_ST_OK, 1);
		vouch_ring_reap(card, 2, true);
		KUNIT_EXPECT_EQ_MSG(test, slot->state, VOUCH_SLOT_SENT, "cid %#x", cids[i]);
		KUNIT_EXPECT_FALSE(test, completion_done(&slot->done));
	}
}

static void ring_endless(struct kunit *test)
{
	struct vouch_card *card = rig_card(test);

	send(test, card, 100);
	for (unsigned int i = 0; i < RIG_ENTRIES; i++)
		rig_complete(card, i, sent_cid(card), VOUCH_ST_OK, 1);
	KUNIT_EXPECT_TRUE(test, vouch_ring_reap(card, 2, true));
	KUNIT_EXPECT_EQ(test, card->queue.cq_head, 0);
	KUNIT_EXPECT_EQ(test, card->queue.phase, 0);
	card->queue.error = -EAGAIN;
	card->queue.cq[0].phase = 0;
	KUNIT_EXPECT_FALSE(test, vouch_ring_reap(card, 2, true));
}

static struct kunit_case ring_cases[] = {
	KUNIT_CASE(ring_submit),
	KUNIT_CASE(ring_submit_wraps),
	KUNIT_CASE(ring_submit_failed),
	KUNIT_CASE(ring_phase),
	KUNIT_CASE(ring_nonsense),
	KUNIT_CASE(ring_strangers),
	KUNIT_CASE(ring_endless),
	{ }
};

struct kunit_suite ring_suite = {
	.name = "vouch-ring",
	.test_cases = ring_cases,
};
