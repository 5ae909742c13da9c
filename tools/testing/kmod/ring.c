// SPDX-License-Identifier: GPL-2.0-only
/* The rings against a card that lies: kmod/ring.c, compiled as it is. */

#pragma GCC diagnostic ignored "-Wunused-parameter"
#include "../../../kmod/ring.c"
#include "../tap.h"

#define TAG	3

unsigned int test_complaints;

/* What the clock says when it is read, and what was said of the last completion. */
static u64 clock_says;
static struct {
	unsigned int count;
	u64 t_doorbell;
	u64 ns;
	bool announced;
} told;

static struct vouch_card card;
static struct vouch_cmd sq[VOUCH_QUEUE_ENTRIES];
static struct vouch_cpl cq[VOUCH_QUEUE_ENTRIES];
static u8 regs[VOUCH_BAR_REGS_SIZE];

u64 ktime_get_raw_ns(void)
{
	return clock_says;
}

void trace_vouch_doorbell(int number, u16 function, u16 cid, u16 opcode, u64 ns)
{
}

void trace_vouch_complete(int number, u16 function, u16 cid, u16 opcode, u16 status,
			  u64 t_doorbell, u64 ns, u64 t_rx, bool announced)
{
	told.count++;
	told.t_doorbell = t_doorbell;
	told.ns = ns;
	told.announced = announced;
}

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
	clock_says = 1000;
	memset(&told, 0, sizeof(told));
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
static bool answer_found(u16 cid, u16 status, u32 out_len, u64 now, bool announced)
{
	struct vouch_queue *q = &card.queue;

	cq[q->cq_head] = (struct vouch_cpl) {
		.cid = cpu_to_le16(cid), .status = cpu_to_le16(status),
		.out_len = cpu_to_le32(out_len), .phase = cpu_to_le16(q->phase),
	};
	return vouch_ring_reap(&card, now, announced);
}

static bool answer(u16 cid, u16 status, u32 out_len)
{
	return answer_found(cid, status, out_len, 2000, true);
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
	for (unsigned int i = 0; i < 20; i++) {
		u16 cid;

		send(100);
		cid = card.queue.slot[TAG].turn << 8 | TAG;
		answer(cid, VOUCH_ST_OK, 1);
	}
	OK(slot()->done.done == 20 && card.queue.cq_head == 4 && card.queue.phase == 1 &&
	   !test_complaints, "the phase flips at each wrap");
	OK(!vouch_ring_reap(&card, 3000, true) && slot()->done.done == 20,
	   "old entries are not new ones, and an interrupt for them is nobody's");
}

/* What is said of an answer: when it came, and whether an interrupt brought it. */
static void test_told(void)
{
	fresh();
	send(100);
	answer(sq[0].cid, VOUCH_ST_OK, 100);
	OK(told.count == 1 && told.t_doorbell == 1000 && told.ns == 2000 && told.announced,
	   "an interrupt's answer, at the time of the interrupt");

	fresh();
	send(100);
	answer_found(sq[0].cid, VOUCH_ST_OK, 100, 2000, false);
	OK(told.count == 1 && told.ns == 2000 && !told.announced,
	   "an answer that was found without one");

	/* It began at 500, and the command was sent before it came to look. */
	fresh();
	send(100);
	clock_says = 1500;
	answer_found(sq[0].cid, VOUCH_ST_OK, 100, 500, true);
	OK(told.ns == 1500 && told.announced && slot()->t_interrupt == 1500,
	   "a handler that was held up: an interrupt's, when it was found");

	fresh();
	send(100);
	clock_says = 700;
	answer_found(sq[0].cid, VOUCH_ST_OK, 100, 600, true);
	OK(told.t_doorbell == 1000 && told.ns == 700 && slot()->t_doorbell == 1000 &&
	   slot()->t_interrupt == 700 && slot()->state == VOUCH_SLOT_DONE,
	   "a clock that went back is told as it is");
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
		vouch_ring_reap(&card, 2000, true);
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
	vouch_ring_reap(&card, 2000, true);
	OK(slot()->done.done == 1 && test_complaints == card.queue.entries - 1 &&
	   card.queue.phase == 0 && card.queue.cq_head == 0,
	   "a full ring of answers is taken once");
	card.queue.error = -EAGAIN;
	cq[0].phase = 0;
	cq[0].cid = 0xffff;
	test_complaints = 0;
	vouch_ring_reap(&card, 2000, true);
	OK(!test_complaints && card.queue.cq_head == 0, "a failed queue is not read");
}

int main(void)
{
	test_submit();
	test_complete();
	test_told();
	test_nonsense();
	test_strangers();
	test_late();
	test_endless();
	return tap_done();
}
