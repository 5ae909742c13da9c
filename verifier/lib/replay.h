/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VOUCH_VERIFY_REPLAY_H
#define VOUCH_VERIFY_REPLAY_H

/* Replaying both logs of a package and judging the history in them. */

#include "appraise.h"

/**
 * struct vouch_replay - the job
 * @input: of the appraisal
 * @verdict: gets findings, proofs and the history's summary
 * @evidence: its signature verified
 * @log: log 0 in the package
 * @own: the asker's own log
 * @hash: hash context
 * @window: VOUCH_LOG_WINDOW bytes to work in
 */
struct vouch_replay {
	const struct vouch_input *input;
	struct vouch_verdict *verdict;
	const struct vouch_evidence *evidence;
	const struct vouch_range *log;
	const struct vouch_range *own;
	struct vouch_hash *hash;
	uint8_t *window;
};

/**
 * vouch_replay_run() - do the job
 * @job: the job
 *
 * Findings from a log that turns out not to be what the card signed are taken
 * back, but for the one that says so.
 */
void vouch_replay_run(const struct vouch_replay *job);

#endif /* VOUCH_VERIFY_REPLAY_H */
