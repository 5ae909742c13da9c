/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VOUCH_CLI_JUDGE_H
#define VOUCH_CLI_JUDGE_H

/*
 * How the asker itself judges time and distance by a verifier's policy. No signature is
 * verified for it: what the card says that it took, a relay may have written.
 */

#include "policy.h"

enum judge_finding {
	JUDGE_IMPOSSIBLE,
	JUDGE_LATE,
	JUDGE_BUS_MISSING,
	JUDGE_BUS_LATE,
	JUDGE_ROUNDS,
	JUDGE_FAR,
	JUDGE_FINDINGS,
};

/**
 * struct judgement - of one package
 * @found: by enum judge_finding
 * @met: none was
 * @way: to the card and back, ns
 * @has_bus: @bus_way is set
 * @bus_way: the part of it between doorbell and interrupt
 */
struct judgement {
	bool found[JUDGE_FINDINGS];
	bool met;
	uint64_t way;
	bool has_bus;
	uint64_t bus_way;
};

void judge(const struct policy *policy, const struct vouch_package_summary *sum,
	   struct judgement *judged);
json_t *judge_json(const struct policy *policy, const struct judgement *judged);
void judge_text(const struct policy *policy, const struct judgement *judged, FILE *out);

#endif /* VOUCH_CLI_JUDGE_H */
