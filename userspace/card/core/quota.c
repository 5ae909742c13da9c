// SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR MIT
#include <errno.h>

#include "write.h"

/* The last sixteenth of a log is for the card: its own words must never lack room. */
#define CARD_SHARE	16
/* Users may fill a quarter, so that they cannot crowd out the hooks. */
#define USER_SHARE	4

/**
 * vouch_quota_check - may a log take one more record?
 * @log: the log
 * @origin: VOUCH_ORIGIN_* of the record
 *
 * Return: 0, -ENOSPC for a full log, -EDQUOT for a used up quota.
 */
int vouch_quota_check(const struct vouch_log *log, uint8_t origin)
{
	const uint64_t reserve = origin == VOUCH_ORIGIN_CARD ? 0 : log->capacity / CARD_SHARE;

	if (log->count >= log->capacity - reserve)
		return -ENOSPC;
	if (origin == VOUCH_ORIGIN_USER && log->users >= log->capacity / USER_SHARE)
		return -EDQUOT;
	return 0;
}
