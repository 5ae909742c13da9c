// SPDX-License-Identifier: GPL-2.0-only
/*
 * kexec: what is loaded, and that what is jumped to is the same.
 *
 * Whoever loads holds the kernel's kexec lock from before the kernel file is
 * read until the image is in its place, so what is kept here about a load has
 * one writer at a time. The jump takes the lock to hash, and must let go of it
 * for the original to take. A load that gets in between is held up at its last
 * step, lock in hand, and so the jump fails instead of going elsewhere.
 */

#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/delay.h>
#include <linux/kexec.h>
#include <linux/module.h>
#include <linux/sched.h>
#include <linux/wait_bit.h>

#include "digest.h"
#include "event.h"
#include "hook.h"
#include "kimage.h"
#include "measure.h"
#include "record.h"

static void cmdline_read(int kernel_fd, const void *text, int size);
static void image_loaded(struct kimage *image);
static int image_jump(void);

VOUCH_HOOK_DEFINE(vouch_kexec_cmdline_hook, "ima_kexec_cmdline", cmdline_read);
VOUCH_HOOK_DEFINE(vouch_kexec_loaded_hook, "kimage_terminate", image_loaded);
VOUCH_HOOK_DEFINE(vouch_kexec_jump_hook, "kernel_kexec", image_jump);

/* Of the kernel, not exported. */
static atomic_t *kexec_lock;
static struct kimage **kexec_current;

/* The load that goes on, under the kexec lock. */
static struct {
	const struct task_struct *owner;
	u64 kernel;
	bool incomplete;
} loading;

/* The image that was loaded last, under the kexec lock. */
static struct {
	const struct kimage *image;
	bool whole;
	u64 number;
	u8 digest[VOUCH_DIGEST_SIZE];
} loaded;

static bool jumping;

static bool kexec_trylock(void)
{
	int old = 0;

	return atomic_try_cmpxchg_acquire(kexec_lock, &old, 1);
}

static void kexec_unlock(void)
{
	atomic_set_release(kexec_lock, 0);
}

/**
 * vouch_kexec_init() - find what the kernel does not export
 *
 * Return: 0 or -ENOENT.
 */
int vouch_kexec_init(void)
{
	kexec_lock = (atomic_t *)vouch_hook_lookup("__kexec_lock");
	kexec_current = (struct kimage **)vouch_hook_lookup("kexec_image");
	return kexec_lock && kexec_current ? 0 : -ENOENT;
}

/**
 * vouch_kexec_begin() - kexec_file_load has read a kernel
 * @kernel: number of its record, or VOUCH_NO_REF
 *
 * Context: in the system call, under the kexec lock.
 */
void vouch_kexec_begin(u64 kernel)
{
	loading.owner = current;
	loading.kernel = kernel;
	loading.incomplete = kernel == VOUCH_NO_REF;
}

static void cmdline_read(int kernel_fd, const void *text, int size)
{
	u8 digest[VOUCH_DIGEST_SIZE];
	int err;

	vouch_hook_enter();
	static_call(vouch_kexec_cmdline_hook_original)(kernel_fd, text, size);
	if (text && size > 0 && vouch_event_armed()) {
		err = vouch_digest_buffer(text, size, digest);
		if (err)
			err = vouch_event_unmeasured(VOUCH_REC_KEXEC_CMDLINE, NULL, err);
		else
			err = vouch_event_write(VOUCH_REC_KEXEC_CMDLINE, digest, NULL,
						VOUCH_NO_REF, NULL);
		/* This function cannot refuse: the jump will be. */
		if (err)
			loading.incomplete = true;
	}
	vouch_hook_leave();
}

static int image_record(const struct kimage *image, u64 kernel, bool whole)
{
	int err;

	loaded.image = image;
	loaded.whole = false;
	loaded.number = VOUCH_NO_REF;
	err = vouch_kimage_digest(image, loaded.digest);
	if (err)
		return vouch_event_unmeasured(VOUCH_REC_KEXEC_IMAGE, NULL, err);
	err = vouch_event_write(VOUCH_REC_KEXEC_IMAGE, loaded.digest, NULL, kernel,
				&loaded.number);
	loaded.whole = whole && loaded.number != VOUCH_NO_REF;
	return err;
}

