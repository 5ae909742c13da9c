/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VOUCH_MISSED_H
#define VOUCH_MISSED_H

#include <linux/types.h>
#include <vouch/wire.h>

void vouch_missed_add(const char *text);
unsigned int vouch_missed_take(char *first);
void vouch_missed_keep(const char *first, unsigned int count);
void vouch_missed_watch(void);
unsigned int vouch_missed_watched(void);

#endif /* VOUCH_MISSED_H */
