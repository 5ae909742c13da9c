/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VOUCH_CLI_POLICY_H
#define VOUCH_CLI_POLICY_H

/* A verifier's policy: the members that the asker can judge, and the whole as JSON. */

#include "cli.h"

#define POLICY_NS_PER_MS	1e6
#define POLICY_MS_MAX		86400000	/* a day */

/**
 * struct policy - what it says of time and distance
 * @threshold_ns: longest way to the card and back
 * @has_bus: @bus_threshold_ns is there
 * @bus_threshold_ns: longest way between doorbell and interrupt
 * @rounds: least rounds of a proximity session, 0 if none is demanded
 * @bounded: there is a bound for any model; the rest is set
 * @guest: longest times on the guest's clock, UINT32_MAX where there is none
 * @card: on the card's
 */
struct policy {
	uint64_t threshold_ns;
	bool has_bus;
	uint64_t bus_threshold_ns;
	uint32_t rounds;
	bool bounded;
	struct vouch_times guest;
	struct vouch_times card;
};

json_t *policy_read(struct cli *cli, const char *path);
int policy_load(struct cli *cli, const char *path, struct policy *policy);

#endif /* VOUCH_CLI_POLICY_H */
