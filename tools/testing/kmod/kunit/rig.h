/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _VOUCH_KUNIT_RIG_H
#define _VOUCH_KUNIT_RIG_H

#include <kunit/test.h>

#include "card.h"
#include "queue.h"

/*
 * A card that is made of memory: registers that keep what is written, rings,
 * and buffers, so that the driver's own ring.c and queue.c run against it.
 */

#define RIG_ENTRIES	8

struct vouch_card *rig_card(struct kunit *test);

/* The card's side: the next completion, in the phase that is expected. */
void rig_complete(struct vouch_card *card, unsigned int at, u16 cid, u16 status, u32 out_len);

u32 rig_reg(struct vouch_card *card, unsigned int reg);
void rig_reg_set(struct vouch_card *card, unsigned int reg, u32 value);

/* Answers what is sent with the command's arg0, as eight bytes, until stopped. */
void rig_serve(struct kunit *test, struct vouch_card *card);

extern struct kunit_suite ring_suite;
extern struct kunit_suite queue_suite;
extern struct kunit_suite near_suite;

#endif /* _VOUCH_KUNIT_RIG_H */
