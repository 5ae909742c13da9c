// SPDX-License-Identifier: GPL-2.0-only
/* The rings against a card that lies: kmod/ring.c, compiled as it is. */

#pragma GCC diagnostic ignored "-Wunused-parameter"
#include "../../../kmod/ring.c"
#include "../tap.h"

#define TAG	3

unsigned int test_complaints;

static struct vouch_card card;
static struct vouch_cmd sq[VOUCH_QUEUE_ENTRIES];
static struct vouch_cpl cq[VOUCH_QUEUE_ENTRIES];
static u8 regs[VOUCH_BAR_REGS_SIZE];

static u32 reg(unsigned int at)
{
	u32 value;

	memcpy(&value, regs + at, sizeof(value));
	return value;
}

static struct vouch_slot *slot(void)
{
	return &card.queue.slot[TAG];
}

static void fresh(void)
{
	struct vouch_queue *q = &card.queue;

	memset(&card, 0, sizeof(card));
	memset(regs, 0xee, sizeof(regs));
	card.regs = regs;
	q->sq = sq;
	q->cq = cq;
	q->entries = 8;
	q->slots = 7;
	vouch_ring_reset(q);
	test_complaints = 0;
}

static void send(u32 room)
{
	const struct vouch_request req = {
		.opcode = VOUCH_OP_ATTEST, .in_len = 56, .out_room = room,
		.arg0 = 5, .arg1 = 6,
	};

	card.queue.busy[0] |= 1UL << TAG;
	slot()->state = VOUCH_SLOT_TAKEN;
	slot()->in_dma = 0x1000;
	slot()->out_dma = 0x2000;
	vouch_ring_submit(&card, TAG, &req);
}

/* The card's side: where it writes next, in the phase that is expected there. */
static bool answer_found(u16 cid, u16 status, u32 out_len, u64 now)
{
	struct vouch_queue *q = &card.queue;

	cq[q->cq_head] = (struct vouch_cpl) {
		.cid = cpu_to_le16(cid), .status = cpu_to_le16(status),
		.out_len = cpu_to_le32(out_len), .phase = cpu_to_le16(q->phase),
	};
	return vouch_ring_reap(&card, now);
}

static bool answer(u16 cid, u16 status, u32 out_len)
{
	return answer_found(cid, status, out_len, 2000);
}

static void test_submit(void)
{
	const struct vouch_request empty = { .opcode = VOUCH_OP_WITHDRAW, .arg0 = 1 };

	fresh();
	send(8192);
	OK(sq[0].opcode == VOUCH_OP_ATTEST && sq[0].cid == (1 << 8 | TAG) && !sq[0].flags &&
	   sq[0].in_addr == 0x1000 && sq[0].in_len == 56 && sq[0].out_addr == 0x2000 &&
	   sq[0].out_len == 8192 && sq[0].arg0 == 5 && sq[0].arg1 == 6 &&
	   !sq[0].rsv[0] && !sq[0].rsv[1], "a command is what it has to be");
	OK(reg(VOUCH_REG_SQ_TAIL) == 1 && slot()->t_doorbell == 1000, "doorbell and its time");
	vouch_ring_submit(&card, TAG, &empty);
	OK(!sq[1].in_addr && !sq[1].in_len && !sq[1].out_addr && !sq[1].out_len,
	   "no buffer, no address");
	card.queue.sq_tail = 7;
	vouch_ring_submit(&card, TAG, &empty);
	OK(reg(VOUCH_REG_SQ_TAIL) == 0, "the tail wraps");
	card.queue.error = -ENODEV;
	slot()->state = VOUCH_SLOT_TAKEN;
	OK(vouch_ring_submit(&card, TAG, &empty) == -ENODEV && reg(VOUCH_REG_SQ_TAIL) == 0 &&
	   slot()->state == VOUCH_SLOT_TAKEN, "a failed queue takes nothing");
}

static void test_complete(void)
{
	fresh();
	send(100);
	OK(answer(sq[0].cid, VOUCH_ST_OK, 100) && slot()->state == VOUCH_SLOT_DONE &&
	   slot()->done.done == 1 && slot()->cpl.status == VOUCH_ST_OK &&
	   slot()->t_interrupt == 2000 && !test_complaints, "an answer");
	OK(reg(VOUCH_REG_CQ_HEAD) == 1, "the head is told");
	answer(sq[0].cid, VOUCH_ST_OK, 100);
	OK(slot()->done.done == 1 && test_complaints == 1, "the same answer twice is refused");

	fresh();
	send(100);
	OK(answer_found(sq[0].cid, VOUCH_ST_OK, 100, 500) &&
	   slot()->t_interrupt >= slot()->t_doorbell, "none comes before it was asked for");

	fresh();
	for (unsigned int i = 0; i < 20; i++) {
		u16 cid;

		send(100);
		cid = card.queue.slot[TAG].turn << 8 | TAG;
		answer(cid, VOUCH_ST_OK, 1);
	}
	OK(slot()->done.done == 20 && card.queue.cq_head == 4 && card.queue.phase == 1 &&
	   !test_complaints, "the phase flips at each wrap");
	OK(!vouch_ring_reap(&card, 3000) && slot()->done.done == 20,
	   "old entries are not new ones, and an interrupt for them is nobody's");
}

