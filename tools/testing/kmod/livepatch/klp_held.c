// SPDX-License-Identifier: GPL-2.0-only
/*
 * A function that tasks stay in, so that a livepatch of it stays in transition:
 * who reads /proc/vouch_held, until somebody writes there.
 */

#include <linux/module.h>
#include <linux/proc_fs.h>
#include <linux/wait.h>

static DECLARE_WAIT_QUEUE_HEAD(held);
static bool released;

/* Killable: the kernel hurries the others on for a livepatch. */
static noinline int held_wait(void)
{
	return wait_event_killable(held, READ_ONCE(released));
}

static ssize_t held_read(struct file *file, char __user *to, size_t size, loff_t *at)
{
	int err;

	WRITE_ONCE(released, false);
	err = held_wait();
	/* Not a tail call, which would not be held in held_wait() by its name. */
	barrier();
	return err;
}

static ssize_t held_write(struct file *file, const char __user *from, size_t size, loff_t *at)
{
	WRITE_ONCE(released, true);
	wake_up_all(&held);
	return size;
}

static const struct proc_ops held_ops = {
	.proc_read = held_read,
	.proc_write = held_write,
};

static int __init held_init(void)
{
	return proc_create("vouch_held", 0600, NULL, &held_ops) ? 0 : -ENOMEM;
}

static void __exit held_exit(void)
{
	remove_proc_entry("vouch_held", NULL);
}

module_init(held_init);
module_exit(held_exit);

MODULE_DESCRIPTION("Holds its readers, for a test");
MODULE_AUTHOR("The vouch authors");
MODULE_LICENSE("GPL");
