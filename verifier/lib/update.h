/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VOUCH_VERIFY_UPDATE_H
#define VOUCH_VERIFY_UPDATE_H

/*
 * Live updates. To the card one is a jump like any other: that sessions were frozen
 * for it, and retrieved after it, is what the two kernels report, and as good as their
 * root.
 */

#include <stdbool.h>

#include "finding.h"
#include "record.h"

/**
 * struct vouch_update - what was frozen; zeros at first
 * @frozen: sessions, for the last jump
 * @arrived: the last kernel came by that jump
 * @told: what it retrieves without that is reported
 */
struct vouch_update {
	bool frozen;
	bool arrived;
	bool told;
};

/**
 * vouch_update_record() - take a record of any type
 * @update: the state
 * @record: the record
 * @jumping: a jump is announced and has not ended, this record included
 * @announced: the last kernel was announced by a measured one
 *
 * Return: what to report of it, VOUCH_REASON_NONE for nothing.
 */
enum vouch_reason vouch_update_record(struct vouch_update *update,
				      const struct vouch_record *record,
				      bool jumping, bool announced);

#endif /* VOUCH_VERIFY_UPDATE_H */
