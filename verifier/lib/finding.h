/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VOUCH_VERIFY_FINDING_H
#define VOUCH_VERIFY_FINDING_H

/* What an appraisal can find, and the list in which it collects it. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "reason.h"

#define VOUCH_FINDING_NAME	128
#define VOUCH_FINDING_DIGEST	48
#define VOUCH_NO_RECORD		UINT64_MAX

/**
 * enum vouch_class - what a finding means for the verdict
 * @VOUCH_CLASS_UNTOLD: nothing can be said
 * @VOUCH_CLASS_BROKEN: the evidence does not hold
 * @VOUCH_CLASS_POLICY: the evidence holds, and the policy is not met
 * @VOUCH_CLASS_WARNING: a weakness; a policy failure unless it is accepted
 */
enum vouch_class {
	VOUCH_CLASS_UNTOLD,
	VOUCH_CLASS_BROKEN,
	VOUCH_CLASS_POLICY,
	VOUCH_CLASS_WARNING,
};

/* VOUCH_REASON_NONE is for a check that found nothing. */
enum vouch_reason {
	VOUCH_REASON_NONE,
#define VOUCH_REASON(name, class, code, text) VOUCH_##name,
	VOUCH_REASONS(VOUCH_REASON)
#undef VOUCH_REASON
	VOUCH_REASON_COUNT
};

/**
 * struct vouch_finding - one thing that was found
 * @reason: enum vouch_reason
 * @class: what it means, the policy applied
 * @log: which log, where @record is one
 * @record: its number, or VOUCH_NO_RECORD
 * @type: the record's type, 0 for none
 * @has_digest: @digest is set
 * @digest: what was measured
 * @name: the record's name or the part of the package, terminated, may be
 *	empty; UTF-8 from the input, so escape it before showing it
 */
struct vouch_finding {
	enum vouch_reason reason;
	enum vouch_class class;
	uint32_t log;
	uint32_t type;
	uint64_t record;
	bool has_digest;
	uint8_t digest[VOUCH_FINDING_DIGEST];
	char name[VOUCH_FINDING_NAME + 1];
};

/**
 * struct vouch_findings - a list of bounded length; the caller owns @items
 * @items: room for @room findings
 * @room: how many fit
 * @count: how many are there
 * @totals: how many of each class were found, kept or not
 * @first_bad: the first of class BROKEN, or else of class POLICY
 * @accept: by reason, which warnings the policy accepts
 */
struct vouch_findings {
	struct vouch_finding *items;
	size_t room;
	size_t count;
	uint64_t totals[VOUCH_CLASS_WARNING + 1];
	struct vouch_finding first_bad;
	const bool *accept;
};

/**
 * vouch_finding_init() - a finding about no record
 * @finding: returns it
 * @reason: why
 * @name: part of the package, terminated, may be NULL
 */
void vouch_finding_init(struct vouch_finding *finding, enum vouch_reason reason,
			const char *name);

/**
 * vouch_findings_add() - collect a finding
 * @list: the list; a full one only counts
 * @finding: copied; its class is set from its reason and the policy
 */
void vouch_findings_add(struct vouch_findings *list, const struct vouch_finding *finding);

/**
 * vouch_findings_note() - collect a finding about no record
 * @list: the list
 * @reason: why; nothing is added for VOUCH_REASON_NONE
 * @name: part of the package, terminated, may be NULL
 *
 * Return: whether it was a reason.
 */
bool vouch_findings_note(struct vouch_findings *list, enum vouch_reason reason,
			 const char *name);

/**
 * vouch_findings_retract() - take a finding back that turned out not to hold
 * @list: the list, which has it, kept or only counted
 * @reason: why
 * @log: which log
 * @record: its number
 */
void vouch_findings_retract(struct vouch_findings *list, enum vouch_reason reason, uint32_t log,
			    uint64_t record);

/* Static facts about a reason; constant strings. */
const char *vouch_reason_code(enum vouch_reason reason);
const char *vouch_reason_text(enum vouch_reason reason);
enum vouch_class vouch_reason_class(enum vouch_reason reason);
const char *vouch_class_text(enum vouch_class class);

/**
 * vouch_reason_from_code() - the reason that has this code
 * @code: terminated
 *
 * Return: the reason, VOUCH_REASON_NONE for none.
 */
enum vouch_reason vouch_reason_from_code(const char *code);

#endif /* VOUCH_VERIFY_FINDING_H */
