// SPDX-License-Identifier: GPL-2.0-only
/*
 * Changes of the kernel's state are seen by kprobes (state.c), and a file in
 * debugfs switches off all there are: not while this module is there, as
 * ftrace refuses it for its own.
 */

#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/fs.h>
#include <linux/kstrtox.h>
#include <linux/printk.h>

#include "hook.h"
#include "measure.h"

static ssize_t probes_switch(struct file *file, const char __user *text, size_t len,
			     loff_t *at);

VOUCH_HOOK_DEFINE(vouch_probes_hook, "write_enabled_file_bool", probes_switch);

/* The kernel would read the text again, which may be another by then. */
static ssize_t probes_keep(const char __user *text, size_t len)
{
	bool on;
	int err = kstrtobool_from_user(text, len, &on);

	if (err)
		return err;
	if (on)
		return len;
	pr_err("refused to switch kprobes off: changes of taint would go unseen\n");
	return -EBUSY;
}

static ssize_t probes_switch(struct file *file, const char __user *text, size_t len,
			     loff_t *at)
{
	ssize_t done;

	vouch_hook_enter();
	if (!vouch_state_is_followed())
		done = static_call(vouch_probes_hook_original)(file, text, len, at);
	else
		done = probes_keep(text, len);
	vouch_hook_leave();
	return done;
}
