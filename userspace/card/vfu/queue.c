// SPDX-License-Identifier: GPL-2.0-only
/*
 * The rings. Every index, length and address is the other side's and is
 * checked; everything is copied once and then used. A command is fetched only
 * when its completion has a place in the completion ring.
 */
#include <errno.h>
#include <string.h>

#include "function.h"

/* One buffer each way is enough: commands are executed one at a time. */
static uint8_t input[VOUCH_TRANSFER_MAX];
static uint8_t output[VOUCH_TRANSFER_MAX];

/* The last eight bytes carry the phase and are stored as one. */
#define CPL_BODY	offsetof(struct vouch_cpl, sq_head)
_Static_assert(sizeof(struct vouch_cpl) - CPL_BODY == 8, "phase is in the last eight bytes");

static int check_base(uint64_t base, uint64_t bytes)
{
	return base % 4096 || base > UINT64_MAX - bytes ? -EINVAL : 0;
}

/**
 * vouch_queue_start() - begin with empty rings
 * @q: not running
 * @size: entries in each ring
 * @sq_base: bus address of the submission ring
 * @cq_base: bus address of the completion ring
 *
 * Return: 0, or -EINVAL.
 */
int vouch_queue_start(struct vouch_queue *q, uint32_t size, uint64_t sq_base, uint64_t cq_base)
{
	if (size < VOUCH_QSIZE_MIN || size > VOUCH_QSIZE_MAX || size & (size - 1))
		return -EINVAL;
	if (check_base(sq_base, size * sizeof(struct vouch_cmd)) ||
	    check_base(cq_base, size * sizeof(struct vouch_cpl)))
		return -EINVAL;
	vouch_queue_stop(q);
	q->size = size;
	q->sq_base = sq_base;
	q->cq_base = cq_base;
	q->sq_head = 0;
	q->sq_tail = 0;
	q->cq_head = 0;
	q->cq_tail = 0;
	q->phase = 1;
	q->running = true;
	return 0;
}

/**
 * vouch_queue_stop() - no more DMA; what was not posted never will be
 * @q: the rings
 */
void vouch_queue_stop(struct vouch_queue *q)
{
	q->running = false;
	q->count = 0;
}

/**
 * vouch_queue_submitted() - the SQ_TAIL doorbell
 * @q: the rings; a doorbell does nothing while they are stopped
 * @tail: next free submission slot
 *
 * Return: 0, or -EINVAL.
 */
int vouch_queue_submitted(struct vouch_queue *q, uint32_t tail)
{
	if (!q->running)
		return 0;
	if (tail >= q->size)
		return -EINVAL;
	q->sq_tail = tail;
	return 0;
}

static uint32_t unread(const struct vouch_queue *q)
{
	return (q->cq_tail - q->cq_head) & (q->size - 1);
}

/**
 * vouch_queue_consumed() - the CQ_HEAD doorbell
 * @q: the rings; a doorbell does nothing while they are stopped
 * @head: next completion that the driver has not read
 *
 * Return: 0, or -EINVAL when @head lies outside what was posted.
 */
int vouch_queue_consumed(struct vouch_queue *q, uint32_t head)
{
	if (!q->running)
		return 0;
	if (head >= q->size || ((head - q->cq_head) & (q->size - 1)) > unread(q))
		return -EINVAL;
	q->cq_head = head;
	return 0;
}

/** vouch_queue_waiting() - whether a command can be fetched */
bool vouch_queue_waiting(const struct vouch_queue *q)
{
	return q->running && q->sq_head != q->sq_tail && unread(q) + q->count < q->size - 1;
}

static enum vouch_status fetch_input(struct vouch_function *f, const struct vouch_cmd *cmd)
{
	if (cmd->in_len > sizeof(input) || cmd->out_len > sizeof(output))
		return VOUCH_ST_LENGTH;
	if (vouch_dma_read(&f->dma, cmd->in_addr, input, cmd->in_len))
		return VOUCH_ST_DMA;
	/* Nothing may happen whose result cannot be told. */
	if (!vouch_dma_reachable(&f->dma, cmd->out_addr, cmd->out_len))
		return VOUCH_ST_DMA;
	return VOUCH_ST_OK;
}

static void deliver_output(struct vouch_function *f, struct vouch_queue_slot *slot,
			   const uint8_t *out)
{
	struct vouch_cpl *cpl = &slot->reply.cpl;

	if (cpl->status != VOUCH_ST_OK)
		return;
	if (vouch_dma_write(&f->dma, slot->cmd.out_addr, out, cpl->out_len))
		vouch_card_refuse(&slot->cmd, VOUCH_ST_DMA, cpl->t_rx, &slot->reply);
}

static void execute(struct vouch_function *f, struct vouch_queue_slot *slot, uint64_t t_rx)
{
	const struct vouch_cmd *cmd = &slot->cmd;
	struct vouch_card_reply *reply = &slot->reply;
	enum vouch_status status = fetch_input(f, cmd);

	if (status != VOUCH_ST_OK) {
		vouch_card_refuse(cmd, status, t_rx, reply);
		return;
	}
	slot->waiting = vouch_card_batch_add(f->card, f->number, cmd, input, t_rx, &slot->place);
	if (slot->waiting)
		return;
	vouch_card_execute(f->card, f->number, cmd, input, cmd->in_len, output, cmd->out_len,
			   t_rx, reply);
	if (reply->pending && reply->cpl.out_len <= sizeof(slot->out))
		memcpy(slot->out, output, reply->cpl.out_len);
	else if (reply->pending)
		vouch_card_refuse(cmd, VOUCH_ST_INTERNAL, t_rx, reply);
	else
		deliver_output(f, slot, output);
}

