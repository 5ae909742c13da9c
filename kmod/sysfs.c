// SPDX-License-Identifier: GPL-2.0-only
/*
 * Class vouch: what the card says, for people and scripts. Described in
 * Documentation/ABI/testing/sysfs-class-vouch.
 */

#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/sysfs.h>

#include "card.h"
#include "command.h"
#include "compat.h"

/* A function's own log: log 0 for the host's, the instance log for a guest's. */
static u32 own_log(const struct vouch_card *card)
{
	return card->function;
}

static ssize_t card_id_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%*phN\n", VOUCH_CARD_ID_SIZE,
			  to_vouch_card(dev)->identity.card_id);
}
static DEVICE_ATTR_RO(card_id);

static ssize_t digest_emit(char *buf, const u8 digest[VOUCH_DIGEST_SIZE])
{
	return sysfs_emit(buf, "%*phN\n", VOUCH_DIGEST_SIZE, digest);
}

static ssize_t firmware_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return digest_emit(buf, to_vouch_card(dev)->identity.firmware);
}
static DEVICE_ATTR_RO(firmware);

static ssize_t role_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%s\n", to_vouch_card(dev)->role == VOUCH_ROLE_HOST ?
			  "host" : "guest");
}
static DEVICE_ATTR_RO(role);

static ssize_t function_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%u\n", to_vouch_card(dev)->function);
}
static DEVICE_ATTR_RO(function);

static ssize_t state_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	static const char * const names[] = {
		[VOUCH_RECOVERING] = "recovering",
		[VOUCH_READY] = "ready",
		[VOUCH_GONE] = "gone",
	};

	struct vouch_card *card = to_vouch_card(dev);
	enum vouch_state state = READ_ONCE(card->state);

	if (state == VOUCH_READY && READ_ONCE(card->unassigned))
		return sysfs_emit(buf, "unassigned\n");
	return sysfs_emit(buf, "%s\n", names[state]);
}
static DEVICE_ATTR_RO(state);

static ssize_t recorded_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%s\n", vouch_boot_is_recorded(to_vouch_card(dev)) ? "yes" : "no");
}
static DEVICE_ATTR_RO(recorded);

static ssize_t boot_count_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%llu\n",
			  le64_to_cpu(to_vouch_card(dev)->identity.boot_count));
}
static DEVICE_ATTR_RO(boot_count);

static ssize_t debug_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%u\n", le32_to_cpu(to_vouch_card(dev)->identity.debug));
}
static DEVICE_ATTR_RO(debug);

/* These two change without a word to this driver, so the card is asked. */
static ssize_t epoch_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	struct vouch_identity id;
	int rc = vouch_command_identify(to_vouch_card(dev), &id);

	return rc ? rc : sysfs_emit(buf, "%llu\n", le64_to_cpu(id.epoch));
}
static DEVICE_ATTR_RO(epoch);

static ssize_t attach_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	static const char * const names[] = {
		[VOUCH_ATTACH_RESET] = "reset",
		[VOUCH_ATTACH_ATTACHED] = "attached",
		[VOUCH_ATTACH_JUMPING] = "jumping",
		[VOUCH_ATTACH_DETACHED] = "detached",
	};
	struct vouch_identity id;
	int rc = vouch_command_identify(to_vouch_card(dev), &id);
	u16 attach;

	if (rc)
		return rc;
	attach = le16_to_cpu(id.attach);
	if (attach >= ARRAY_SIZE(names))
		return -EIO;
	return sysfs_emit(buf, "%s\n", names[attach]);
}
static DEVICE_ATTR_RO(attach);

static int own_log_state(struct device *dev, struct vouch_log_state *state)
{
	struct vouch_card *card = to_vouch_card(dev);

	return vouch_command_log_state(card, own_log(card), state);
}

static ssize_t count_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	struct vouch_log_state state;
	int rc = own_log_state(dev, &state);

	return rc ? rc : sysfs_emit(buf, "%llu\n", le64_to_cpu(state.count));
}
static DEVICE_ATTR_RO(count);

static ssize_t current_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	struct vouch_log_state state;
	int rc = own_log_state(dev, &state);
	u64 number;

	if (rc)
		return rc;
	number = le64_to_cpu(state.current_record);
	if (number == VOUCH_NO_REF)
		return sysfs_emit(buf, "none\n");
	return sysfs_emit(buf, "%llu\n", number);
}

