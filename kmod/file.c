// SPDX-License-Identifier: GPL-2.0-only
/*
 * Content that user space hands to the kernel: modules, firmware that it uploads,
 * and what kexec_file_load is given. Recorded after the kernel's own checks have
 * let it pass and before it is used.
 */

#include <linux/fs.h>
#include <linux/kernel_read_file.h>
#include <linux/security.h>
#include <linux/string.h>

#include "digest.h"
#include "event.h"
#include "hook.h"
#include "measure.h"

static int file_read(struct file *file, char *content, loff_t size,
		     enum kernel_read_file_id id);
static int file_open(struct file *file, enum kernel_read_file_id id, bool whole);
static int data_load(char *content, loff_t size, enum kernel_load_data_id id,
		     char *description);

VOUCH_HOOK_DEFINE(vouch_file_read_hook, "security_kernel_post_read_file", file_read);
VOUCH_HOOK_DEFINE(vouch_file_open_hook, "security_kernel_read_file", file_open);
VOUCH_HOOK_DEFINE(vouch_data_load_hook, "security_kernel_post_load_data", data_load);

/* A module that the kernel decompresses comes again, decompressed, where the
 * kernel has an id of its own for the compressed content: that one is left out.
 */
static u16 file_type(enum kernel_read_file_id id)
{
	switch (id) {
	case READING_FIRMWARE:
		return vouch_firmware_followed() ? 0 : VOUCH_REC_FIRMWARE_LOAD;
	case READING_MODULE:
		return VOUCH_REC_MODULE_LOAD;
	case READING_KEXEC_IMAGE:
		return VOUCH_REC_KEXEC_KERNEL;
	case READING_KEXEC_INITRAMFS:
		return VOUCH_REC_KEXEC_INITRAMFS;
	default:
		return 0;
	}
}

static u16 data_type(enum kernel_load_data_id id, const char *description)
{
	switch (id) {
	case LOADING_FIRMWARE:
		if (vouch_firmware_followed() && !strcmp(description, "platform"))
			return 0;
		return VOUCH_REC_FIRMWARE_LOAD;
	case LOADING_MODULE:
		return VOUCH_REC_MODULE_LOAD;
	default:
		return 0;
	}
}

static int file_measure(u16 type, const char *name, const void *content, size_t size)
{
	u8 digest[VOUCH_DIGEST_SIZE];
	u64 number = VOUCH_NO_REF;
	bool hashed;
	int err;

	if (!vouch_event_armed())
		return 0;
	err = vouch_digest_buffer(content, size, digest);
	hashed = !err;
	if (err)
		err = vouch_event_unmeasured(type, name, err);
	else
		err = vouch_event_write(type, digest, name, VOUCH_NO_REF, &number);

	if (type == VOUCH_REC_KEXEC_KERNEL || type == VOUCH_REC_KEXEC_INITRAMFS)
		vouch_kexec_read(type, hashed ? digest : NULL, number);
	if (type == VOUCH_REC_MODULE_LOAD)
		vouch_module_measured(hashed ? digest : NULL, number);
	return err;
}

static int file_read(struct file *file, char *content, loff_t size,
		     enum kernel_read_file_id id)
{
	char name[VOUCH_NAME_MAX + 1];
	u16 type = file_type(id);
	int err;

	vouch_hook_enter();
	err = static_call(vouch_file_read_hook_original)(file, content, size, id);
	if (!err && type) {
		snprintf(name, sizeof(name), "%pD", file);
		err = file_measure(type, name, content, size);
	}
	vouch_hook_leave();
	return err;
}

/* Where only files stand for firmware, one that is read in parts is never whole. */
static int file_open(struct file *file, enum kernel_read_file_id id, bool whole)
{
	char name[VOUCH_NAME_MAX + 1];
	u16 type = file_type(id);
	int err;

	vouch_hook_enter();
	err = static_call(vouch_file_open_hook_original)(file, id, whole);
	if (!err && type && !whole) {
		snprintf(name, sizeof(name), "%pD (in parts)", file);
		err = vouch_event_unmeasured(type, name, -EFBIG);
	}
	vouch_hook_leave();
	return err;
}

/*
 * init_module(2), and firmware that is written to sysfs: nothing tells what a
 * driver has asked for from what a user uploads, so the former is recorded here,
 * too. That from EFI is only ever asked for.
 */
static int data_load(char *content, loff_t size, enum kernel_load_data_id id,
		     char *description)
{
	u16 type = data_type(id, description);
	int err;

	vouch_hook_enter();
	err = static_call(vouch_data_load_hook_original)(content, size, id, description);
	if (!err && type)
		err = file_measure(type, vouch_firmware_written() ?: description, content, size);
	vouch_hook_leave();
	return err;
}
