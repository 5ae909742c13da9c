/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VOUCH_VERIFY_MATCH_H
#define VOUCH_VERIFY_MATCH_H

/* Which reference a record must have, and whether there is one. */

#include "finding.h"
#include "record.h"
#include "refs.h"

/**
 * enum vouch_match - the result
 * @VOUCH_MATCH_NOT_NEEDED: records of this type name no software
 * @VOUCH_MATCH_FOUND: there is a reference
 * @VOUCH_MATCH_DECLARED: there is one, which only the operator signed
 * @VOUCH_MATCH_MISSING: there is none
 */
enum vouch_match {
	VOUCH_MATCH_NOT_NEEDED,
	VOUCH_MATCH_FOUND,
	VOUCH_MATCH_DECLARED,
	VOUCH_MATCH_MISSING,
};

/**
 * vouch_match_record() - look a record up
 * @refs: a sealed set; NULL or empty matches nothing
 * @record: the record
 * @ref: returns the reference, where there is one
 * @reason: returns what to report: VOUCH_REASON_NONE where one was found
 *
 * Return: enum vouch_match.
 */
enum vouch_match vouch_match_record(const struct vouch_refs *refs,
				    const struct vouch_record *record, struct vouch_ref *ref,
				    enum vouch_reason *reason);

/**
 * vouch_match_text() - the name of a result for people
 * @match: the result
 *
 * Return: a constant string.
 */
const char *vouch_match_text(enum vouch_match match);

#endif /* VOUCH_VERIFY_MATCH_H */
