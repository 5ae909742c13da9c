// SPDX-License-Identifier: GPL-2.0-only
/*
 * The records of kexec images: of the one that is loaded now, of all that are
 * loaded when a log begins, and of the one that goes.
 */

#include <linux/kexec.h>

#include "compat.h"
#include "event.h"
#include "kexec.h"
#include "kimage.h"
#include "kload.h"
#include "krecord.h"

/* Each takes an attach to come in between. */
#define ATTEMPTS 3

static u16 load_type(const struct vouch_kload *load)
{
	return load->crash ? VOUCH_REC_KEXEC_CRASH : VOUCH_REC_KEXEC_IMAGE;
}

/* What the kernel was told without a file to go by, or before it was measured. */
static const char *load_name(const struct vouch_kload *load, u64 kernel)
{
	if (!load->files)
		return "(no file)";
	return kernel == VOUCH_NO_REF ? "(file not recorded)" : NULL;
}

static int load_write(struct vouch_kload *load, u64 kernel)
{
	return vouch_event_write(load_type(load), load->digest, load_name(load, kernel), kernel,
				 &load->number);
}

/* With what it was made from: a log that begins has nothing of that. */
static int load_write_all(struct vouch_kload *load)
{
	static const u16 types[] = {
		[VOUCH_KLOAD_KERNEL] = VOUCH_REC_KEXEC_KERNEL,
		[VOUCH_KLOAD_INITRAMFS] = VOUCH_REC_KEXEC_INITRAMFS,
		[VOUCH_KLOAD_CMDLINE] = VOUCH_REC_KEXEC_CMDLINE,
	};
	u64 number[VOUCH_KLOAD_PARTS] = { VOUCH_NO_REF, VOUCH_NO_REF, VOUCH_NO_REF };
	int err = 0;

	for (size_t i = 0; !err && i < VOUCH_KLOAD_PARTS; i++)
		if (load->part[i].known)
			err = vouch_event_write(types[i], load->part[i].digest, "(present)",
						VOUCH_NO_REF, &number[i]);
	if (err)
		return err;
	load->whole = !load->part[VOUCH_KLOAD_KERNEL].known ||
		      number[VOUCH_KLOAD_KERNEL] != VOUCH_NO_REF;
	return load_write(load, number[VOUCH_KLOAD_KERNEL]);
}

/* After the record's first writing, which ended with @err. */
static int load_end(struct vouch_kload *load, int err)
{
	enum vouch_kload_end end;

	for (int n = 1; ; n++) {
		if (err || n == ATTEMPTS)
			load->number = VOUCH_NO_REF;
		end = vouch_kload_end(load);
		if (end != VOUCH_KLOAD_AGAIN)
			break;
		err = load_write_all(load);
	}
	if (end == VOUCH_KLOAD_GONE && load->number != VOUCH_NO_REF)
		vouch_krecord_drop(load);
	return err;
}

/**
 * vouch_krecord_measure() - hash an image, and remember it
 * @load: zeros, or with its parts; returns what to record, or to end without
 * @image: all segments are filled
 *
 * Context: process context, sleeps; under the kexec lock. vouch_kload_end()
 * follows.
 * Return: 0 or a negative errno.
 */
int vouch_krecord_measure(struct vouch_kload *load, const struct kimage *image)
{
	int err;

	load->image = image;
	load->crash = image->type == KEXEC_TYPE_CRASH;
	load->files = image->file_mode;
	load->number = VOUCH_NO_REF;
	err = vouch_kimage_digest(image, load->digest);
	return err ?: vouch_kload_begin(load);
}

/**
 * vouch_krecord_load() - record an image that is being loaded
 * @load: its parts, and nothing else
 * @image: all segments are filled, and it is in nobody's reach
 * @kernel: number of the record of the file it was made from, or VOUCH_NO_REF
 *
 * Context: process context, sleeps; under the kexec lock.
 * Return: 0, or -EPERM if it must not be loaded.
 */
int vouch_krecord_load(struct vouch_kload *load, const struct kimage *image, u64 kernel)
{
	int err = vouch_krecord_measure(load, image);

	if (err)
		return vouch_event_unmeasured(load_type(load), load_name(load, kernel), err);
	load->whole = !load->files || kernel != VOUCH_NO_REF;
	err = load_end(load, load_write(load, kernel));
	/* One that is refused was never there. */
	if (err)
		vouch_kload_forget(image, load);
	return err;
}

/**
 * vouch_krecord_present() - record what is remembered and not in the log
 *
 * Context: process context, sleeps; after vouch_kload_renew().
 * Return: 0; -EIO where the card failed; or -EPERM.
 */
int vouch_krecord_present(void)
{
	struct vouch_kload load = {};
	int err = 0;

	while (!err && vouch_kload_next(&load)) {
		err = load_end(&load, load_write_all(&load));
		/* A card that fails now is not waited for with every one. */
		if (!err && load.number == VOUCH_NO_REF)
			err = -EIO;
	}
	return err;
}

/**
 * vouch_krecord_drop() - record that an image is let go of
 * @load: what was known of it
 *
 * Context: process context, sleeps.
 */
void vouch_krecord_drop(const struct vouch_kload *load)
{
	vouch_event_tell(VOUCH_REC_KEXEC_DROP, NULL,
			 vouch_kexec_is_replaced(load) ? "replaced" : "unloaded", load->number);
}