/* What makes no sense is an answer, so that nobody waits, but a failed one. */
static void test_nonsense(void)
{
	static const struct {
		u16 status;
		u32 out_len;
		u16 phase;
		u32 rsv;
		const char *text;
	} cases[] = {
		{ VOUCH_ST_OK, 101, 1, 0, "more output than there was room" },
		{ VOUCH_ST_OK, 0xffffffff, 1, 0, "most output there can be" },
		{ VOUCH_ST_SMALL, 100, 1, 0, "too small although it is enough" },
		{ VOUCH_ST_SMALL, VOUCH_TRANSFER_MAX + 1, 1, 0, "needs more than there can be" },
		{ VOUCH_ST_INTERNAL + 1, 0, 1, 0, "a status that does not exist" },
		{ 0xffff, 0, 1, 0, "the last status" },
		{ VOUCH_ST_OK, 1, 3, 0, "bits beside the phase" },
		{ VOUCH_ST_OK, 1, 1, 1, "a reserved field" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		fresh();
		send(100);
		cq[0] = (struct vouch_cpl) {
			.cid = sq[0].cid, .status = cases[i].status,
			.out_len = cases[i].out_len, .phase = cases[i].phase,
			.rsv = cases[i].rsv,
		};
		vouch_ring_reap(&card, 2000);
		OK(slot()->state == VOUCH_SLOT_DONE && slot()->done.done == 1 &&
		   slot()->cpl.status == VOUCH_ST_INTERNAL && test_complaints == 1,
		   "%s", cases[i].text);
	}
	fresh();
	send(100);
	answer(sq[0].cid, VOUCH_ST_SMALL, 200);
	OK(slot()->cpl.status == VOUCH_ST_SMALL && !test_complaints, "too small, and true");
}

static void test_strangers(void)
{
	static const struct {
		u16 cid;
		const char *text;
	} cases[] = {
		{ 1 << 8 | 4, "a slot that is free" },
		{ 2 << 8 | TAG, "a turn to come" },
		{ 0 << 8 | TAG, "a turn long past" },
		{ 1 << 8 | 7, "a slot that is not used" },
		{ 0xffff, "a slot that does not exist" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		fresh();
		send(100);
		answer(cases[i].cid, VOUCH_ST_OK, 1);
		OK(slot()->state == VOUCH_SLOT_SENT && !slot()->done.done &&
		   test_complaints == 1, "%s", cases[i].text);
	}
	fresh();
	slot()->state = VOUCH_SLOT_TAKEN;
	answer(TAG, VOUCH_ST_OK, 1);
	OK(slot()->state == VOUCH_SLOT_TAKEN && test_complaints == 1,
	   "a command that was never sent");
}

static void test_late(void)
{
	fresh();
	send(100);
	slot()->state = VOUCH_SLOT_STALE;
	card.queue.silent = true;
	answer(2 << 8 | TAG, VOUCH_ST_OK, 1);
	OK(slot()->state == VOUCH_SLOT_STALE && card.queue.busy[0] && card.queue.silent,
	   "another's answer does not free a slot that was given up on");
	answer(sq[0].cid, VOUCH_ST_OK, 100);
	OK(slot()->state == VOUCH_SLOT_FREE && !card.queue.busy[0] && !slot()->done.done &&
	   card.queue.room.wakes == 1 && !card.queue.silent, "its own does, and wakes no one else");
}

static void test_endless(void)
{
	fresh();
	send(100);
	for (unsigned int i = 0; i < card.queue.entries; i++)
		cq[i] = (struct vouch_cpl) { .cid = sq[0].cid, .phase = 1 };
	vouch_ring_reap(&card, 2000);
	OK(slot()->done.done == 1 && test_complaints == card.queue.entries - 1 &&
	   card.queue.phase == 0 && card.queue.cq_head == 0,
	   "a full ring of answers is taken once");
	card.queue.error = -EAGAIN;
	cq[0].phase = 0;
	cq[0].cid = 0xffff;
	test_complaints = 0;
	vouch_ring_reap(&card, 2000);
	OK(!test_complaints && card.queue.cq_head == 0, "a failed queue is not read");
}

int main(void)
{
	test_submit();
	test_complete();
	test_nonsense();
	test_strangers();
	test_late();
	test_endless();
	return tap_done();
}
