// SPDX-License-Identifier: GPL-2.0-only
/*
 * Records of the measuring hooks: to the card that takes them, and back from its
 * log.
 */

#include <linux/cleanup.h>
#include <linux/ctype.h>
#include <linux/device.h>
#include <linux/workqueue.h>

#include "card.h"
#include "command.h"
#include "record.h"

/* Names are for people and logs: nothing that could act on a terminal. */
static size_t name_clean(char *to, const char *from)
{
	size_t n;

	for (n = 0; from && from[n] && n < VOUCH_NAME_MAX; n++)
		to[n] = isascii(from[n]) && isprint(from[n]) ? from[n] : '?';
	return n;
}

/**
 * vouch_record_write - append a hook's record to this machine's log
 * @type: enum vouch_record_type, one that hooks may write
 * @digest: SHA-384 of what was measured, or NULL
 * @name: NUL-terminated, or NULL; cut to VOUCH_NAME_MAX bytes, and '?' stands
 *	for each byte that is not printable ASCII
 * @data: or NULL
 * @data_len: at most VOUCH_DATA_MAX
 * @ref: number of an earlier record, or VOUCH_NO_REF
 * @number: returns the record's number; may be NULL
 *
 * Return: 0 when the record is durable on the card; -ENODEV at once where no
 * function is bound or it is gone; -ENOLINK where it is a guest's that has no
 * instance; -EAGAIN when it did not recover in
 * time; -ETIMEDOUT; -ENOSPC; -EIO; -EINVAL. Context: sleeps, for at most three
 * times the time-out.
 */
int vouch_record_write(u16 type, const u8 *digest, const char *name,
		       const void *data, size_t data_len, u64 ref, u64 *number)
{
	char clean[VOUCH_NAME_MAX];
	struct vouch_appended done;
	struct vouch_record rec = {
		.type = type,
		.hook = true,
		.digest = digest,
		.name = clean,
		.name_len = name_clean(clean, name),
		.data = data,
		.data_len = data_len,
		.ref = ref,
	};
	struct vouch_card *card;
	int rc;

	struct device *dev __free(put_device) = vouch_target_get();

	if (!dev)
		return -ENODEV;
	card = to_vouch_card(dev);
	rc = vouch_target_settle(card);
	if (rc)
		return rc;
	rc = vouch_command_append(card, &rec, &done);
	if (rc == -ENOLINK)
		queue_work(system_long_wq, &card->follow);
	if (!rc && number)
		*number = le64_to_cpu(done.number);
	return rc;
}

/**
 * vouch_record_settle - wait as a record would that is written now
 *
 * For a card that recovers, and until it has learned which kernel runs, no longer
 * than the time-out. Context: sleeps.
 */
void vouch_record_settle(void)
{
	struct device *dev __free(put_device) = vouch_target_get();

	if (dev)
		vouch_target_settle(to_vouch_card(dev));
}

/**
 * vouch_record_identity - ask the card that takes the records who it is
 * @id: returns what it says
 *
 * Return: 0 or a negative errno. Context: sleeps, for at most the time-out.
 */
int vouch_record_identity(struct vouch_identity *id)
{
	struct device *dev __free(put_device) = vouch_target_get();

	return dev ? vouch_command_identify(to_vouch_card(dev), id) : -ENODEV;
}

/**
 * vouch_record_read - read back what is in this machine's log
 * @from: number of the first record wanted
 * @out: for whole records as the card encodes them
 * @size: room, at least VOUCH_RECORD_MAX; returns bytes written
 *
 * Return: 0 or a negative errno. Context: sleeps, for at most the time-out.
 */
int vouch_record_read(u64 from, void *out, u32 *size)
{
	struct device *dev __free(put_device) = vouch_target_get();
	u64 next;

	if (!dev)
		return -ENODEV;
	return vouch_command_log_read(to_vouch_card(dev), to_vouch_card(dev)->function, from,
				      out, size, &next);
}