/**
 * vouch_queue_execute() - fetch and execute what the driver has submitted
 * @f: the function
 * @most: how many commands at most
 *
 * What was executed is to be committed, then settled, then posted.
 *
 * Return: how many, or -EFAULT when the ring is out of reach.
 */
int vouch_queue_execute(struct vouch_function *f, unsigned int most)
{
	struct vouch_queue *q = &f->queue;
	unsigned int done = 0;

	for (; done < most && vouch_queue_waiting(q); done++) {
		struct vouch_queue_slot *slot = &q->slots[q->count];
		uint64_t at = q->sq_base + q->sq_head * sizeof(slot->cmd);

		if (vouch_dma_read(&f->dma, at, &slot->cmd, sizeof(slot->cmd)))
			return -EFAULT;
		slot->settled = false;
		slot->waiting = false;
		slot->not_before = 0;
		q->sq_head = (q->sq_head + 1) & (q->size - 1);
		q->count++;
		execute(f, slot, vouch_card_now(f->card));
	}
	return (int)done;
}

/**
 * vouch_queue_answer() - the batch is closed: take the answers to what waited
 * @f: the function
 * @reachable: its memory may be used now
 */
void vouch_queue_answer(struct vouch_function *f, bool reachable)
{
	struct vouch_queue *q = &f->queue;

	for (unsigned int i = 0; i < q->count; i++) {
		struct vouch_queue_slot *s = &q->slots[i];

		if (!s->waiting)
			continue;
		s->waiting = false;
		vouch_card_batch_answer(f->card, s->place, &s->cmd, output, s->cmd.out_len,
					&s->reply);
		if (reachable)
			deliver_output(f, s, output);
		else
			vouch_card_refuse(&s->cmd, VOUCH_ST_DMA, s->reply.cpl.t_rx, &s->reply);
	}
}

/**
 * vouch_queue_settle() - after a commit: replies that waited for it are final
 * @f: the function
 * @durable: the commit succeeded
 */
void vouch_queue_settle(struct vouch_function *f, bool durable)
{
	struct vouch_queue *q = &f->queue;

	for (unsigned int i = 0; i < q->count; i++) {
		struct vouch_queue_slot *slot = &q->slots[i];
		struct vouch_card_reply *reply = &slot->reply;

		if (slot->settled || slot->waiting)
			continue;
		if (reply->pending && !durable)
			vouch_card_refuse(&slot->cmd, VOUCH_ST_STORAGE, reply->cpl.t_rx, reply);
		else if (reply->pending)
			deliver_output(f, slot, slot->out);
		vouch_card_sent(f->card, f->number, reply);
		/* The delay is outside the card's own time, as a relay's would be. */
		if (reply->evidence && *f->hold_ns)
			slot->not_before = vouch_card_now(f->card) + *f->hold_ns;
		slot->settled = true;
	}
}

static int post(struct vouch_function *f, struct vouch_queue_slot *slot)
{
	struct vouch_queue *q = &f->queue;
	struct vouch_cpl *cpl = &slot->reply.cpl;
	uint64_t at = q->cq_base + q->cq_tail * sizeof(*cpl), last;

	cpl->sq_head = (uint16_t)q->sq_head;
	cpl->phase = q->phase;
	cpl->rsv = 0;
	memcpy(&last, &cpl->sq_head, sizeof(last));
	if (vouch_dma_write(&f->dma, at, cpl, CPL_BODY) ||
	    vouch_dma_publish(&f->dma, at + CPL_BODY, last))
		return -EFAULT;
	q->cq_tail = (q->cq_tail + 1) & (q->size - 1);
	if (!q->cq_tail)
		q->phase ^= 1;
	return 0;
}

/**
 * vouch_queue_post() - post what is final and due, and interrupt once
 * @f: the function
 *
 * Return: how many, or -EFAULT when the ring is out of reach.
 */
int vouch_queue_post(struct vouch_function *f)
{
	struct vouch_queue *q = &f->queue;
	uint64_t now = vouch_card_now(f->card);
	unsigned int kept = 0, posted = 0;

	for (unsigned int i = 0; i < q->count; i++) {
		struct vouch_queue_slot *slot = &q->slots[i];

		if (!slot->settled || slot->not_before > now) {
			if (kept != i)
				q->slots[kept] = *slot;
			kept++;
			continue;
		}
		if (post(f, slot))
			return -EFAULT;
		posted++;
	}
	q->count = kept;
	if (posted)
		vouch_irq_raise(&f->irq, VOUCH_VECTOR_QUEUE);
	return (int)posted;
}

/**
 * vouch_queue_next() - when the next completion falls due
 * @q: the rings
 *
 * Return: card clock, or UINT64_MAX when none is held back.
 */
uint64_t vouch_queue_next(const struct vouch_queue *q)
{
	uint64_t next = UINT64_MAX;

	for (unsigned int i = 0; q->running && i < q->count; i++)
		if (!q->slots[i].waiting && q->slots[i].not_before < next)
			next = q->slots[i].not_before;
	return next;
}
