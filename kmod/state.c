// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a kernel is in, beside what it runs: taint and lockdown. Only its own
 * word, as everything in boot.c.
 */

#include <linux/irq_work.h>
#include <linux/kprobes.h>
#include <linux/mutex.h>
#include <linux/panic.h>
#include <linux/security.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/workqueue.h>

#include "event.h"
#include "hook.h"
#include "measure.h"

/* Documentation/admin-guide/tainted-kernels.rst; bit 0 set is 'P', clear 'G'. */
static const char letters[] = "PFSRMBUDAWCIOELKXTNJ";

static int state_changed(struct kretprobe_instance *instance, struct pt_regs *regs);

/*
 * In the file that defines it, add_taint() is inlined where it is called. The
 * file in securityfs is the one way up after boot.
 */
static struct follow {
	struct kretprobe probe;
	const char *what;
	int error;
} follows[] = {
	{ { .kp.symbol_name = "add_taint", .handler = state_changed }, "taint" },
	{ { .kp.symbol_name = "proc_taint", .handler = state_changed }, "taint by sysctl" },
	{ { .kp.symbol_name = "__warn", .handler = state_changed }, "taint by warnings" },
	{ { .kp.symbol_name = "lockdown_write", .handler = state_changed }, "lockdown" },
};

/*
 * What the log was told last. Never held over a record: who tells the changes
 * waits for the attach, and the attach comes by here.
 */
static DEFINE_SPINLOCK(lock);
static struct told {
	bool any;
	u64 taint;
	int lockdown;
} told;

static DEFINE_MUTEX(tell_lock);	/* changes reach the log in their order */

static void state_update(struct work_struct *work);
static DECLARE_WORK(update, state_update);

/* Of the kernel, not exported. */
static const int *lockdown;

static u64 taint_read(void)
{
	u64 mask = 0;

	for (unsigned int i = 0; i < TAINT_FLAGS_COUNT; i++)
		if (test_taint(i))
			mask |= BIT_ULL(i);
	return mask;
}

struct taint_text {
	char name[TAINT_FLAGS_COUNT + sizeof("none")];
	__le64 data;
};

static void taint_describe(struct taint_text *text, u64 mask)
{
	size_t n = 0;

	strscpy(text->name, "none");
	text->data = cpu_to_le64(mask);
	for (unsigned int i = 0; i < TAINT_FLAGS_COUNT; i++)
		if (mask & BIT_ULL(i))
			text->name[n++] = i < sizeof(letters) - 1 ? letters[i] : '?';
	if (n)
		text->name[n] = 0;
}

static int taint_write(u64 mask, u64 *number)
{
	struct taint_text text;

	taint_describe(&text, mask);
	return vouch_event_write_id(VOUCH_REC_TAINT, text.name, &text.data,
				    sizeof(text.data), number);
}

static int taint_tell(u64 mask)
{
	struct taint_text text;

	taint_describe(&text, mask);
	return vouch_event_tell_data(VOUCH_REC_TAINT, text.name, &text.data,
				     sizeof(text.data));
}

static int lockdown_read(void)
{
	return lockdown ? READ_ONCE(*lockdown) : -ENOENT;
}

static const char *lockdown_name(int level)
{
	if (level == LOCKDOWN_NONE)
		return "none";
	if (level == LOCKDOWN_INTEGRITY_MAX)
		return "integrity";
	if (level == LOCKDOWN_CONFIDENTIALITY_MAX)
		return "confidentiality";
	return "unknown";
}

static int unfollowed_write(void)
{
	char text[64];
	int err = 0;

	for (size_t i = 0; !err && i < ARRAY_SIZE(follows); i++) {
		/* Without lockdown there is nothing to follow. */
		if (!follows[i].error || (follows[i].error == -ENOENT && !lockdown &&
					  !strcmp(follows[i].what, "lockdown")))
			continue;
		scnprintf(text, sizeof(text), "changes of %s: %pe", follows[i].what,
			  ERR_PTR(follows[i].error));
		err = vouch_event_write(VOUCH_REC_UNMEASURED, NULL, text, VOUCH_NO_REF, NULL);
	}
	return err;
}

