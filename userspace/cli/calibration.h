/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VOUCH_CLI_CALIBRATION_H
#define VOUCH_CLI_CALIBRATION_H

/* What vouch calibrate has measured, as a policy and in words. */

#include "cli.h"

/* Each is bounded: three times of a session on two clocks, and the request's. */
enum calibration_time {
	CAL_GUEST_MIN,
	CAL_GUEST_P5,
	CAL_GUEST_MEDIAN,
	CAL_CARD_MIN,
	CAL_CARD_P5,
	CAL_CARD_MEDIAN,
	CAL_NEAR_TIMES,
	CAL_WAY = CAL_NEAR_TIMES,	/* to the card and back */
	CAL_BUS,			/* between doorbell and interrupt; only if asked for */
	CAL_TIMES,
};

/**
 * struct calibration - many sessions, each with a request
 * @sessions: how many
 * @margin: percent, added to the longest
 * @rounds: of each session
 * @over: seconds over which they were spread
 * @failed: further ones that failed
 * @bus: the bus is bounded, too
 * @model: of the card, as references name it
 * @ns: of each session, by enum calibration_time; sorted before anything is told
 */
struct calibration {
	uint64_t sessions;
	uint64_t margin;
	uint32_t rounds;
	uint64_t over;
	uint64_t failed;
	bool bus;
	const char *model;
	uint64_t *ns[CAL_TIMES];
};

int calibration_new(struct calibration *cal);
void calibration_keep(struct calibration *cal, uint64_t number,
		      const struct vouch_package_summary *sum);
void calibration_sort(struct calibration *cal);
void calibration_free(struct calibration *cal);
json_t *calibration_policy(const struct calibration *cal, json_t *given);
json_t *calibration_json(const struct calibration *cal, json_t *policy);
void calibration_explain(const struct calibration *cal, FILE *out);

#endif /* VOUCH_CLI_CALIBRATION_H */