/* "current" is a macro: DEVICE_ATTR_RO() would expand it. */
static struct device_attribute dev_attr_current = {
	.attr = { .name = "current", .mode = 0444 },
	.show = current_show,
};

static ssize_t pcr_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	struct vouch_log_state state;
	int rc = own_log_state(dev, &state);

	return rc ? rc : digest_emit(buf, state.pcr);
}
static DEVICE_ATTR_RO(pcr);

static ssize_t root_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	struct vouch_log_state state;
	int rc = own_log_state(dev, &state);

	return rc ? rc : digest_emit(buf, state.root);
}
static DEVICE_ATTR_RO(root);

static struct attribute *card_attrs[] = {
	&dev_attr_card_id.attr,
	&dev_attr_firmware.attr,
	&dev_attr_role.attr,
	&dev_attr_function.attr,
	&dev_attr_state.attr,
	&dev_attr_recorded.attr,
	&dev_attr_boot_count.attr,
	&dev_attr_debug.attr,
	&dev_attr_epoch.attr,
	&dev_attr_attach.attr,
	&dev_attr_count.attr,
	&dev_attr_current.attr,
	&dev_attr_pcr.attr,
	&dev_attr_root.attr,
	NULL
};

/* Brings the stretch of the log that holds byte @off into the window. */
static int window_seek(struct vouch_card *card, u64 off)
{
	struct vouch_window *w = &card->window;

	if (!w->buf) {
		w->buf = kvmalloc(VOUCH_TRANSFER_MAX, GFP_KERNEL);
		if (!w->buf)
			return -ENOMEM;
	}
	/* A new reader may be after a new log. */
	if (!off || off < w->base) {
		w->base = 0;
		w->len = 0;
		w->next = 0;
	}
	while (off >= w->base + w->len) {
		u32 len = VOUCH_TRANSFER_MAX;
		u64 next;
		int rc = vouch_command_log_read(card, own_log(card), w->next,
						w->buf, &len, &next);

		if (fatal_signal_pending(current))
			return -EINTR;
		if (rc) {
			/* What the buffer holds now is anyone's guess. */
			w->base = 0;
			w->len = 0;
			w->next = 0;
			return rc;
		}
		w->base += w->len;
		w->len = len;
		w->next = next;
		if (!len)
			break;
	}
	return 0;
}

/* Sequential reads are cheap; going back starts again at the first record. */
static ssize_t log_read(struct file *file, struct kobject *kobj,
			vouch_bin_attribute *attr, char *buf, loff_t off, size_t count)
{
	struct vouch_card *card = to_vouch_card(kobj_to_dev(kobj));
	struct vouch_window *w = &card->window;
	size_t len;
	int rc;

	guard(mutex)(&w->lock);
	rc = window_seek(card, off);
	if (rc)
		return rc;
	if (off >= w->base + w->len)
		return 0;
	len = min_t(size_t, count, w->base + w->len - off);
	memcpy(buf, w->buf + (off - w->base), len);
	return len;
}

static ssize_t certificates_read(struct file *file, struct kobject *kobj,
				 vouch_bin_attribute *attr, char *buf, loff_t off,
				 size_t count)
{
	u32 len = VOUCH_EVIDENCE_MAX;
	int rc;

	void *certs __free(kvfree) = kvmalloc(len, GFP_KERNEL);

	if (!certs)
		return -ENOMEM;
	rc = vouch_command_certs(to_vouch_card(kobj_to_dev(kobj)), certs, &len);
	return rc ? rc : memory_read_from_buffer(buf, count, &off, certs, len);
}

static vouch_bin_attribute log_attr = __BIN_ATTR(log, 0400, log_read, NULL, 0);
static vouch_bin_attribute certificates_attr =
	__BIN_ATTR(certificates, 0444, certificates_read, NULL, 0);

static vouch_bin_attribute *card_bin_attrs[] = {
	&log_attr,
	&certificates_attr,
	NULL
};

static const struct attribute_group card_group = {
	.attrs = card_attrs,
	.bin_attrs = card_bin_attrs,
};

static const struct attribute_group *card_groups[] = {
	&card_group,
	NULL
};

/* The group is given by a udev rule (70-vouch.rules). */
static char *card_devnode(const struct device *dev, umode_t *mode)
{
	if (mode)
		*mode = 0660;
	return NULL;
}

const struct class vouch_class = {
	.name = "vouch",
	.dev_groups = card_groups,
	.devnode = card_devnode,
};
