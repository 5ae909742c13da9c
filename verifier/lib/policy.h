/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VOUCH_VERIFY_POLICY_H
#define VOUCH_VERIFY_POLICY_H

#include <stdbool.h>
#include <stdint.h>

#include "finding.h"

/**
 * struct vouch_policy - what the relying party demands
 * @role: enum vouch_role that the evidence must come from
 * @threshold_ns: longest way to the card and back
 * @require_own: records of the asker's own log need references too
 * @accept: by reason, warnings that are accepted
 */
struct vouch_policy {
	uint32_t role;
	uint64_t threshold_ns;
	bool require_own;
	bool accept[VOUCH_REASON_COUNT];
};

#endif /* VOUCH_VERIFY_POLICY_H */
