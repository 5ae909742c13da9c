// SPDX-License-Identifier: GPL-2.0-only
/* Commands in flight: who waits, for how long, and what comes back. */

#include "../../../../kmod/queue.c"
#include "../../../../kmod/listen.c"

#include <linux/delay.h>
#include <linux/kthread.h>

#include "rig.h"

#define ASKERS	8
#define ROUNDS	50

static int ask(struct vouch_card *card, u64 what, unsigned int timeout_ms, bool hook,
	       __le64 *told)
{
	struct vouch_request req = {
		.opcode = VOUCH_OP_LOG_STATE, .hook = hook, .arg0 = what, .out = told,
		.out_room = sizeof(*told), .timeout_ms = timeout_ms,
	};
	int rc = vouch_queue_run(card, &req);

	if (rc)
		return rc;
	return req.status == VOUCH_ST_OK && req.out_len == sizeof(*told) ? 0 : -EIO;
}

static void queue_answers(struct kunit *test)
{
	struct vouch_card *card = rig_card(test);

	rig_serve(test, card);
	for (u64 i = 1; i <= 3 * RIG_ENTRIES; i++) {
		__le64 told = 0;

		KUNIT_EXPECT_EQ(test, ask(card, i, 0, false, &told), 0);
		KUNIT_EXPECT_EQ(test, le64_to_cpu(told), i);
		KUNIT_EXPECT_TRUE(test, bitmap_empty(card->queue.busy, VOUCH_QUEUE_SLOTS));
	}
}

static void queue_too_large(struct kunit *test)
{
	struct vouch_card *card = rig_card(test);
	struct vouch_request in = { .in_len = VOUCH_QUEUE_INPUT + 1 };
	struct vouch_request out = { .out_room = VOUCH_TRANSFER_MAX + 1 };

	KUNIT_EXPECT_EQ(test, vouch_queue_run(card, &in), -EINVAL);
	KUNIT_EXPECT_EQ(test, vouch_queue_run(card, &out), -EINVAL);
	KUNIT_EXPECT_EQ(test, rig_reg(card, VOUCH_REG_SQ_TAIL), 0);
}

/* The buffers stay the card's until it answers; then the slot is free again. */
static void queue_silent_card(struct kunit *test)
{
	struct vouch_card *card = rig_card(test);
	struct vouch_queue *q = &card->queue;
	__le64 told = cpu_to_le64(7);

	KUNIT_EXPECT_EQ(test, ask(card, 1, 20, false, &told), -ETIMEDOUT);
	KUNIT_EXPECT_EQ(test, le64_to_cpu(told), 7);
	KUNIT_EXPECT_EQ(test, q->slot[0].state, VOUCH_SLOT_STALE);
	KUNIT_EXPECT_TRUE(test, test_bit(0, q->busy));
	KUNIT_EXPECT_TRUE(test, q->silent);
	rig_complete(card, 0, q->slot[0].turn << 8, VOUCH_ST_OK, 8);
	vouch_ring_reap(card, 1, true);
	KUNIT_EXPECT_EQ(test, q->slot[0].state, VOUCH_SLOT_FREE);
	KUNIT_EXPECT_FALSE(test, test_bit(0, q->busy));
	KUNIT_EXPECT_FALSE(test, q->silent);
}

/* Given up on by the caller, and not answered. */
static void lose(struct kunit *test, struct vouch_card *card)
{
	__le64 told;

	KUNIT_EXPECT_EQ(test, ask(card, 1, 1, false, &told), -ETIMEDOUT);
}

static bool is_dead(struct kunit *test, struct vouch_card *card)
{
	bool dead = false;

	KUNIT_EXPECT_EQ(test, vouch_queue_listen(&card->queue, &dead), 0);
	return dead;
}

static void answer_late(struct vouch_card *card, unsigned int tag)
{
	rig_complete(card, 0, card->queue.slot[tag].turn << 8 | tag, VOUCH_ST_OK, 8);
	vouch_ring_reap(card, 1, true);
}

/* One that answers others is not silent, but for these it is as good as dead. */
static void queue_lost_answers(struct kunit *test)
{
	struct vouch_card *card = rig_card(test);

	vouch_timeout_ms = 50;
	card->queue.reserved = 2;
	lose(test, card);
	msleep(60);
	lose(test, card);
	lose(test, card);
	answer_late(card, 2);
	/* Slots 0 and 1 wait: the first was overtaken by a whole time-out. */
	KUNIT_EXPECT_FALSE(test, is_dead(test, card));
	msleep(60);
	KUNIT_EXPECT_FALSE(test, is_dead(test, card));
	lose(test, card);
	answer_late(card, 2);
	KUNIT_EXPECT_TRUE(test, is_dead(test, card));
	answer_late(card, 0);
	KUNIT_EXPECT_FALSE(test, is_dead(test, card));
	KUNIT_EXPECT_TRUE(test, test_bit(1, card->queue.busy));
}

static int late_answer(void *data)
{
	struct vouch_card *card = data;

	while (!rig_reg(card, VOUCH_REG_SQ_TAIL))
		usleep_range(10, 50);
	rig_complete(card, 0, card->queue.slot[0].turn << 8, VOUCH_ST_OK, sizeof(__le64));
	return 0;
}

/* The answer is in the ring, and nobody was interrupted. */
static void queue_lost_interrupt(struct kunit *test)
{
	struct vouch_card *card = rig_card(test);
	struct task_struct *task;
	__le64 told;

	task = kthread_run(late_answer, card, "late");
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, task);
	KUNIT_EXPECT_EQ(test, ask(card, 1, 1000, false, &told), 0);
}

