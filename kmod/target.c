// SPDX-License-Identifier: GPL-2.0-only
/*
 * The card that this machine's records go to, and whose turn it is there. What
 * this kernel says about itself after an attach comes before anything else it
 * has to say, so other tasks wait for it. Where a log begins under an attached
 * driver, they wait from when the card has said so, or while it has said that there
 * is none: what was sent before that word came may be first in a log.
 *
 * On a host it is the host's function. A machine that has none is a guest: there
 * it is the guest's, whose log is its instance's.
 */

#include <linux/cleanup.h>
#include <linux/jiffies.h>
#include <linux/mutex.h>
#include <linux/sched.h>
#include <linux/spinlock.h>
#include <linux/sysfs.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

#include "card.h"
#include "hooks.h"
#include "record.h"

static DEFINE_SPINLOCK(lock);		/* protects the next four */
static struct vouch_card *target;	/* where hooks write */
static struct task_struct *teller;	/* tells what this kernel is */
static bool is_changed;			/* the target's log may be another one now */
static bool is_host;			/* a host's function is or was here */

/* One card at a time is told what this kernel is. Taken with a device's lock. */
static DEFINE_MUTEX(telling);

/**
 * vouch_target_get - the card that this machine's records go to
 *
 * Return: its device, held for the caller; or NULL. Context: any.
 */
struct device *vouch_target_get(void)
{
	guard(spinlock_irqsave)(&lock);
	return target ? get_device(&target->dev) : NULL;
}

/* True when the caller need not, or must not, wait any longer. */
static bool target_is_settled(struct vouch_card *card)
{
	guard(spinlock_irqsave)(&lock);
	if (teller == current)
		return true;
	return READ_ONCE(card->state) != VOUCH_RECOVERING && !teller && !is_changed;
}

/**
 * vouch_target_settle - wait until a hook may record
 * @card: to which: until it has recovered, and has learned which kernel runs
 *
 * Return: 0; -EAGAIN where that took longer than the time-out. Context: sleeps.
 */
int vouch_target_settle(struct vouch_card *card)
{
	return wait_event_timeout(card->settled, target_is_settled(card),
				  msecs_to_jiffies(vouch_timeout_ms)) ? 0 : -EAGAIN;
}

/**
 * vouch_target_is_host - was a host's function seen since this module is there
 *
 * Then no guest's function takes what the kernel has to say, not even where the
 * host's is gone: a guest's log is its guest's. Context: any.
 */
bool vouch_target_is_host(void)
{
	guard(spinlock_irqsave)(&lock);
	return is_host;
}

/** vouch_target_set_host - one was seen */
void vouch_target_set_host(void)
{
	guard(spinlock_irqsave)(&lock);
	is_host = true;
}

/* Makes @card the target, if it may be. */
static bool target_take(struct vouch_card *card)
{
	guard(spinlock_irqsave)(&lock);
	if (card->role == VOUCH_ROLE_HOST) {
		is_host = true;
		if (target && target->role == VOUCH_ROLE_GUEST)
			target = NULL;
	}
	if ((target && target != card) || (is_host && card->role != VOUCH_ROLE_HOST))
		return false;
	target = card;
	teller = current;
	is_changed = false;
	return true;
}

static void target_release(struct vouch_card *card)
{
	scoped_guard(spinlock_irqsave, &lock)
		teller = NULL;
	wake_up_all(&card->settled);
}

static void target_tell(struct vouch_card *card)
{
	int rc = vouch_boot_record();

	WRITE_ONCE(card->recorded, !rc);
	if (device_is_registered(&card->dev))
		sysfs_notify(&card->dev.kobj, NULL, "recorded");
	if (rc == -ENOLINK)
		dev_info(&card->dev, "no instance: nothing is recorded until the host assigns one\n");
	else if (rc)
		dev_err(&card->dev, "this kernel could not be recorded: %d\n", rc);
}

/**
 * vouch_target_attach - record this kernel, then let others record
 * @card: just attached; becomes VOUCH_READY here
 *
 * The target is the first host's function, or on a machine without one the
 * first guest's. Context: sleeps; process context of probe or reset.
 */
