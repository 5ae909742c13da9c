/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VOUCH_VERIFY_CONDITION_H
#define VOUCH_VERIFY_CONDITION_H

/*
 * What a running kernel says about itself: taint, lockdown, Secure Boot,
 * microcode, what it measures, how many VMs it started. Its own words, so only as good as its
 * root.
 */

#include <stdbool.h>
#include <stdint.h>

#include "finding.h"
#include "policy.h"
#include "record.h"

#define VOUCH_DEMANDS	3	/* that silence fails */

/* Out of tree and unsigned: vouch.ko itself, where a distribution has no vouch. */
#define VOUCH_TAINT_ACCEPTED	(1ULL << 12 | 1ULL << 13)

/**
 * enum vouch_lockdown - how far a kernel keeps its own root out, rising
 * @VOUCH_LOCKDOWN_UNTOLD: it has not said
 * @VOUCH_LOCKDOWN_UNKNOWN: it cannot tell
 * @VOUCH_LOCKDOWN_NONE: not at all
 * @VOUCH_LOCKDOWN_INTEGRITY: root may not change the kernel
 * @VOUCH_LOCKDOWN_CONFIDENTIALITY: nor read its secrets
 */
enum vouch_lockdown {
	VOUCH_LOCKDOWN_UNTOLD,
	VOUCH_LOCKDOWN_UNKNOWN,
	VOUCH_LOCKDOWN_NONE,
	VOUCH_LOCKDOWN_INTEGRITY,
	VOUCH_LOCKDOWN_CONFIDENTIALITY,
};

/**
 * struct vouch_condition - of the kernel that reported last; zeros at first
 * @lockdown: enum vouch_lockdown
 * @secure_boot: it has said whether Secure Boot is enabled
 * @microcode: it has said which microcode runs
 * @started: VMs started since its module was loaded
 * @ended: of them, those that ended
 */
struct vouch_condition {
	enum vouch_lockdown lockdown;
	bool secure_boot;
	bool microcode;
	uint64_t started;
	uint64_t ended;
};

/**
 * vouch_condition_record() - take a record of any type
 * @condition: the state
 * @policy: what is demanded
 * @record: the record
 *
 * Return: what to report of it, VOUCH_REASON_NONE for nothing.
 */
enum vouch_reason vouch_condition_record(struct vouch_condition *condition,
					 const struct vouch_policy *policy,
					 const struct vouch_record *record);

/**
 * vouch_condition_end() - the kernel's time is over
 * @condition: the state; zeros after
 * @policy: what is demanded
 * @silence: returns VOUCH_DEMANDS times what to report of what it never said,
 *	VOUCH_REASON_NONE for nothing
 */
void vouch_condition_end(struct vouch_condition *condition, const struct vouch_policy *policy,
			 enum vouch_reason *silence);

/**
 * vouch_lockdown_parse() - a degree of lockdown by its name
 * @name: as in a record
 * @len: bytes there
 *
 * Return: the degree, VOUCH_LOCKDOWN_UNTOLD for no name.
 */
enum vouch_lockdown vouch_lockdown_parse(const char *name, size_t len);

#endif /* VOUCH_VERIFY_CONDITION_H */
