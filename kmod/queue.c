// SPDX-License-Identifier: GPL-2.0-only
/*
 * Commands in flight: slots, waiting, time-outs; starting and stopping the
 * queue. No wait here is without a limit.
 */

#include <linux/dma-mapping.h>
#include <linux/io-64-nonatomic-lo-hi.h>
#include <linux/iopoll.h>
#include <linux/jiffies.h>
#include <linux/log2.h>
#include <linux/sched/signal.h>
#include <linux/timekeeping.h>

#include "card.h"
#include "queue.h"
#include "record.h"

#define POLL_US		50

/**
 * vouch_queue_alloc - allocate rings and buffers
 * @card: whose queue; its memory goes with the PCI device's binding
 *
 * Return: 0 or a negative errno. Context: probe.
 */
int vouch_queue_alloc(struct vouch_card *card)
{
	struct vouch_queue *q = &card->queue;
	struct device *dev = &card->pdev->dev;

	spin_lock_init(&q->lock);
	init_waitqueue_head(&q->room);
	q->error = -EAGAIN;
	q->sq = dmam_alloc_coherent(dev, VOUCH_QUEUE_ENTRIES * sizeof(*q->sq),
				    &q->sq_dma, GFP_KERNEL);
	q->cq = dmam_alloc_coherent(dev, VOUCH_QUEUE_ENTRIES * sizeof(*q->cq),
				    &q->cq_dma, GFP_KERNEL);
	if (!q->sq || !q->cq)
		return -ENOMEM;

	for (unsigned int tag = 0; tag < VOUCH_QUEUE_SLOTS; tag++) {
		struct vouch_slot *slot = &q->slot[tag];

		init_completion(&slot->done);
		slot->in = dmam_alloc_coherent(dev, VOUCH_QUEUE_INPUT,
					       &slot->in_dma, GFP_KERNEL);
		slot->out = dmam_alloc_coherent(dev, VOUCH_TRANSFER_MAX,
						&slot->out_dma, GFP_KERNEL);
		if (!slot->in || !slot->out)
			return -ENOMEM;
	}
	return 0;
}

/* Waits until READY is @ready. A function that is gone is neither. */
static int status_wait(struct vouch_card *card, bool ready)
{
	u32 status;
	int rc;

	rc = read_poll_timeout(readl, status,
			       PCI_POSSIBLE_ERROR(status) ||
			       (ready && (status & VOUCH_STATUS_FATAL)) ||
			       !!(status & VOUCH_STATUS_READY) == ready,
			       POLL_US, (u64)vouch_timeout_ms * USEC_PER_MSEC,
			       false, card->regs + VOUCH_REG_STATUS);
	if (PCI_POSSIBLE_ERROR(status))
		return -ENODEV;
	if (rc)
		return rc;
	return ready && (status & VOUCH_STATUS_FATAL) ? -EIO : 0;
}

/**
 * vouch_queue_stop - make the card stop all DMA
 * @card: the card; commands have been failed
 *
 * Where the card does not confirm, it loses the right to be bus master, so
 * that the memory can be used for something else.
 *
 * Return: 0, or a negative errno if the card did not confirm. Context: sleeps,
 * for as long as the time-out.
 */
int vouch_queue_stop(struct vouch_card *card)
{
	int rc;

	writel(0, card->regs + VOUCH_REG_CONTROL);
	rc = status_wait(card, false);
	if (rc)
		pci_clear_master(card->pdev);
	return rc;
}

/**
 * vouch_queue_start - start with empty rings
 * @card: the card; nobody sends commands
 *
 * A previous kernel may have left the queue running (kexec without shutdown):
 * it is stopped first, before the card may be bus master for this kernel.
 *
 * Return: 0 or a negative errno. Context: sleeps, for as long as twice the
 * time-out.
 */
int vouch_queue_start(struct vouch_card *card)
{
	struct vouch_queue *q = &card->queue;
	void __iomem *regs = card->regs;
	u32 cap;
	int rc;

	rc = vouch_queue_stop(card);
	if (rc)
		return rc;
	cap = readl(regs + VOUCH_REG_CAP);
	WRITE_ONCE(q->batches, cap & VOUCH_CAP_BATCH);
	cap &= VOUCH_CAP_QSIZE_MASK;
	if (cap < VOUCH_QSIZE_MIN)
		return -EIO;
	q->entries = min_t(u32, rounddown_pow_of_two(cap), VOUCH_QUEUE_ENTRIES);
	q->slots = min_t(u32, q->entries - 1, VOUCH_QUEUE_SLOTS);
	q->reserved = q->slots / 4;
	vouch_ring_reset(q);

	pci_set_master(card->pdev);
	writel(q->entries, regs + VOUCH_REG_QSIZE);
	lo_hi_writeq(q->sq_dma, regs + VOUCH_REG_SQ_BASE);
	lo_hi_writeq(q->cq_dma, regs + VOUCH_REG_CQ_BASE);
	writel(VOUCH_CONTROL_ENABLE, regs + VOUCH_REG_CONTROL);
	rc = status_wait(card, true);
	if (rc)
		vouch_queue_fail(q, rc);
	return rc;
}