static int state_write(u64 taint, int level)
{
	u64 number;
	int err = taint_write(taint, &number);

	if (!err && number != VOUCH_NO_REF)
		err = vouch_event_write(VOUCH_REC_LOCKDOWN, NULL, lockdown_name(level),
					VOUCH_NO_REF, &number);
	if (!err && number != VOUCH_NO_REF)
		err = vouch_platform_record(&number);
	if (!err && number != VOUCH_NO_REF)
		err = unfollowed_write();
	return err ?: number == VOUCH_NO_REF ? -EIO : 0;
}

/**
 * vouch_state_record() - record the state of this kernel
 *
 * Context: process context, sleeps; after each attach.
 * Return: 0; -EPERM; or -EIO where the card took none of it.
 */
int vouch_state_record(void)
{
	const u64 taint = taint_read();
	const int level = lockdown_read();
	int err = state_write(taint, level);

	scoped_guard(spinlock, &lock) {
		/* What is perhaps not in the log differs from all that can be. */
		told.any = true;
		told.taint = err ? U64_MAX : taint;
		told.lockdown = err ? INT_MIN : level;
	}
	/* Whoever came meanwhile may have seen that nothing was told yet. */
	if (taint_read() != taint || lockdown_read() != level)
		queue_work(system_long_wq, &update);
	return err;
}

/**
 * vouch_state_tell() - record what has changed of this kernel's state
 *
 * It has happened already: there is nothing to refuse. For those after whom
 * nothing more can be told; everybody else has it done soon after the change.
 *
 * Context: process context, sleeps at most for the driver's time-out for each
 * of two records.
 */
void vouch_state_tell(void)
{
	struct told now, before;
	bool taint_lost, lockdown_lost;

	guard(mutex)(&tell_lock);
	scoped_guard(spinlock, &lock)
		before = told;
	/* Before the first attach vouch_state_record() has yet to say it. */
	if (!before.any)
		return;
	now.taint = taint_read();
	now.lockdown = lockdown_read();
	taint_lost = now.taint != before.taint && taint_tell(now.taint);
	lockdown_lost = now.lockdown != before.lockdown &&
			vouch_event_tell_data(VOUCH_REC_LOCKDOWN, lockdown_name(now.lockdown),
					      NULL, 0);
	guard(spinlock)(&lock);
	if (now.taint != before.taint && !taint_lost)
		told.taint = now.taint;
	if (now.lockdown != before.lockdown && !lockdown_lost)
		told.lockdown = now.lockdown;
}

static void state_update(struct work_struct *work)
{
	vouch_state_tell();
}

static void update_queue(struct irq_work *work)
{
	queue_work(system_long_wq, &update);
}

/* A kernel is tainted in any context, an oops or an NMI among them. */
static DEFINE_IRQ_WORK(update_soon, update_queue);

static int state_changed(struct kretprobe_instance *instance, struct pt_regs *regs)
{
	irq_work_queue(&update_soon);
	return 0;
}

NOKPROBE_SYMBOL(state_changed);

/**
 * vouch_state_init() - follow the state of this kernel
 *
 * What cannot be followed is recorded as it is at each attach, and that it may
 * change unseen.
 *
 * Context: process context, sleeps; after vouch_hook_init().
 */
void vouch_state_init(void)
{
	const bool *off = (const bool *)vouch_hook_lookup("kprobes_all_disarmed");

	lockdown = (const int *)vouch_hook_lookup("kernel_locked_down");
	for (size_t i = 0; i < ARRAY_SIZE(follows); i++) {
		follows[i].error = register_kretprobe(&follows[i].probe);
		/* That says nothing of probes that are switched off. */
		if (!follows[i].error && off && READ_ONCE(*off)) {
			unregister_kretprobe(&follows[i].probe);
			follows[i].error = -EBUSY;
		}
	}
}

/**
 * vouch_state_is_followed() - are there probes of ours that must stay on
 *
 * Context: any.
 */
bool vouch_state_is_followed(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(follows); i++)
		if (!follows[i].error)
			return true;
	return false;
}

/**
 * vouch_state_exit() - no more of that
 *
 * Context: the module's exit function, sleeps.
 */
void vouch_state_exit(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(follows); i++)
		if (!follows[i].error)
			unregister_kretprobe(&follows[i].probe);
	irq_work_sync(&update_soon);
	cancel_work_sync(&update);
}
