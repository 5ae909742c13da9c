// SPDX-License-Identifier: GPL-2.0-only
/*
 * VMs that run already when a card attaches: what their executables are then.
 *
 * Nobody waits for that, so there is nobody who could give up a file that does
 * not end being read. Each is read by a thread of its own, which is given up
 * here; and none from FUSE, where a read that has reached the server ends when
 * the server likes, whatever is killed.
 */

#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/completion.h>
#include <linux/dcache.h>
#include <linux/err.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/kref.h>
#include <linux/kthread.h>
#include <linux/magic.h>
#include <linux/module.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>

#include "event.h"
#include "kvm.h"
#include "record.h"

#define READ_LIMIT	(10 * HZ)
/* For one that was killed. */
#define KILL_LIMIT	(1 * HZ)

struct reading {
	struct kref ref;	/* the thread's, and that of who waits */
	struct file *file;
	struct completion done;
	int err;
	u8 digest[VOUCH_DIGEST_SIZE];
};

static void reading_free(struct kref *ref)
{
	struct reading *reading = container_of(ref, struct reading, ref);

	fput(reading->file);
	kfree(reading);
}

static int reading_run(void *data)
{
	struct reading *reading = data;

	allow_kernel_signal(SIGKILL);
	reading->err = vouch_vmm_digest(reading->file, reading->digest);
	complete(&reading->done);
	kref_put(&reading->ref, reading_free);
	/* It may be left behind, and must not outlive its code. */
	module_put_and_kthread_exit(0);
}

static int reading_wait(struct reading *reading, struct task_struct *task)
{
	if (wait_for_completion_timeout(&reading->done, READ_LIMIT))
		return reading->err;
	send_sig(SIGKILL, task, 1);
	if (!wait_for_completion_timeout(&reading->done, KILL_LIMIT))
		pr_warn("the file system of '%pD' does not answer: it keeps this module in use\n",
			reading->file);
	return -ETIMEDOUT;
}

static int reading_start(struct reading *reading)
{
	struct task_struct *task;
	int err;

	/* Nor is there need when all this goes. */
	if (!try_module_get(THIS_MODULE))
		return -ESHUTDOWN;
	task = kthread_create(reading_run, reading, KBUILD_MODNAME "-vmm");
	if (IS_ERR(task)) {
		module_put(THIS_MODULE);
		return PTR_ERR(task);
	}
	get_task_struct(task);
	kref_get(&reading->ref);
	wake_up_process(task);
	err = reading_wait(reading, task);
	put_task_struct(task);
	return err;
}

static int found_digest(struct file *file, u8 *digest)
{
	struct reading *reading = kzalloc(sizeof(*reading), GFP_KERNEL);
	int err;

	if (!reading)
		return -ENOMEM;
	kref_init(&reading->ref);
	init_completion(&reading->done);
	reading->file = get_file(file);
	err = reading_start(reading);
	if (!err)
		memcpy(digest, reading->digest, sizeof(reading->digest));
	kref_put(&reading->ref, reading_free);
	return err;
}

/* Also of one that is below an overlay. */
static bool is_fuse(const struct file *file)
{
	return d_real_inode(file->f_path.dentry)->i_sb->s_magic == FUSE_SUPER_MAGIC;
}

/* It runs, whatever the policy says: with fail_closed it is counted, too. */
static void found_miss(const char *name, int err)
{
	char text[VOUCH_NAME_MAX + 1];

	snprintf(text, sizeof(text), "vm-start '%s': %pe", name, ERR_PTR(err));
	if (vouch_vmms_take())
		vouch_event_tell(VOUCH_REC_UNMEASURED, NULL, text, VOUCH_NO_REF);
	if (vouch_fail_closed)
		vouch_event_lost(text);
}

static int found_measure(struct file *file, const struct super_block *silent)
{
	char name[VOUCH_NAME_MAX + 1];
	int err = -ENOEXEC;

	snprintf(name, sizeof(name), "(running) %pD", file);
	if (file && is_fuse(file))
		err = -EINPROGRESS;
	else if (file && file_inode(file)->i_sb == silent)
		err = -ETIMEDOUT;
	else if (file)
		err = vouch_vmm_record(file, name, found_digest);
	if (err)
		found_miss(name, err);
	return err;
}

/* A host's VMs have one VMM, or two. */
static bool is_first(struct file **files, size_t i)
{
	for (size_t same = 0; same < i; same++)
		if (files[same] == files[i] ||
		    (files[same] && files[i] && file_inode(files[same]) == file_inode(files[i])))
			return false;
	return true;
}

/**
 * vouch_vmfound_measure() - record the executables of all VMs
 * @err: why some of those that run are not known, a negative errno; or 0
 *
 * Context: process context, sleeps at most for some seconds for each executable,
 * or where it is the file system that does not answer, for all that are on it.
 */
void vouch_vmfound_measure(int err)
{
	size_t n, room = vouch_vmcount_files(NULL, 0) + 16;
	struct file **files __free(kvfree) = kvcalloc(room, sizeof(*files), GFP_KERNEL);
	const struct super_block *silent = NULL;

	if (err)
		found_miss("(running)", err);
	if (!files) {
		found_miss("(running)", -ENOMEM);
		return;
	}
	/* Those that came meanwhile are measured as of this epoch. */
	n = min(vouch_vmcount_files(files, room), room);
	for (size_t i = 0; i < n; i++)
		if (is_first(files, i) && found_measure(files[i], silent) == -ETIMEDOUT)
			silent = file_inode(files[i])->i_sb;
	while (n-- > 0)
		if (files[n])
			fput(files[n]);
}
