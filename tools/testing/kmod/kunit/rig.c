// SPDX-License-Identifier: GPL-2.0-only
/* See rig.h. */

#include <kunit/resource.h>
#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/timekeeping.h>

#include "rig.h"

/* As main.c has it; no test waits for so long. */
unsigned int vouch_timeout_ms = 5000;

struct vouch_card *rig_card(struct kunit *test)
{
	struct vouch_card *card = kunit_kzalloc(test, sizeof(*card), GFP_KERNEL);
	struct pci_dev *pdev = kunit_kzalloc(test, sizeof(*pdev), GFP_KERNEL);
	struct vouch_queue *q = &card->queue;

	KUNIT_ASSERT_NOT_NULL(test, card);
	KUNIT_ASSERT_NOT_NULL(test, pdev);
	/* There is no configuration space behind it. */
	pdev->error_state = pci_channel_io_perm_failure;
	card->pdev = pdev;
	card->regs = (void __iomem *)kunit_kzalloc(test, VOUCH_BAR_REGS_SIZE, GFP_KERNEL);
	q->sq = kunit_kcalloc(test, VOUCH_QUEUE_ENTRIES, sizeof(*q->sq), GFP_KERNEL);
	q->cq = kunit_kcalloc(test, VOUCH_QUEUE_ENTRIES, sizeof(*q->cq), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, (void __force *)card->regs);
	KUNIT_ASSERT_NOT_NULL(test, q->sq);
	KUNIT_ASSERT_NOT_NULL(test, q->cq);
	spin_lock_init(&q->lock);
	init_waitqueue_head(&q->room);
	for (unsigned int tag = 0; tag < VOUCH_QUEUE_SLOTS; tag++) {
		struct vouch_slot *slot = &q->slot[tag];

		init_completion(&slot->done);
		slot->in = kunit_kzalloc(test, VOUCH_QUEUE_INPUT, GFP_KERNEL);
		slot->out = kunit_kzalloc(test, VOUCH_TRANSFER_MAX, GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(test, slot->in);
		KUNIT_ASSERT_NOT_NULL(test, slot->out);
		slot->in_dma = 0x1000 * (tag + 1);
		slot->out_dma = 0x100000 * (tag + 1);
	}
	q->entries = RIG_ENTRIES;
	q->slots = RIG_ENTRIES - 1;
	q->reserved = q->slots / 4;
	vouch_ring_reset(q);
	return card;
}

void rig_complete(struct vouch_card *card, unsigned int at, u16 cid, u16 status, u32 out_len)
{
	struct vouch_queue *q = &card->queue;
	unsigned int slot = (q->cq_head + at) & (q->entries - 1);
	u16 phase = q->phase ^ (q->cq_head + at >= q->entries);
	struct vouch_cpl *cpl = &q->cq[slot];

	cpl->cid = cpu_to_le16(cid);
	cpl->status = cpu_to_le16(status);
	cpl->out_len = cpu_to_le32(out_len);
	cpl->rsv = 0;
	/* As a card does it: whoever sees the phase sees the rest. */
	smp_store_release(&cpl->phase, cpu_to_le16(phase));
}

u32 rig_reg(struct vouch_card *card, unsigned int reg)
{
	return readl(card->regs + reg);
}

void rig_reg_set(struct vouch_card *card, unsigned int reg, u32 value)
{
	writel(value, card->regs + reg);
}

static void answer(struct vouch_card *card, const struct vouch_cmd *cmd)
{
	struct vouch_slot *slot = &card->queue.slot[le16_to_cpu(cmd->cid) & 0xff];

	memcpy(slot->out, &cmd->arg0, sizeof(cmd->arg0));
	rig_complete(card, 0, le16_to_cpu(cmd->cid), VOUCH_ST_OK, sizeof(cmd->arg0));
	vouch_ring_reap(card, ktime_get_raw_ns(), true);
}

static int serve(void *data)
{
	struct vouch_card *card = data;
	struct vouch_queue *q = &card->queue;
	u32 head = 0;

	while (!kthread_should_stop()) {
		if (head == rig_reg(card, VOUCH_REG_SQ_TAIL)) {
			usleep_range(10, 50);
			continue;
		}
		/* The doorbell came after the command. */
		smp_rmb();
		answer(card, &q->sq[head]);
		head = (head + 1) & (q->entries - 1);
	}
	return 0;
}

static void serve_stop(void *task)
{
	kthread_stop(task);
}

void rig_serve(struct kunit *test, struct vouch_card *card)
{
	struct task_struct *task = kthread_run(serve, card, "rig");

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, task);
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test, serve_stop, task));
}