/* User space cannot keep the hooks from the card. */
static void queue_reserve(struct kunit *test)
{
	struct vouch_card *card = rig_card(test);
	struct vouch_queue *q = &card->queue;
	__le64 told;

	for (unsigned int i = 0; i < q->slots - q->reserved; i++)
		KUNIT_EXPECT_EQ(test, slot_take(q, false), i);
	KUNIT_EXPECT_EQ(test, slot_take(q, false), -EBUSY);
	KUNIT_EXPECT_EQ(test, ask(card, 1, 20, false, &told), -ETIMEDOUT);
	for (unsigned int i = 0; i < q->reserved; i++)
		KUNIT_EXPECT_EQ(test, slot_take(q, true), q->slots - q->reserved + i);
	KUNIT_EXPECT_EQ(test, slot_take(q, true), -EBUSY);
}

struct asker {
	struct vouch_card *card;
	struct completion left;
	unsigned int id;
	int rc;
};

static int ask_once(void *data)
{
	struct asker *asker = data;
	__le64 told;

	asker->rc = ask(asker->card, 1, 10000, asker->id & 1, &told);
	complete(&asker->left);
	return 0;
}

static int ask_often(void *data)
{
	struct asker *asker = data;

	for (u64 i = 0; i < ROUNDS && !asker->rc; i++) {
		u64 what = (u64)asker->id << 32 | i;
		__le64 told = 0;

		asker->rc = ask(asker->card, what, 10000, asker->id & 1, &told);
		if (!asker->rc && le64_to_cpu(told) != what)
			asker->rc = -EBADMSG;
	}
	complete(&asker->left);
	return 0;
}

static struct asker *askers_start(struct kunit *test, struct vouch_card *card,
				  int (*run)(void *data))
{
	struct asker *askers = kunit_kcalloc(test, ASKERS, sizeof(*askers), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, askers);
	for (unsigned int i = 0; i < ASKERS; i++) {
		askers[i].card = card;
		askers[i].id = i;
		init_completion(&askers[i].left);
		KUNIT_ASSERT_FALSE(test, IS_ERR(kthread_run(run, &askers[i], "asker%u", i)));
	}
	return askers;
}

static void queue_fail_wakes_all(struct kunit *test)
{
	struct vouch_card *card = rig_card(test);
	struct asker *askers = askers_start(test, card, ask_once);

	/* As many as there are slots are in flight, and one waits for room. */
	for (int i = 0; i < 1000 && card->queue.sq_tail < card->queue.slots - 1; i++)
		usleep_range(1000, 2000);
	vouch_queue_fail(&card->queue, -ENODEV);
	for (unsigned int i = 0; i < ASKERS; i++) {
		wait_for_completion(&askers[i].left);
		KUNIT_EXPECT_EQ(test, askers[i].rc, -ENODEV);
	}
}

static void queue_crowd(struct kunit *test)
{
	struct vouch_card *card = rig_card(test);
	struct asker *askers;

	rig_serve(test, card);
	askers = askers_start(test, card, ask_often);
	for (unsigned int i = 0; i < ASKERS; i++) {
		wait_for_completion(&askers[i].left);
		KUNIT_EXPECT_EQ(test, askers[i].rc, 0);
	}
	KUNIT_EXPECT_TRUE(test, bitmap_empty(card->queue.busy, VOUCH_QUEUE_SLOTS));
}

static void queue_start_refuses(struct kunit *test)
{
	struct vouch_card *card = rig_card(test);

	vouch_timeout_ms = 20;
	rig_reg_set(card, VOUCH_REG_CAP, VOUCH_QSIZE_MIN - 1);
	KUNIT_EXPECT_EQ(test, vouch_queue_start(card), -EIO);
	KUNIT_EXPECT_EQ(test, rig_reg(card, VOUCH_REG_QSIZE), 0);
	/* Never ready; stopped for good; gone. */
	rig_reg_set(card, VOUCH_REG_CAP, 100);
	KUNIT_EXPECT_EQ(test, vouch_queue_start(card), -ETIMEDOUT);
	KUNIT_EXPECT_EQ(test, rig_reg(card, VOUCH_REG_QSIZE), VOUCH_QUEUE_ENTRIES);
	rig_reg_set(card, VOUCH_REG_STATUS, VOUCH_STATUS_FATAL);
	KUNIT_EXPECT_EQ(test, vouch_queue_start(card), -EIO);
	rig_reg_set(card, VOUCH_REG_STATUS, U32_MAX);
	KUNIT_EXPECT_EQ(test, vouch_queue_start(card), -ENODEV);
	/* Ready although it was told to stop. */
	rig_reg_set(card, VOUCH_REG_STATUS, VOUCH_STATUS_READY);
	KUNIT_EXPECT_EQ(test, vouch_queue_start(card), -ETIMEDOUT);
}

static void queue_exit(struct kunit *test)
{
	vouch_timeout_ms = 5000;
}

static struct kunit_case queue_cases[] = {
	KUNIT_CASE(queue_answers),
	KUNIT_CASE(queue_too_large),
	KUNIT_CASE(queue_silent_card),
	KUNIT_CASE(queue_lost_answers),
	KUNIT_CASE(queue_lost_interrupt),
	KUNIT_CASE(queue_reserve),
	KUNIT_CASE(queue_fail_wakes_all),
	KUNIT_CASE(queue_crowd),
	KUNIT_CASE(queue_start_refuses),
	{ }
};

struct kunit_suite queue_suite = {
	.name = "vouch-queue",
	.exit = queue_exit,
	.test_cases = queue_cases,
};
