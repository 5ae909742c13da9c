/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VOUCH_PLATFORM_STATE_H
#define VOUCH_PLATFORM_STATE_H

/* The state folder: one process has it, and only its owner can look into it. */

#include "why.h"

int vouch_state_lock(const char *state, struct vouch_why *why);
int vouch_state_create(const char *state, struct vouch_why *why);

#endif /* VOUCH_PLATFORM_STATE_H */
