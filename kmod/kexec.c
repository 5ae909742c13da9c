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
#include <linux/string.h>

#include "compat.h"
#include "digest.h"
#include "event.h"
#include "hook.h"
#include "kexec.h"
#include "kimage.h"
#include "kload.h"
#include "krecord.h"
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
	struct vouch_kload_digest part[VOUCH_KLOAD_PARTS];
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
 * vouch_kexec_read() - kexec_file_load has read a file
 * @type: VOUCH_REC_KEXEC_KERNEL, which comes first, or VOUCH_REC_KEXEC_INITRAMFS
 * @digest: of its content, or NULL
 * @number: of its record, or VOUCH_NO_REF
 *
 * Context: in the system call, under the kexec lock.
 */
void vouch_kexec_read(u16 type, const u8 *digest, u64 number)
{
	enum vouch_kload_part part = VOUCH_KLOAD_INITRAMFS;

	if (type == VOUCH_REC_KEXEC_KERNEL) {
		part = VOUCH_KLOAD_KERNEL;
		memset(&loading, 0, sizeof(loading));
		loading.owner = current;
		loading.kernel = number;
	}
	if (loading.owner != current || !digest)
		return;
	loading.part[part].known = true;
	memcpy(loading.part[part].digest, digest, VOUCH_DIGEST_SIZE);
}

/* Also where there is none: no record would mean that nobody looked. */
static int cmdline_record(const struct kimage *image, struct vouch_kload_digest *cmdline)
{
	size_t size;
	const char *text = vouch_kimage_cmdline(image, &size);
	int err = vouch_digest_buffer(text, size, cmdline->digest);

	if (err)
		return vouch_event_unmeasured(VOUCH_REC_KEXEC_CMDLINE, NULL, err);
	cmdline->known = true;
	return vouch_event_write(VOUCH_REC_KEXEC_CMDLINE, cmdline->digest, NULL, VOUCH_NO_REF,
				 NULL);
}

static int image_loaded(const struct kimage *image)
{
	struct vouch_kload load = {};
	u64 kernel = VOUCH_NO_REF;
	int err = 0;

	if (image->file_mode && loading.owner == current) {
		memcpy(load.part, loading.part, sizeof(load.part));
		kernel = loading.kernel;
	}
	loading.owner = NULL;
	if (image->type == KEXEC_TYPE_DEFAULT)
		vouch_kjump_wait();
	if (!vouch_event_armed())
		return 0;
	if (image->file_mode)
		err = cmdline_record(image, &load.part[VOUCH_KLOAD_CMDLINE]);
	return err ?: vouch_krecord_load(&load, image, kernel);
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

/**
 * vouch_kexec_is_replaced() - is a later one of its kind in its place
 * @load: one that is let go of
 *
 * Context: process context, sleeps.
 */
bool vouch_kexec_is_replaced(const struct vouch_kload *load)
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
		vouch_krecord_drop(&load);
	static_call(vouch_kexec_free_hook_original)(image);
	vouch_hook_leave();
}

/* In its place, but its load was not seen. */
static bool place_is_unknown(struct kimage *const *place)
{
	const struct kimage *image = place ? READ_ONCE(*place) : NULL;
	struct vouch_kload load;

	return image && !vouch_kload_find(image, &load);
}

/* Who loads may be waiting for the caller's records, and never let go. */
static bool lock_patiently(void)
{
	for (int tries = 10; !vouch_kexec_trylock(); tries--) {
		if (!tries)
			return false;
		msleep(20);
	}
	return true;
}

/* A panic that comes while the lock is held starts no crash kernel. */
static int place_measure(struct kimage *const *place, u16 type)
{
	struct vouch_kload load = {};
	int err = 0;

	if (!place_is_unknown(place))
		return 0;
	if (!lock_patiently()) {
		vouch_event_lost("a kexec image that was loaded before");
		return 0;
	}
	if (place_is_unknown(place)) {
		err = vouch_krecord_measure(&load, *place);
		if (!err)
			vouch_kload_end(&load);
	}
	vouch_kexec_unlock();
	return err ? vouch_event_unmeasured(type, NULL, err) : 0;
}

/**
 * vouch_kexec_present() - record the images that are loaded
 *
 * Those whose load was seen as they were then, the others as they are now.
 *
 * Context: process context, sleeps; after vouch_kload_renew().
 * Return: 0; -EIO where the card failed; or -EPERM. What is not recorded is not
 * jumped to with fail_closed.
 */
int vouch_kexec_present(void)
{
	int err = 0;

	if (kexec_lock)
		err = place_measure(kexec_current, VOUCH_REC_KEXEC_IMAGE) ?:
		      place_measure(kexec_crash, VOUCH_REC_KEXEC_CRASH);
	return err ?: vouch_krecord_present();
}
