/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VOUCH_CARD_SESSION_H
#define VOUCH_CARD_SESSION_H

/* A guest that drives proximity sessions of function 1 on a test bench. */

#include "rig.h"

#define SESSION_NONCE	0x6e	/* each byte */

enum vouch_status session_open(struct rig *rig, uint16_t fn, uint32_t rounds,
			       struct vouch_proximity_opened *opened);
enum vouch_status session_close(struct rig *rig, uint16_t fn,
				const struct vouch_proximity_opened *opened);
void session_start(struct rig *rig, uint32_t rounds, struct vouch_proximity_opened *opened);
uint64_t session_challenge(unsigned int round);
void session_ask(struct rig *rig, unsigned int round);
uint64_t session_answer(struct rig *rig, unsigned int round);
void session_run(struct rig *rig, uint32_t rounds, uint64_t *responses);

#endif /* VOUCH_CARD_SESSION_H */
