// SPDX-License-Identifier: GPL-2.0-only
/*
 * kexec: what is loaded, for a jump or for a panic, and what is let go of.
 *
 * Whoever loads holds the kernel's kexec lock from before the kernel file is
 * read until the image is in its place, so what is kept here about the load
 * that goes on has one writer at a time. An image may be freed without it.
 */

#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/delay.h>
#include <linux/kexec.h>
#include <linux/sched.h>

#include "compat.h"
#include "digest.h"
#include "event.h"
#include "hook.h"
#include "kexec.h"
#include "kimage.h"
#include "kload.h"
#include "measure.h"

static int segment_load(struct kimage *image, vouch_kimage_segment which);
static void image_free(struct kimage *image);

VOUCH_HOOK_DEFINE(vouch_kexec_segment_hook, "kimage_load_segment", segment_load);
VOUCH_HOOK_DEFINE(vouch_kexec_free_hook, "kimage_free", image_free);

/* Of the kernel, not exported. */
static atomic_t *kexec_lock;
static struct kimage **kexec_current, **kexec_crash;

/* The load that goes on, under the kexec lock. */
static struct {
	const struct task_struct *owner;
	u64 kernel;
} loading;

/**
 * vouch_kexec_trylock() - keep images from being loaded, jumped to and replaced
 *
 * Context: process context; not for long: who asks the kernel meanwhile for
 * any of that is refused.
 * Return: whether that is so, until vouch_kexec_unlock().
 */
bool vouch_kexec_trylock(void)
{
	int old = 0;

	return kexec_lock && atomic_try_cmpxchg_acquire(kexec_lock, &old, 1);
}

/**
 * vouch_kexec_unlock() - after vouch_kexec_trylock()
 *
 * Context: who holds it.
 */
void vouch_kexec_unlock(void)
{
	atomic_set_release(kexec_lock, 0);
}

/**
 * vouch_kexec_current() - the image that a jump would go to
 *
 * Context: under the kexec lock.
 * Return: the image or NULL.
 */
const struct kimage *vouch_kexec_current(void)
{
	return kexec_current ? *kexec_current : NULL;
}

/**
 * vouch_kexec_init() - find what the kernel does not export
 *
 * A kernel may have been built without any of it: its hooks are missing then,
 * which is in the log.
 *
 * Context: the module's init function, after vouch_hook_init().
 */
void vouch_kexec_init(void)
{
	kexec_lock = (atomic_t *)vouch_hook_lookup("__kexec_lock");
	kexec_current = (struct kimage **)vouch_hook_lookup("kexec_image");
	kexec_crash = (struct kimage **)vouch_hook_lookup("kexec_crash_image");
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
}

/* What the kernel was told without a file to go by, or before it was measured. */
static const char *image_name(const struct kimage *image, u64 kernel)
{
	if (!image->file_mode)
		return "(no file)";
	return kernel == VOUCH_NO_REF ? "(file not recorded)" : NULL;
}

static int image_record(const struct kimage *image, u64 kernel, bool whole)
{
	struct vouch_kload load = {
		.image = image,
		.crash = image->type == KEXEC_TYPE_CRASH,
		.number = VOUCH_NO_REF,
	};
	u16 type = load.crash ? VOUCH_REC_KEXEC_CRASH : VOUCH_REC_KEXEC_IMAGE;
	const char *name = image_name(image, kernel);
	int err = vouch_kimage_digest(image, load.digest);

	if (err)
		return vouch_event_unmeasured(type, name, err);
	err = vouch_event_write(type, load.digest, name, kernel, &load.number);
	if (err)
		return err;
	load.whole = whole && load.number != VOUCH_NO_REF;
	vouch_kload_keep(&load);
	return 0;
}

/* Also where there is none: no record would mean that nobody looked. */
static int cmdline_record(const struct kimage *image)
{
	u8 digest[VOUCH_DIGEST_SIZE];
	size_t size;
	const char *text = vouch_kimage_cmdline(image, &size);
	int err = vouch_digest_buffer(text, size, digest);

	if (err)
		return vouch_event_unmeasured(VOUCH_REC_KEXEC_CMDLINE, NULL, err);
	return vouch_event_write(VOUCH_REC_KEXEC_CMDLINE, digest, NULL, VOUCH_NO_REF, NULL);
}

static int image_loaded(const struct kimage *image)
{
	u64 kernel = VOUCH_NO_REF;
	int err = 0;

	if (image->file_mode && loading.owner == current)
		kernel = loading.kernel;
	loading.owner = NULL;
	if (image->type == KEXEC_TYPE_DEFAULT)
		vouch_kjump_wait();
	if (!vouch_event_armed())
		return 0;
	if (image->file_mode)
		err = cmdline_record(image);
	return err ?: image_record(image, kernel,
				   !image->file_mode || kernel != VOUCH_NO_REF);
}

/*
 * Either system call that loads fills the segments one by one. After the last
 * one nothing more is written into the image, and it is in nobody's reach yet.
 */
static int segment_load(struct kimage *image, vouch_kimage_segment which)
{
	int err;

	vouch_hook_enter();
	err = static_call(vouch_kexec_segment_hook_original)(image, which);
	if (!err && vouch_kimage_index(image, which) + 1 == image->nr_segments)
		err = image_loaded(image);
	vouch_hook_leave();
	return err;
}

/* Is a later one of its kind in its place? */
static bool load_replaced(const struct vouch_kload *load)
{
	struct kimage **place = load->crash ? kexec_crash : kexec_current;
	struct vouch_kload now;

	return place && *place && vouch_kload_find(*place, &now) &&
	       now.serial > load->serial;
}

/* Also of one that could not be put in its place. */
static void image_free(struct kimage *image)
{
	struct vouch_kload load;

	vouch_hook_enter();
	if (image && vouch_kload_forget(image, &load))
		vouch_event_tell(VOUCH_REC_KEXEC_DROP, NULL,
				 load_replaced(&load) ? "replaced" : "unloaded",
				 load.number);
	static_call(vouch_kexec_free_hook_original)(image);
	vouch_hook_leave();
}

static int present_record(struct kimage *const *place)
{
	struct vouch_kload load;

	if (!place || !*place)
		return 0;
	if (vouch_kload_find(*place, &load) && load.number != VOUCH_NO_REF)
		return 0;
	return image_record(*place, VOUCH_NO_REF, true);
}

/**
 * vouch_kexec_present() - record images that were loaded while no card was there
 *
 * Context: process context, sleeps.
 * Return: 0 if they may stay, -EPERM if they must not be jumped to.
 */
int vouch_kexec_present(void)
{
	int err;

	if (!kexec_lock)
		return 0;
	/*
	 * Not for long: who loads may be waiting for the caller's records, and
	 * then records its own image.
	 */
	for (int tries = 10; !vouch_kexec_trylock(); tries--) {
		if (!tries)
			return vouch_event_unmeasured(VOUCH_REC_KEXEC_IMAGE, NULL, -EBUSY);
		msleep(20);
	}
	err = present_record(kexec_current);
	if (!err)
		err = present_record(kexec_crash);
	vouch_kexec_unlock();
	return err;
}
