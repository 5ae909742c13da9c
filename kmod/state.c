// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a kernel is in, beside what it runs: taint, lockdown, Secure Boot and
 * microcode. Only its own word, as everything in boot.c.
 */

#include <linux/efi.h>
#include <linux/irq_work.h>
#include <linux/kprobes.h>
#include <linux/mutex.h>
#include <linux/panic.h>
#include <linux/security.h>
#include <linux/string.h>
#include <linux/workqueue.h>
#include <asm/bootparam.h>
#include <asm/processor.h>

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

static DEFINE_MUTEX(lock);	/* protects what the log was told last */
static u64 told_taint;
static int told_lockdown;
static bool told;

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

static int taint_write(u64 mask, u64 *number)
{
	char name[TAINT_FLAGS_COUNT + sizeof("none")] = "none";
	__le64 data = cpu_to_le64(mask);
	size_t n = 0;

	for (unsigned int i = 0; i < TAINT_FLAGS_COUNT; i++)
		if (mask & BIT_ULL(i))
			name[n++] = i < sizeof(letters) - 1 ? letters[i] : '?';
	if (n)
		name[n] = 0;
	return vouch_event_write_id(VOUCH_REC_TAINT, name, &data, sizeof(data), number);
}

static int lockdown_read(void)
{
	return lockdown ? READ_ONCE(*lockdown) : -ENOENT;
}

static int lockdown_put(int level, u64 *number)
{
	const char *name = "unknown";

	if (level == LOCKDOWN_NONE)
		name = "none";
	else if (level == LOCKDOWN_INTEGRITY_MAX)
		name = "integrity";
	else if (level == LOCKDOWN_CONFIDENTIALITY_MAX)
		name = "confidentiality";
	return vouch_event_write(VOUCH_REC_LOCKDOWN, NULL, name, VOUCH_NO_REF, number);
}

/* What firmware told the boot stub; a kernel that got no word cannot tell. */
static int secure_boot_write(u64 *number)
{
	const struct boot_params *params =
		(const struct boot_params *)vouch_hook_lookup("boot_params");
	const char *name = "unknown";

	if (params && params->secure_boot == efi_secureboot_mode_enabled)
		name = "enabled";
	else if (params && params->secure_boot == efi_secureboot_mode_disabled)
		name = "disabled";
	return vouch_event_write(VOUCH_REC_SECURE_BOOT, NULL, name, VOUCH_NO_REF, number);
}

static bool microcode_differs(void)
{
	unsigned int cpu;

	for_each_online_cpu(cpu)
		if (cpu_data(cpu).microcode != boot_cpu_data.microcode)
			return true;
	return false;
}

static int microcode_write(u64 *number)
{
	__le32 revision = cpu_to_le32(boot_cpu_data.microcode);
	char name[64];

	scnprintf(name, sizeof(name), "%.12s %u-%u-%u%s", boot_cpu_data.x86_vendor_id,
		  boot_cpu_data.x86, boot_cpu_data.x86_model, boot_cpu_data.x86_stepping,
		  microcode_differs() ? ", CPUs differ" : "");
	return vouch_event_write_id(VOUCH_REC_MICROCODE, name, &revision, sizeof(revision),
				    number);
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

/**
 * vouch_state_record() - record the state of this kernel
 *
 * Context: process context, sleeps; after each attach.
 * Return: 0; -EPERM; or -EIO where the card took none of it.
 */
int vouch_state_record(void)
{
	u64 number;
	int err;

	guard(mutex)(&lock);
	told = true;
	told_taint = taint_read();
	told_lockdown = lockdown_read();
	err = taint_write(told_taint, &number);
	if (!err && number != VOUCH_NO_REF)
		err = lockdown_put(told_lockdown, &number);
	if (!err && number != VOUCH_NO_REF)
		err = secure_boot_write(&number);
	if (!err && number != VOUCH_NO_REF)
		err = microcode_write(&number);
	if (!err && number != VOUCH_NO_REF)
		err = unfollowed_write();
	return err ?: number == VOUCH_NO_REF ? -EIO : 0;
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
	u64 taint;
	int level;

	guard(mutex)(&lock);
	taint = taint_read();
	level = lockdown_read();
	/* Before the first attach vouch_state_record() has yet to say it. */
	if (!told)
		return;
	if (taint != told_taint)
		taint_write(taint, NULL);
	if (level != told_lockdown)
		lockdown_put(level, NULL);
	told_taint = taint;
	told_lockdown = level;
}

static void state_update(struct work_struct *work)
{
	vouch_state_tell();
}

static DECLARE_WORK(update, state_update);

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
