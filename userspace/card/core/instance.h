/* SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR MIT */
#ifndef VOUCH_CARD_INSTANCE_H
#define VOUCH_CARD_INSTANCE_H

/* Instances: each assignment of a guest function gives it a fresh log. */

#include "record.h"

int vouch_instance_take(struct vouch_card *card, const struct vouch_record *record);
void vouch_function_forget(struct vouch_card_function *function);

#endif /* VOUCH_CARD_INSTANCE_H */
