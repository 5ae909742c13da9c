/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VOUCH_VERIFY_POLICY_H
#define VOUCH_VERIFY_POLICY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "finding.h"
#include "near.h"

#define VOUCH_CPU_NAME_MAX	63

/**
 * struct vouch_microcode - what is demanded of one CPU model
 * @cpu: vendor and family-model-stepping, as in a microcode record; terminated
 * @revision: the least
 */
struct vouch_microcode {
	char cpu[VOUCH_CPU_NAME_MAX + 1];
	uint32_t revision;
};

/**
 * struct vouch_policy - what the relying party demands
 * @role: enum vouch_role that the evidence must come from
 * @threshold_ns: longest way to the card and back
 * @judge_bus: @bus_threshold_ns is demanded
 * @bus_threshold_ns: longest way between doorbell and interrupt
 * @refuse_batched: evidence and receipt must have signatures of their own
 * @require_own: records of the asker's own log need references too
 * @taint_accept: the bits of a kernel's taint mask that are no weakness
 * @lockdown: enum vouch_lockdown that every kernel must report at least, or 0
 * @secure_boot: every kernel must report that Secure Boot is enabled
 * @microcode: every kernel must report a revision that suffices here, or NULL
 * @microcode_count: CPU models there
 * @near: that the card is near, and within which bounds
 * @accept: by reason, warnings that are accepted
 */
struct vouch_policy {
	uint32_t role;
	uint64_t threshold_ns;
	bool judge_bus;
	uint64_t bus_threshold_ns;
	bool refuse_batched;
	bool require_own;
	uint64_t taint_accept;
	uint32_t lockdown;
	bool secure_boot;
	const struct vouch_microcode *microcode;
	size_t microcode_count;
	struct vouch_near_policy near;
	bool accept[VOUCH_REASON_COUNT];
};

#endif /* VOUCH_VERIFY_POLICY_H */
