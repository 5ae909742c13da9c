// SPDX-License-Identifier: GPL-2.0-only
/*
 * Steps of a live update, from where they are seen to the log. Who sees one can
 * neither sleep nor refuse: it is noted there, and a worker records it.
 */

#include <linux/cleanup.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/sched.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/workqueue.h>
#include <uapi/linux/liveupdate.h>

#include "event.h"
#include "measure.h"
#include "record.h"
#include "step.h"

/* A VM has some dozens of files, preserved in a row. */
#define STEPS 256

struct step {
	struct list_head node;
	const struct task_struct *task;
	const char *what;
	char name[LIVEUPDATE_SESSION_NAME_LENGTH];
	u64 token;
	bool has_token;
	bool happened;
};

static struct step steps[STEPS];
static DEFINE_RAW_SPINLOCK(lock);	/* protects the lists, what is in them, and lost */
static LIST_HEAD(unused);
static LIST_HEAD(begun);
static LIST_HEAD(done);
static unsigned int lost;

/* One writer, so that steps are recorded in their order. */
static DEFINE_MUTEX(writing);

static void steps_write(struct work_struct *work);
static DECLARE_WORK(write_work, steps_write);

/* A call that ended unseen must not get what the next one of its task is told. */
static struct step *step_of(const struct task_struct *task)
{
	struct step *step;

	list_for_each_entry(step, &begun, node)
		if (step->task == task)
			return step;
	return NULL;
}

/**
 * vouch_step_begin() - the current task has entered a step
 * @what: which, a constant
 * @name: of the session, cut to what a session's may have
 *
 * Context: any but an interrupt.
 * Return: whether there is room to note it; otherwise that is counted.
 */
bool vouch_step_begin(const char *what, const char *name)
{
	struct step *step;

	guard(raw_spinlock_irqsave)(&lock);
	step = step_of(current) ?: list_first_entry_or_null(&unused, struct step, node);
	if (!step) {
		lost++;
		return false;
	}
	list_move_tail(&step->node, &begun);
	step->task = current;
	step->what = what;
	strscpy(step->name, name);
	step->has_token = false;
	step->happened = false;
	return true;
}

/**
 * vouch_step_token() - what the current task's step is about
 * @token: of a file
 *
 * Context: any but an interrupt.
 */
void vouch_step_token(u64 token)
{
	struct step *step;

	guard(raw_spinlock_irqsave)(&lock);
	step = step_of(current);
	if (!step)
		return;
	step->token = token;
	step->has_token = true;
}

/**
 * vouch_step_happened() - what the current task's step is about has been done
 *
 * It is recorded however the call ends.
 *
 * Context: any but an interrupt.
 */
void vouch_step_happened(void)
{
	struct step *step;

	guard(raw_spinlock_irqsave)(&lock);
	step = step_of(current);
	if (step)
		step->happened = true;
}

/**
 * vouch_step_end() - the current task has left its step
 * @happened: and it is to be recorded
 *
 * Context: any but an interrupt.
 */
void vouch_step_end(bool happened)
{
	struct step *step;

	scoped_guard(raw_spinlock_irqsave, &lock) {
		step = step_of(current);
		happened = happened || (step && step->happened);
		if (step)
			list_move_tail(&step->node, happened ? &done : &unused);
	}
	if (step && happened)
		queue_work(system_long_wq, &write_work);
}

static bool step_take(struct step *to)
{
	struct step *step;

	guard(raw_spinlock_irqsave)(&lock);
	step = list_first_entry_or_null(&done, struct step, node);
	if (!step)
		return false;
	*to = *step;
	list_move_tail(&step->node, &unused);
	return true;
}

static void lost_write(void)
{
	char text[64];
	unsigned int count;

	scoped_guard(raw_spinlock_irqsave, &lock) {
		count = lost;
		lost = 0;
	}
	if (!count)
		return;
	scnprintf(text, sizeof(text), "%u steps of a live update: too many at once", count);
	vouch_event_tell(VOUCH_REC_UNMEASURED, NULL, text, VOUCH_NO_REF);
}

/* One step. Return: 0, -ENOENT if there was none, or why it is not recorded. */
static int step_write(void)
{
	char text[VOUCH_NAME_MAX + 1];
	struct step step;
	__le64 token;

	guard(mutex)(&writing);
	lost_write();
	if (!step_take(&step))
		return -ENOENT;
	token = cpu_to_le64(step.token);
	scnprintf(text, sizeof(text), "%s %s", step.what, step.name);
	return vouch_event_tell_data(VOUCH_REC_LIVE_UPDATE, text, &token,
				     step.has_token ? sizeof(token) : 0);
}

static void steps_write(struct work_struct *work)
{
	while (step_write() != -ENOENT)
		;
}

/**
 * vouch_step_flush() - record what is queued, before the card is left
 *
 * Context: process context, sleeps: until the first step that begins after the
 * driver's time-out.
 * Return: 0, -ETIMEDOUT if there is more, or why a step is not recorded.
 */
int vouch_step_flush(void)
{
	unsigned long end = jiffies + msecs_to_jiffies(vouch_timeout_ms);
	int err, first = 0;

	for (;;) {
		err = step_write();
		if (err == -ENOENT)
			return first;
		first = first ?: err;
		if (time_after(jiffies, end))
			return first ?: -ETIMEDOUT;
	}
}

/** vouch_step_init() - before the first is seen */
void vouch_step_init(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(steps); i++)
		list_add_tail(&steps[i].node, &unused);
}

/**
 * vouch_step_exit() - after the last was seen
 *
 * Context: process context, sleeps.
 */
void vouch_step_exit(void)
{
	cancel_work_sync(&write_work);
}
