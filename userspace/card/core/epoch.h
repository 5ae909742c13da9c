/* SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR MIT */
#ifndef VOUCH_CARD_EPOCH_H
#define VOUCH_CARD_EPOCH_H

/*
 * What the card itself sees of a function that has a log:
 *
 *	in state	on		goes to		and writes
 *	reset		attach		attached	after-reset
 *	attached,	kexec-exec	jumping
 *	jumping,	attach		attached	announced
 *	jumping,	kexec-abort	attached
 *	attached,	detach		detached
 *	detached,	attach		attached	unannounced
 *
 * A power-on or reset leads from anywhere to reset and begins an epoch of that
 * function. The state is derived from the records of its log, but where a full
 * log could not take the record: then the state is still the truth.
 */

#include "record.h"

/**
 * vouch_epoch_begins - does a record begin an epoch of its function?
 * @type: of the record
 *
 * Return: true for power-on and reset, which carry the epoch's nonce.
 */
static inline bool vouch_epoch_begins(uint16_t type)
{
	return type == VOUCH_REC_POWER_ON || type == VOUCH_REC_RESET;
}

void vouch_epoch_take(struct vouch_card *card, struct vouch_log *log,
		      const struct vouch_record *record);
uint64_t vouch_epoch_of(const struct vouch_card *card, const struct vouch_log *log,
			uint16_t type);
int vouch_epoch_power_on(struct vouch_card *card);
int vouch_epoch_adopt(struct vouch_card *card, uint16_t fn);

#endif /* VOUCH_CARD_EPOCH_H */
