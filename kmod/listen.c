// SPDX-License-Identifier: GPL-2.0-only
/* Whether a card still answers, as far as that can be told by what it has answered. */

#include <linux/cleanup.h>
#include <linux/jiffies.h>
#include <linux/spinlock.h>
#include <linux/time64.h>

#include "queue.h"
#include "record.h"

/*
 * Commands are answered in any order, and one may take long. But the answer to one
 * that was sent a whole time-out later is there.
 */
static unsigned int slots_lost(const struct vouch_queue *q)
{
	const u64 patience = (u64)vouch_timeout_ms * NSEC_PER_MSEC;
	unsigned int lost = 0;

	for (unsigned int tag = 0; tag < q->slots; tag++)
		lost += q->slot[tag].state == VOUCH_SLOT_STALE &&
			q->heard >= q->slot[tag].t_doorbell + patience;
	return lost;
}

/**
 * vouch_queue_listen - does a card still answer whose registers are well
 * @q: its queue
 * @dead: set where it does not: it has said nothing for a whole time-out of the
 *	driver's, or as many slots as are kept back for hooks wait for answers that
 *	are lost
 *
 * Anyone may choose a short time-out for a command, and that the card has not
 * answered just then is no sign.
 *
 * Return: 0; -EAGAIN where it is too early to say. Context: any.
 */
int vouch_queue_listen(struct vouch_queue *q, bool *dead)
{
	unsigned int lost;

	guard(spinlock_irqsave)(&q->lock);
	lost = slots_lost(q);
	if (lost && lost >= q->reserved) {
		*dead = true;
		return 0;
	}
	if (!q->silent)
		return 0;
	if (time_before(jiffies, q->silent_since + msecs_to_jiffies(vouch_timeout_ms)))
		return -EAGAIN;
	*dead = true;
	return 0;
}
