/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VOUCH_CLI_STAMPS_H
#define VOUCH_CLI_STAMPS_H

/* Bus stamps of this thread's own requests, as eBPF sees them. */

#include "vouch.h"

struct stamps;

int stamps_open(struct stamps **out);
int stamps_take(struct stamps *stamps, unsigned int opcode, struct vouch_answer *answer);
void stamps_close(struct stamps *stamps);

#endif /* VOUCH_CLI_STAMPS_H */
