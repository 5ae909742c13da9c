// SPDX-License-Identifier: GPL-2.0-only
/*
 * Firmware that a driver asks for, as the driver gets it: decompressed, in
 * part, or from wherever the loader has found it. What user space writes to
 * sysfs comes through file.c, which asks here whose it is.
 */

#include <linux/device.h>
#include <linux/firmware.h>
#include <linux/kernel.h>
#include <linux/mutex.h>
#include <linux/sched.h>

#include "digest.h"
#include "event.h"
#include "hook.h"
#include "measure.h"

static int firmware_request(const struct firmware **result, const char *name,
			    struct device *device, void *buffer, size_t room, size_t offset,
			    u32 options);

VOUCH_HOOK_DEFINE(vouch_firmware_hook, "_request_firmware", firmware_request);

/**
 * vouch_firmware_followed() - is the firmware that drivers get recorded here
 *
 * Context: once the hooks are placed.
 * Return: false where the files must stand for it.
 */
bool vouch_firmware_followed(void)
{
	return !vouch_firmware_hook.error;
}

/* What fills a driver's buffer to its end may be a part of the file. */
static void firmware_name(char *text, size_t size, const struct firmware *firmware,
			  const char *name, const void *buffer, size_t room, size_t offset)
{
	if (buffer && (offset || firmware->size == room))
		snprintf(text, size, "%s (%zu bytes at %zu)", name, firmware->size, offset);
	else
		snprintf(text, size, "%s", name);
}

static int firmware_record(const struct firmware *firmware, const char *text)
{
	u8 digest[VOUCH_DIGEST_SIZE];
	int err = vouch_digest_buffer(firmware->data, firmware->size, digest);

	if (err)
		return vouch_event_unmeasured(VOUCH_REC_FIRMWARE_LOAD, text, err);
	return vouch_event_write(VOUCH_REC_FIRMWARE_LOAD, digest, text, VOUCH_NO_REF, NULL);
}

static int firmware_request(const struct firmware **result, const char *name,
			    struct device *device, void *buffer, size_t room, size_t offset,
			    u32 options)
{
	char text[VOUCH_NAME_MAX + 1];
	int err;

	vouch_hook_enter();
	err = static_call(vouch_firmware_hook_original)(result, name, device, buffer, room,
							offset, options);
	if (!err && *result && vouch_event_armed()) {
		firmware_name(text, sizeof(text), *result, name, buffer, room, offset);
		err = firmware_record(*result, text);
		if (err) {
			release_firmware(*result);
			*result = NULL;
		}
	}
	vouch_hook_leave();
	return err;
}

#ifdef CONFIG_FW_LOADER_SYSFS
static ssize_t firmware_conclude(struct device *device, struct device_attribute *attribute,
				 const char *text, size_t size);

VOUCH_HOOK_DEFINE(vouch_firmware_sysfs_hook, "firmware_loading_store", firmware_conclude);

/* The loader's own lock lets one write conclude at a time, too. */
static DEFINE_MUTEX(concluding);
static struct task_struct *writer;
static const char *written;

/**
 * vouch_firmware_written() - the firmware that this task hands over by sysfs
 *
 * Context: any task. What is returned lasts until the write is concluded.
 * Return: the name of its directory in /sys/class/firmware, or NULL.
 */
const char *vouch_firmware_written(void)
{
	return READ_ONCE(writer) == current ? written : NULL;
}

/* Where the content is checked the kernel says no more of it than "blob". */
static ssize_t firmware_conclude(struct device *device, struct device_attribute *attribute,
				 const char *text, size_t size)
{
	ssize_t done;

	vouch_hook_enter();
	mutex_lock(&concluding);
	written = dev_name(device);
	WRITE_ONCE(writer, current);
	done = static_call(vouch_firmware_sysfs_hook_original)(device, attribute, text, size);
	WRITE_ONCE(writer, NULL);
	mutex_unlock(&concluding);
	vouch_hook_leave();
	return done;
}
#endif /* CONFIG_FW_LOADER_SYSFS */
