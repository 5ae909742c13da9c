// SPDX-License-Identifier: GPL-2.0-only
/* What happened and is not in the log: how much, and what the log has not been told. */

#include <linux/cleanup.h>
#include <linux/module.h>
#include <linux/sched.h>
#include <linux/spinlock.h>
#include <linux/string.h>

#include "missed.h"

static unsigned int unrecorded;
module_param(unrecorded, uint, 0444);
MODULE_PARM_DESC(unrecorded, "events that happened and that no card has taken");

static DEFINE_SPINLOCK(lock);		/* protects all of this */
static struct task_struct *watcher;
static unsigned int watched;		/* of the unrecorded, the watcher's own */
static struct {
	unsigned int count;
	char first[VOUCH_NAME_MAX + 1];
} untold;

static void keep(const char *text, unsigned int count)
{
	if (!untold.count)
		strscpy(untold.first, text);
	untold.count += count;
}

/**
 * vouch_missed_add() - something happened that the log lacks
 * @text: what, for people
 *
 * Context: any but interrupts.
 */
void vouch_missed_add(const char *text)
{
	guard(spinlock)(&lock);
	unrecorded++;
	watched += current == watcher;
	keep(text, 1);
}

/**
 * vouch_missed_take() - what the log is to be told next
 * @first: returns what was missed first; VOUCH_NAME_MAX + 1 bytes
 *
 * Context: any but interrupts.
 * Return: how much was missed that the log has not been told.
 */
unsigned int vouch_missed_take(char *first)
{
	unsigned int count;

	guard(spinlock)(&lock);
	strscpy(first, untold.first, sizeof(untold.first));
	count = untold.count;
	untold.count = 0;
	return count;
}

/**
 * vouch_missed_keep() - the log could not be told
 * @first: from vouch_missed_take()
 * @count: from it, too
 *
 * Context: any but interrupts.
 */
void vouch_missed_keep(const char *first, unsigned int count)
{
	guard(spinlock)(&lock);
	keep(first, count);
}

/**
 * vouch_missed_watch() - count what this task misses from now on
 *
 * One task at a time: the one that tells a card what there is.
 *
 * Context: process context.
 */
void vouch_missed_watch(void)
{
	guard(spinlock)(&lock);
	watcher = current;
	watched = 0;
}

/**
 * vouch_missed_watched() - count no more
 *
 * Context: process context, after vouch_missed_watch().
 * Return: how much this task has missed since.
 */
unsigned int vouch_missed_watched(void)
{
	guard(spinlock)(&lock);
	watcher = NULL;
	return watched;
}
