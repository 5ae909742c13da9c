/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VOUCH_CLI_PACE_H
#define VOUCH_CLI_PACE_H

#include <stdint.h>

/* Moments by chance: what comes in step with something else would not be seen. */
struct pace;

int pace_new(uint64_t count, uint64_t seconds, struct pace **out);
int pace_wait(const struct pace *pace, uint64_t number);
void pace_free(struct pace *pace);

#endif /* VOUCH_CLI_PACE_H */
