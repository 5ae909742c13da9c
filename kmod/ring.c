// SPDX-License-Identifier: GPL-2.0-only
/*
 * The two rings: putting a command in, taking completions out. Every index,
 * length and cid of the card is checked here, against one copy of it.
 */

#include <linux/io.h>
#include <linux/string.h>
#include <linux/timekeeping.h>
#include <vouch/regs.h>

#include "card.h"
#include "queue.h"

#define CREATE_TRACE_POINTS
#include "trace.h"

static u16 slot_cid(const struct vouch_queue *q, unsigned int tag)
{
	return q->slot[tag].turn << 8 | tag;
}

/**
 * vouch_ring_reset - empty both rings and free all slots
 * @q: the queue; the card is stopped and nobody waits in it
 *
 * Context: any.
 */
void vouch_ring_reset(struct vouch_queue *q)
{
	guard(spinlock_irqsave)(&q->lock);
	memset(q->sq, 0, VOUCH_QUEUE_ENTRIES * sizeof(*q->sq));
	memset(q->cq, 0, VOUCH_QUEUE_ENTRIES * sizeof(*q->cq));
	for (unsigned int tag = 0; tag < VOUCH_QUEUE_SLOTS; tag++)
		q->slot[tag].state = VOUCH_SLOT_FREE;
	bitmap_zero(q->busy, VOUCH_QUEUE_SLOTS);
	q->sq_tail = 0;
	q->cq_head = 0;
	q->phase = 1;
	q->silent = false;
	q->heard = 0;
	q->error = 0;
}

/**
 * vouch_ring_submit - hand a filled slot to the card
 * @card: whose queue
 * @tag: the slot, taken by the caller
 * @req: the command
 *
 * There are fewer slots than ring entries and a slot is freed only once the
 * card has answered, so the submission ring cannot be full.
 *
 * Context: any.
 * Return: 0, or why the queue takes no commands.
 */
int vouch_ring_submit(struct vouch_card *card, unsigned int tag,
		      const struct vouch_request *req)
{
	struct vouch_queue *q = &card->queue;
	struct vouch_slot *slot = &q->slot[tag];
	struct vouch_cmd *cmd;

	guard(spinlock_irqsave)(&q->lock);
	if (q->error)
		return q->error;

	slot->turn++;
	slot->opcode = req->opcode;
	slot->out_room = req->out_room;
	slot->state = VOUCH_SLOT_SENT;

	cmd = &q->sq[q->sq_tail];
	*cmd = (struct vouch_cmd) {
		.opcode = cpu_to_le16(req->opcode),
		.cid = cpu_to_le16(slot_cid(q, tag)),
		.in_addr = cpu_to_le64(req->in_len ? slot->in_dma : 0),
		.in_len = cpu_to_le32(req->in_len),
		.out_len = cpu_to_le32(req->out_room),
		.out_addr = cpu_to_le64(req->out_room ? slot->out_dma : 0),
		.arg0 = cpu_to_le64(req->arg0),
		.arg1 = cpu_to_le64(req->arg1),
	};
	q->sq_tail = (q->sq_tail + 1) & (q->entries - 1);

	slot->t_doorbell = ktime_get_raw_ns();
	trace_vouch_doorbell(card->number, card->function, slot_cid(q, tag),
			     req->opcode, slot->t_doorbell);
	/* writel() orders the command in memory before the doorbell. */
	writel(q->sq_tail, card->regs + VOUCH_REG_SQ_TAIL);
	return 0;
}

/* The length is believed later only as far as the status and room allow. */
static bool cpl_is_sane(const struct vouch_slot *slot, const struct vouch_cpl *cpl)
{
	u32 len = le32_to_cpu(cpl->out_len);

	if (cpl->rsv || le16_to_cpu(cpl->phase) > 1)
		return false;
	switch (le16_to_cpu(cpl->status)) {
	case VOUCH_ST_OK:
		return len <= slot->out_room;
	case VOUCH_ST_SMALL:
		return len > slot->out_room && len <= VOUCH_TRANSFER_MAX;
	case VOUCH_ST_OPCODE ... VOUCH_ST_ROLE:
	case VOUCH_ST_FULL ... VOUCH_ST_INTERNAL:
		return true;
	default:
		return false;
	}
}

static void slot_complete(struct vouch_card *card, const struct vouch_cpl *cpl, u64 now,
			  bool announced)
{
	struct vouch_queue *q = &card->queue;
	u16 cid = le16_to_cpu(cpl->cid);
	unsigned int tag = cid & 0xff;
	struct vouch_slot *slot;

	if (tag >= q->slots || cid != slot_cid(q, tag) ||
	    (q->slot[tag].state != VOUCH_SLOT_SENT &&
	     q->slot[tag].state != VOUCH_SLOT_STALE)) {
		dev_err_ratelimited(&card->dev,
				    "the card answered command %#06x, which is not in flight\n",
				    cid);
		return;
	}

	slot = &q->slot[tag];
	q->silent = false;
	if (slot->t_doorbell > q->heard)
		q->heard = slot->t_doorbell;
	/* A handler that is held up may find the answer to what was asked after it began. */
	if (now < slot->t_doorbell)
		now = ktime_get_raw_ns();
	trace_vouch_complete(card->number, card->function, cid, slot->opcode,
			     le16_to_cpu(cpl->status), slot->t_doorbell, now,
			     le64_to_cpu(cpl->t_rx), announced);

	if (slot->state == VOUCH_SLOT_STALE) {
		slot->state = VOUCH_SLOT_FREE;
		__clear_bit(tag, q->busy);
		wake_up(&q->room);
		return;
	}
	slot->cpl = *cpl;
	if (!cpl_is_sane(slot, cpl)) {
		dev_err_ratelimited(&card->dev,
				    "the card's answer to command %#06x makes no sense\n",
				    cid);
		slot->cpl.status = cpu_to_le16(VOUCH_ST_INTERNAL);
	}
	slot->t_interrupt = now;
	slot->state = VOUCH_SLOT_DONE;
	complete(&slot->done);
}

/**
 * vouch_ring_reap - take what the card has completed
 * @card: whose queue
 * @now: CLOCK_MONOTONIC_RAW when the caller learned of it, ns
 * @announced: the caller is a handler of the queue vector
 *
 * Takes at most one ring's worth, so a card that never stops completing
 * cannot keep the processor.
 *
 * Return: whether there was any. Context: any.
 */
bool vouch_ring_reap(struct vouch_card *card, u64 now, bool announced)
{
	struct vouch_queue *q = &card->queue;
	unsigned int n;

	guard(spinlock_irqsave)(&q->lock);
	if (q->error)
		return false;
	for (n = 0; n < q->entries; n++) {
		const struct vouch_cpl *entry = &q->cq[q->cq_head];
		struct vouch_cpl cpl;

		if ((le16_to_cpu(READ_ONCE(entry->phase)) & 1) != q->phase)
			break;
		/* The rest of the entry was written before its phase. */
		dma_rmb();
		cpl = *entry;
		/* Keep the compiler from going back to what the card can change. */
		barrier_data(&cpl);
		slot_complete(card, &cpl, now, announced);
		q->cq_head = (q->cq_head + 1) & (q->entries - 1);
		if (!q->cq_head)
			q->phase ^= 1;
	}
	if (n)
		writel(q->cq_head, card->regs + VOUCH_REG_CQ_HEAD);
	return n;
}
