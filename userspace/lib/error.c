// SPDX-License-Identifier: GPL-2.0-only
/* Errors in words that say what to do. */
#include <errno.h>
#include <string.h>

#include "vouch.h"

struct text {
	int error;
	const char *text;
};

static const struct text open_texts[] = {
	{ -ENOSYS, "the vouch module is not loaded; load it with: modprobe vouch" },
	{ -ENXIO, "no such vouch device; is a card fitted, or its function passed through "
		  "to this VM? See: lspci -nn | grep 1234:7643, ls /sys/class/vouch" },
	{ -ENOENT, "the device node is missing although the driver has a device; "
		   "is udev or devtmpfs running?" },
	{ -EACCES, "no permission for the device; run as root, or join the group vouch: "
		   "usermod -aG vouch USER" },
	{ -EPERM, "no permission for the device; run as root, or join the group vouch: "
		  "usermod -aG vouch USER" },
	{ 0, NULL },
};

static const struct text log_texts[] = {
	{ -EACCES, "this function may not read that log; a guest reads log 0 and its own" },
	{ -EINVAL, "no such log; log 0 is the host's, the others are numbered as functions" },
	{ -ENOENT, "no such log or record for this function; a guest reads log 0 only as far as "
		   "its last evidence: run vouch attest first" },
	{ 0, NULL },
};

static const struct text attest_texts[] = {
	{ -EINVAL, "the nonce must be 8 to 64 bytes, a kept key a P-384 private key, and only "
		   "a guest's function has an OS to ask about" },
	{ -ENOENT, "the card no longer knows the evidence it gave, others are asking too often; "
		   "try again" },
	{ -ERANGE, "this program's clock is not the driver's; a time namespace sets them apart "
		   "(see: cat /proc/self/timens_offsets), so run this outside of it" },
	{ -EACCES, "this is the host's function, and a proximity session is for a guest's; "
		   "run this in a VM, or see: vouch info" },
	{ -EOPNOTSUPP, "this card has no proximity sessions" },
	{ -EBUSY, "this function has a proximity session already; try again" },
	{ -ESTALE, "the proximity session ended before the card signed it: its function was "
		   "reset or assigned anew, or the rounds took too long; try again" },
	{ 0, NULL },
};

static const struct text measure_texts[] = {
	{ -EINVAL, "the name must be 1 to 128 bytes of UTF-8; give one with --name" },
	{ -EPERM, "only root (CAP_SYS_ADMIN) may append to the log" },
	{ 0, NULL },
};

static const struct text assign_texts[] = {
	{ -EACCES, "only the host's function may assign; this one is a guest's, "
		   "run this on the host" },
	{ -EPERM, "only root (CAP_SYS_ADMIN) may assign functions" },
	{ -ENOENT, "the card has no guest function with this number; see: vouch info" },
	{ 0, NULL },
};

static const struct text common_texts[] = {
	{ -EACCES, "this function's role does not allow that; see: vouch info" },
	{ -EPERM, "needs root (CAP_SYS_ADMIN)" },
	{ -ENOLINK, "this function is not assigned to an instance; on the host, run: "
		    "vouch assign N" },
	{ -ENOSPC, "the log, or the quota for user records, is full" },
	{ -EAGAIN, "the card is recovering; try again in a few seconds" },
	{ -ETIMEDOUT, "the card did not answer in time; see: dmesg | grep vouch" },
	{ -ENODEV, "the card is gone; see: dmesg | grep vouch" },
	{ -EIO, "the card answered nonsense or could not store; see: dmesg | grep vouch" },
	{ -EBADMSG, "the card answered with bytes that are not in the form they must have; "
		    "do not trust it" },
	{ -ENOTTY, "the driver does not know this request; is it older than this program?" },
	{ -E2BIG, "the driver is older than this program; update the module" },
	{ 0, NULL },
};

static const struct text * const step_texts[] = {
	[VOUCH_STEP_OPEN] = open_texts,
	[VOUCH_STEP_INFO] = common_texts,
	[VOUCH_STEP_LOG] = log_texts,
	[VOUCH_STEP_ATTEST] = attest_texts,
	[VOUCH_STEP_MEASURE] = measure_texts,
	[VOUCH_STEP_ASSIGN] = assign_texts,
};

static const char *lookup(const struct text *texts, int error)
{
	for (; texts->text; texts++)
		if (texts->error == error)
			return texts->text;
	return NULL;
}

/**
 * vouch_error_text() - what went wrong and what to do about it
 * @step: what was being done
 * @error: negative errno
 *
 * Return: a sentence without a full stop; never NULL.
 */
const char *vouch_error_text(enum vouch_step step, int error)
{
	const char *text = lookup(step_texts[step], error);

	if (!text)
		text = lookup(common_texts, error);
	return text ? text : strerror(-error);
}