void vouch_target_attach(struct vouch_card *card)
{
	bool mine, fresh;

	guard(mutex)(&telling);
	mine = target_take(card);
	WRITE_ONCE(card->recorded, false);
	vouch_card_set_state(card, VOUCH_READY);
	if (card->role == VOUCH_ROLE_GUEST)
		vouch_instance_look(card, &fresh);
	if (mine) {
		target_tell(card);
		target_release(card);
	} else if (card->role == VOUCH_ROLE_HOST || !vouch_target_is_host()) {
		dev_warn(&card->dev, "another card takes this kernel's records; this one takes none\n");
	}
}

/**
 * vouch_target_suspect - the card says that a function's instance has changed
 * @card: whose; vouch_target_follow() comes
 *
 * Context: any.
 */
void vouch_target_suspect(struct vouch_card *card)
{
	guard(spinlock_irqsave)(&lock);
	if (target == card)
		is_changed = true;
}

/* Others wait from here on, not only once it is known that the log is another. */
static bool target_retake(struct vouch_card *card)
{
	guard(spinlock_irqsave)(&lock);
	if (target != card)
		return false;
	teller = current;
	is_changed = false;
	return true;
}

/**
 * vouch_target_follow - record this kernel again if the log is another one
 * @card: a guest's function whose instance may have changed
 *
 * Context: sleeps.
 */
void vouch_target_follow(struct vouch_card *card)
{
	bool mine, fresh = false;

	guard(mutex)(&telling);
	mine = target_retake(card);
	/* An attach that is under way looks for itself. */
	if (READ_ONCE(card->state) == VOUCH_READY)
		vouch_instance_look(card, &fresh);
	if (fresh)
		WRITE_ONCE(card->recorded, false);
	if (fresh && mine)
		target_tell(card);
	if (mine)
		target_release(card);
}

static bool target_is_turn(const struct vouch_card *card, const struct vouch_request *req)
{
	if (req->opcode != VOUCH_OP_APPEND || card != target || teller == current)
		return true;
	return !teller && !is_changed;
}

static bool target_is_turn_now(const struct vouch_card *card, const struct vouch_request *req)
{
	guard(spinlock_irqsave)(&lock);
	return target_is_turn(card, req);
}

/**
 * vouch_target_may - may this command be sent now
 * @card: to which; holding its lock, what is true stays true
 * @req: the command
 *
 * Not if it appends to a log that has yet to learn which kernel runs, nor if that
 * log may have begun since the card said that there is none.
 *
 * Return: 0; -ERESTART to wait; -ENOLINK. Context: any.
 */
int vouch_target_may(struct vouch_card *card, const struct vouch_request *req)
{
	guard(spinlock_irqsave)(&lock);
	if (!target_is_turn(card, req))
		return -ERESTART;
	if (req->opcode != VOUCH_OP_APPEND || card != target || teller == current ||
	    !READ_ONCE(card->unassigned))
		return 0;
	queue_work(system_long_wq, &card->follow);
	return -ENOLINK;
}

/**
 * vouch_target_turn - wait until a command may be sent
 * @card: to which
 * @req: the command
 *
 * Return: 0; -EAGAIN where that took longer than the time-out; -EINTR (killed;
 * never with @req->hook). Context: sleeps.
 */
int vouch_target_turn(struct vouch_card *card, const struct vouch_request *req)
{
	long left = msecs_to_jiffies(vouch_timeout_ms);

	if (req->hook)
		left = wait_event_timeout(card->settled, target_is_turn_now(card, req), left);
	else
		left = wait_event_killable_timeout(card->settled,
						   target_is_turn_now(card, req), left);
	if (left < 0)
		return -EINTR;
	return left ? 0 : -EAGAIN;
}

/**
 * vouch_target_detach - stop recording here
 * @card: on its way out; its commands have been failed
 *
 * Context: process context, sleeps.
 */
void vouch_target_detach(struct vouch_card *card)
{
	guard(spinlock_irqsave)(&lock);
	WRITE_ONCE(card->recorded, false);
	if (target == card) {
		target = NULL;
		is_changed = false;
	}
}

/**
 * vouch_target_check - is there a log to record to
 *
 * There is one also during a reset: what happens then is waited for and recorded.
 * Return: 0; -ENODEV without a card; -ENOLINK where it is a guest's function
 * without an instance. Context: any.
 */
int vouch_target_check(void)
{
	guard(spinlock_irqsave)(&lock);
	if (!target || READ_ONCE(target->state) == VOUCH_GONE)
		return -ENODEV;
	return READ_ONCE(target->unassigned) ? -ENOLINK : 0;
}
