// SPDX-License-Identifier: GPL-2.0-only
#include "vouch-verify.h"

#include <stdlib.h>
#include <string.h>

/*
 * The verdict is shown before the history, and a history is not kept in memory:
 * so it is appraised a second time, and must come out as it did before.
 */
void tool_history_run(const struct tool_report *report,
		      void (*on_event)(void *ctx, const struct vouch_event *event), void *ctx)
{
	const struct vouch_verdict *first = report->verdict;
	struct vouch_verdict second = { .findings = { .room = 0 } };
	struct vouch_input input = *report->input;

	/* Where the card was seen before was checked, and ctx is needed here. */
	input.find_seen = NULL;
	input.on_event = on_event;
	input.ctx = ctx;
	vouch_appraise(&input, &second);
	if (second.claims_proven != first->claims_proven ||
	    second.log_proven[0] < first->log_proven[0] ||
	    second.log_proven[1] < first->log_proven[1] ||
	    memcmp(second.claims.nonce, first->claims.nonce, VOUCH_DIGEST_LEN) ||
	    memcmp(second.now.pcr, first->now.pcr, VOUCH_DIGEST_LEN))
		tool_fail("the package changed while it was read");
}
