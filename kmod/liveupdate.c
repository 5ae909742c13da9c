// SPDX-License-Identifier: GPL-2.0-only
/*
 * Live updates: what the kernel's orchestrator (LUO) does with its sessions.
 *
 * It is only watched: the orchestrator exports nothing, and a handler of this
 * module's that the next kernel lacks would lose every session there is. What
 * happens before a jump is recorded before that is announced, see kjump.c. The
 * freeze comes later, and the reboot notifier is the last place to record it.
 *
 * Names come from where the kernel itself has them: a call's own argument, or
 * the session's file. The layout of what the orchestrator keeps is its own.
 */

#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/dcache.h>
#include <linux/err.h>
#include <linux/fprobe.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/reboot.h>
#include <linux/string.h>
#include <uapi/linux/liveupdate.h>

#include "event.h"
#include "measure.h"
#include "step.h"

#define PROBED struct fprobe *probe, unsigned long ip, unsigned long ret_ip,	\
	       struct ftrace_regs *fregs, void *data

struct watch {
	struct fprobe probe;
	const char *symbol;
	const char *what;
	int error;
};

/* Sessions that the update under way has frozen; one task jumps at a time. */
static unsigned int frozen;

/* Of a handler: an error means that it is not told of the function's end. */
static int watch_begin(const char *what, const char *name)
{
	return vouch_step_begin(what, name) ? 0 : -ENOSPC;
}

static const char *watch_what(struct fprobe *probe)
{
	return container_of(probe, struct watch, probe)->what;
}

static bool succeeded(struct ftrace_regs *fregs)
{
	return !(int)ftrace_regs_get_return_value(fregs);
}

static void step_exit(PROBED)
{
	vouch_step_end(succeeded(fregs));
}

static int name_entry(PROBED)
{
	return watch_begin(watch_what(probe), (const char *)ftrace_regs_get_argument(fregs, 0));
}

/* "[luo_session] NAME", as /proc shows it. */
static const char *session_name(const struct file *file)
{
	const char *name = file->f_path.dentry->d_name.name;
	const char *space = strchr(name, ' ');

	return space ? space + 1 : name;
}

static int close_entry(PROBED)
{
	const struct file *file = (const struct file *)ftrace_regs_get_argument(fregs, 1);

	return watch_begin(watch_what(probe), session_name(file));
}

static int ioctl_entry(PROBED)
{
	const struct file *file = (const struct file *)ftrace_regs_get_argument(fregs, 0);

	switch ((unsigned int)ftrace_regs_get_argument(fregs, 1)) {
	case LIVEUPDATE_SESSION_PRESERVE_FD:
		return watch_begin("preserve", session_name(file));
	case LIVEUPDATE_SESSION_RETRIEVE_FD:
		return watch_begin("retrieve", session_name(file));
	case LIVEUPDATE_SESSION_FINISH:
		return watch_begin("finish", session_name(file));
	default:
		return -ENOTTY;
	}
}

/* Inside the ioctl: what the kernel took, whatever user space has there by now. */
static int token_entry(PROBED)
{
	vouch_step_token(ftrace_regs_get_argument(fregs, 1));
	return 0;
}

/* The call may still fail: where it cannot answer its caller. */
static void file_exit(PROBED)
{
	if (succeeded(fregs))
		vouch_step_happened();
}

static int freeze_entry(PROBED)
{
	frozen = 0;
	return 0;
}

static void session_exit(PROBED)
{
	frozen += succeeded(fregs);
}

/* Each jump passes here; without a session it is no live update. */
static void freeze_exit(PROBED)
{
	char text[32];

	if (!frozen || !succeeded(fregs))
		return;
	scnprintf(text, sizeof(text), "%u %s", frozen, frozen > 1 ? "sessions" : "session");
	if (vouch_step_begin(watch_what(probe), text))
		vouch_step_end(true);
}

static struct watch watches[] = {
	{ { .entry_handler = name_entry, .exit_handler = step_exit },
	  "luo_session_create", "session" },
	{ { .entry_handler = name_entry, .exit_handler = step_exit },
	  "luo_session_retrieve", "retrieve" },
	{ { .entry_handler = close_entry, .exit_handler = step_exit },
	  "luo_session_release", "close" },
	{ { .entry_handler = ioctl_entry, .exit_handler = step_exit }, "luo_session_ioctl" },
	{ { .entry_handler = token_entry, .exit_handler = file_exit }, "luo_preserve_file" },
	{ { .entry_handler = token_entry, .exit_handler = file_exit }, "luo_retrieve_file" },
	{ { .exit_handler = file_exit }, "luo_file_finish" },
	{ { .exit_handler = session_exit }, "luo_file_freeze" },
	{ { .entry_handler = freeze_entry, .exit_handler = freeze_exit },
	  "liveupdate_reboot", "freeze" },
};

static int jump_notify(struct notifier_block *block, unsigned long action, void *data)
{
	int err = vouch_step_flush();

	if (err)
		pr_warn("live update: not all steps are recorded: %pe\n", ERR_PTR(err));
	return NOTIFY_DONE;
}

static struct notifier_block notifier = { .notifier_call = jump_notify };

/**
 * vouch_liveupdate_report() - record which steps are not seen
 *
 * Context: process context, sleeps; after each attach.
 * Return: 0, or -EPERM if the host must not go on.
 */
int vouch_liveupdate_report(void)
{
	char text[64];
	int err = 0;

	for (size_t i = 0; !err && i < ARRAY_SIZE(watches); i++) {
		if (!watches[i].error)
			continue;
		scnprintf(text, sizeof(text), "live update, %s: %pe", watches[i].symbol,
			  ERR_PTR(watches[i].error));
		err = vouch_event_write(VOUCH_REC_UNMEASURED, NULL, text, VOUCH_NO_REF, NULL);
	}
	return err;
}

/**
 * vouch_liveupdate_init() - watch the orchestrator
 *
 * Context: process context, sleeps.
 * Return: 0 or a negative errno.
 */
int vouch_liveupdate_init(void)
{
	int err;

	vouch_step_init();
	err = register_reboot_notifier(&notifier);
	if (err) {
		vouch_step_exit();
		return err;
	}
	for (size_t i = 0; i < ARRAY_SIZE(watches); i++)
		watches[i].error = register_fprobe_syms(&watches[i].probe, &watches[i].symbol, 1);
	return 0;
}

/** vouch_liveupdate_exit() - no more of that */
void vouch_liveupdate_exit(void)
{
	unregister_reboot_notifier(&notifier);
	for (size_t i = 0; i < ARRAY_SIZE(watches); i++)
		if (!watches[i].error)
			unregister_fprobe(&watches[i].probe);
	vouch_step_exit();
}
