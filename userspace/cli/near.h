/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VOUCH_CLI_NEAR_H
#define VOUCH_CLI_NEAR_H

/* Times of proximity sessions, as text and as JSON. */

#include "cli.h"

#define NEAR_ROUNDS	128	/* in a session, where nothing else is said */

int near_rounds(struct cli *cli, const char *text, uint32_t *rounds);
void near_text(const struct vouch_near *near, FILE *out);
json_t *near_times_json(const struct vouch_times *times);
json_t *near_json(const struct vouch_near *near);

#endif /* VOUCH_CLI_NEAR_H */