/*
 * The last step of either system call that loads, after which the segments are
 * filled. It cannot refuse: an image that is not recorded cannot be jumped to
 * where that matters. A crash kernel runs only after a panic, which the card
 * sees as an unannounced attach.
 */
static void image_loaded(struct kimage *image)
{
	bool ours;

	vouch_hook_enter();
	static_call(vouch_kexec_loaded_hook_original)(image);
	ours = image->file_mode && loading.owner == current;
	loading.owner = NULL;
	if (image->type == KEXEC_TYPE_DEFAULT) {
		wait_var_event(&jumping, !READ_ONCE(jumping));
		loaded.image = NULL;
		if (vouch_event_armed())
			image_record(image, ours ? loading.kernel : VOUCH_NO_REF,
				     !ours || !loading.incomplete);
	}
	vouch_hook_leave();
}

/**
 * vouch_kexec_present() - record an image that was loaded before the card came
 *
 * Context: process context, sleeps.
 * Return: 0 if it may stay, -EPERM if it must not be jumped to.
 */
int vouch_kexec_present(void)
{
	int err = 0;

	/*
	 * Not for long: who loads may be waiting for the caller's records, and
	 * then records its own image.
	 */
	for (int tries = 10; !kexec_trylock(); tries--) {
		if (!tries)
			return vouch_event_unmeasured(VOUCH_REC_KEXEC_IMAGE, NULL, -EBUSY);
		msleep(20);
	}
	if (*kexec_current && *kexec_current != loaded.image)
		err = image_record(*kexec_current, VOUCH_NO_REF, true);
	kexec_unlock();
	return err;
}

/* Called with the kexec lock held and an image in place. */
static int jump_measure(u8 *digest, u64 *image)
{
	int err = vouch_kimage_digest(*kexec_current, digest);
	bool known = loaded.image == *kexec_current && loaded.whole;

	*image = loaded.image == *kexec_current ? loaded.number : VOUCH_NO_REF;
	if (err)
		return err;
	if (known && !memcmp(digest, loaded.digest, sizeof(loaded.digest)))
		return 0;
	if (vouch_fail_closed) {
		pr_err("refused kexec: the image %s\n",
		       known ? "was altered since it was loaded" : "was not recorded when loaded");
		return -EPERM;
	}
	pr_warn("kexec: the image %s\n",
		known ? "was altered since it was loaded" : "was not recorded when loaded");
	return 0;
}

static int jump_announce(u64 *exec)
{
	u8 digest[VOUCH_DIGEST_SIZE];
	u64 image;
	int err;

	*exec = VOUCH_NO_REF;
	if (!vouch_event_armed())
		return 0;
	if (!kexec_trylock())
		return -EBUSY;
	/* As the original says it: by its turn there might be an image. */
	if (!*kexec_current) {
		kexec_unlock();
		return -EINVAL;
	}
	WRITE_ONCE(jumping, true);
	err = jump_measure(digest, &image);
	kexec_unlock();
	if (err == -EPERM)
		return err;
	if (err)
		return vouch_event_unmeasured(VOUCH_REC_KEXEC_EXEC, NULL, err);
	return vouch_event_write(VOUCH_REC_KEXEC_EXEC, digest, NULL, image, exec);
}

static int image_jump(void)
{
	u64 exec;
	int err;

	vouch_hook_enter();
	err = jump_announce(&exec);
	if (!err) {
		err = static_call(vouch_kexec_jump_hook_original)();
		if (exec != VOUCH_NO_REF)
			vouch_event_write(VOUCH_REC_KEXEC_ABORT, NULL, NULL, exec, NULL);
	}
	/* The barrier between the store and the look for who waits. */
	smp_store_mb(jumping, false);
	wake_up_var(&jumping);
	vouch_hook_leave();
	return err;
}
