/* SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR MIT */
#ifndef VOUCH_CARD_EPOCH_H
#define VOUCH_CARD_EPOCH_H

/*
 * What the card itself sees of the host function:
 *
 *	in state	on		goes to		and writes
 *	reset		attach		attached	after-reset
 *	attached,	kexec-exec	jumping
 *	jumping,	attach		attached	announced
 *	jumping,	kexec-abort	attached
 *	attached,	detach		detached
 *	detached,	attach		attached	unannounced
 *
 * A power-on or reset leads from anywhere to reset and begins an epoch. The
 * state is only ever derived from the records of log 0.
 */

#include "record.h"

void vouch_epoch_take(struct vouch_card *card, const struct vouch_record *record);
uint64_t vouch_epoch_of(const struct vouch_card *card, uint16_t type);
int vouch_epoch_power_on(struct vouch_card *card);

#endif /* VOUCH_CARD_EPOCH_H */
