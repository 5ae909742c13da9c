/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VOUCH_CLI_REPORT_H
#define VOUCH_CLI_REPORT_H

/* What `vouch latency` says about one stretch of time. */

#include "cli.h"
#include "probe.h"
#include "spread.h"

/**
 * struct report - one stretch of time
 * @before: the counters at its beginning
 * @now: at its end, each @max being that of this stretch
 * @spreads: by opcode, the events that came through; NULL where there are none
 * @ns: how long it was
 */
struct report {
	struct probe_numbers before;
	struct probe_numbers now;
	struct spread *spreads[VOUCH_LATENCY_OPCODES];
	uint64_t ns;
};

void report_text(const struct report *report, FILE *out);
json_t *report_json(const struct report *report);

#endif /* VOUCH_CLI_REPORT_H */