/**
 * vouch_queue_fail - send everyone home
 * @q: the queue
 * @error: what each command in flight and each later one returns
 *
 * Context: any.
 */
void vouch_queue_fail(struct vouch_queue *q, int error)
{
	unsigned int tag;

	guard(spinlock_irqsave)(&q->lock);
	q->error = error;
	for_each_set_bit(tag, q->busy, VOUCH_QUEUE_SLOTS)
		complete(&q->slot[tag].done);
	wake_up_all(&q->room);
}

/* Hooks always find a slot that user space cannot keep busy. */
static int slot_take(struct vouch_queue *q, bool hook)
{
	u32 usable = hook ? q->slots : q->slots - q->reserved;
	unsigned int tag;

	guard(spinlock_irqsave)(&q->lock);
	if (q->error)
		return q->error;
	if (bitmap_weight(q->busy, VOUCH_QUEUE_SLOTS) >= usable)
		return -EBUSY;
	tag = find_first_zero_bit(q->busy, VOUCH_QUEUE_SLOTS);
	__set_bit(tag, q->busy);
	q->slot[tag].state = VOUCH_SLOT_TAKEN;
	reinit_completion(&q->slot[tag].done);
	return tag;
}

static int slot_wait(struct vouch_queue *q, const struct vouch_request *req, long *left)
{
	int tag = -EBUSY;

	if (req->hook)
		*left = wait_event_timeout(q->room,
					   (tag = slot_take(q, true)) != -EBUSY,
					   *left);
	else
		*left = wait_event_killable_timeout(q->room,
						    (tag = slot_take(q, false)) != -EBUSY,
						    *left);
	if (*left < 0)
		return -EINTR;
	return tag == -EBUSY ? -ETIMEDOUT : tag;
}

/*
 * The answer is copied once and only then looked at. Ends the caller's hold
 * on the slot unless the card still has its buffers.
 */
static int slot_finish(struct vouch_card *card, unsigned int tag,
		       struct vouch_request *req, int otherwise)
{
	struct vouch_queue *q = &card->queue;
	struct vouch_slot *slot = &q->slot[tag];
	enum vouch_slot_state state;
	int rc = 0;

	scoped_guard(spinlock_irqsave, &q->lock) {
		state = slot->state;
		if (state == VOUCH_SLOT_SENT) {
			rc = q->error ? q->error : otherwise;
			slot->state = VOUCH_SLOT_STALE;
			if (rc == -ETIMEDOUT && !q->silent) {
				q->silent = true;
				q->silent_since = jiffies;
			}
			return rc;
		}
	}
	if (state == VOUCH_SLOT_DONE) {
		req->status = le16_to_cpu(slot->cpl.status);
		req->out_len = le32_to_cpu(slot->cpl.out_len);
		req->result = le64_to_cpu(slot->cpl.result);
		req->t_rx = le64_to_cpu(slot->cpl.t_rx);
		req->t_doorbell = slot->t_doorbell;
		req->t_interrupt = slot->t_interrupt;
		if (req->status == VOUCH_ST_OK && req->out_len)
			memcpy(req->out, slot->out, req->out_len);
	} else {
		rc = otherwise;
	}
	scoped_guard(spinlock_irqsave, &q->lock) {
		slot->state = VOUCH_SLOT_FREE;
		__clear_bit(tag, q->busy);
	}
	wake_up(&q->room);
	return rc;
}

/**
 * vouch_queue_run - send one command and wait for the answer
 * @card: the card; the caller keeps it from being detached
 * @req: the command; the answer is filled in
 *
 * Return: 0 when the card answered, whatever it answered; -ETIMEDOUT, -EINTR
 * (killed; never with @req->hook), or the queue's error. Context: sleeps.
 */
int vouch_queue_run(struct vouch_card *card, struct vouch_request *req)
{
	struct vouch_queue *q = &card->queue;
	long left = msecs_to_jiffies(req->timeout_ms ?: vouch_timeout_ms);
	struct vouch_slot *slot;
	int tag, rc;

	if (req->in_len > VOUCH_QUEUE_INPUT || req->out_room > VOUCH_TRANSFER_MAX)
		return -EINVAL;
	tag = slot_wait(q, req, &left);
	if (tag < 0)
		return tag;

	slot = &q->slot[tag];
	memcpy(slot->in, req->in, req->in_len);
	/* What an earlier command left must not pass for this one's answer. */
	memset(slot->out, 0, req->out_room);
	rc = vouch_ring_submit(card, tag, req);
	if (rc)
		return slot_finish(card, tag, req, rc);

	if (req->hook)
		left = wait_for_completion_timeout(&slot->done, left);
	else
		left = wait_for_completion_killable_timeout(&slot->done, left);
	/* An interrupt may have been lost. */
	if (left == 0)
		vouch_ring_reap(card, ktime_get_raw_ns(), false);
	return slot_finish(card, tag, req, left < 0 ? -EINTR : -ETIMEDOUT);
}
