/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VOUCH_VERIFY_NEAR_H
#define VOUCH_VERIFY_NEAR_H

/* How near a proximity session shows the card to be, and by whose clocks. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "finding.h"

struct vouch_evidence;
struct vouch_proximity;

#define VOUCH_NEAR_CLAIM	"near, or the host is not running what the log says"

/* Quantiles of many times. */
enum vouch_quantile {
	VOUCH_QUANTILE_MIN,
	VOUCH_QUANTILE_P5,
	VOUCH_QUANTILE_MEDIAN,
	VOUCH_QUANTILES,
};

/* Whose time. */
enum vouch_near_clock {
	VOUCH_CLOCK_GUEST,	/* a round, from before the write to after the read */
	VOUCH_CLOCK_CARD,	/* from a response until the next challenge */
	VOUCH_CLOCKS,
};

/**
 * enum vouch_clock_trust - who could have lied about the clocks and the secret
 * @VOUCH_TRUST_UNTRUSTED_HOST: a host of which something is not affirmed
 * @VOUCH_TRUST_MEASURED_HOST: only the software that the log affirms in all
 */
enum vouch_clock_trust {
	VOUCH_TRUST_UNTRUSTED_HOST,
	VOUCH_TRUST_MEASURED_HOST,
};

#define VOUCH_NEAR_AGE_NS	30000000000ULL	/* unless the policy says otherwise */
#define VOUCH_BOUND_NONE	UINT64_MAX
#define VOUCH_BOUND_ANY		"*"

/**
 * struct vouch_bound - the longest times of a near card
 * @model: name of the reference of its firmware, or VOUCH_BOUND_ANY; terminated
 * @ns: by clock and quantile, or VOUCH_BOUND_NONE
 */
struct vouch_bound {
	const char *model;
	uint64_t ns[VOUCH_CLOCKS][VOUCH_QUANTILES];
};

/**
 * struct vouch_near_policy - what the relying party demands
 * @required: that the card is shown to be near; the rest is set
 * @rounds: that there are at least so many
 * @age_ns: longest time from the session's end to the request for evidence
 * @bounds: borrowed; the first of the model counts, or else the first of any
 * @bound_count: how many
 */
struct vouch_near_policy {
	bool required;
	uint64_t rounds;
	uint64_t age_ns;
	const struct vouch_bound *bounds;
	size_t bound_count;
};

/**
 * struct vouch_near - the result
 * @known: the session holds: @rounds, @age, @ns and @trust are set
 * @judged: there was a bound
 * @near: all times are within it
 * @trust: enum vouch_clock_trust
 * @rounds: how many
 * @age: from its end to the request for evidence, ns on the card's clock
 * @ns: by clock and quantile
 */
struct vouch_near {
	bool known;
	bool judged;
	bool near;
	enum vouch_clock_trust trust;
	uint64_t rounds;
	uint64_t age;
	uint64_t ns[VOUCH_CLOCKS][VOUCH_QUANTILES];
};

/**
 * vouch_near_measure() - take the quantiles
 * @near: returns them
 * @proximity: a session that has been checked
 * @evidence: with which it was
 * @affirmed: the host's history is affirmed in all
 */
void vouch_near_measure(struct vouch_near *near, const struct vouch_proximity *proximity,
			const struct vouch_evidence *evidence, bool affirmed);

/**
 * vouch_near_judge() - compare with the policy
 * @near: measured; returns the rest
 * @policy: what is demanded
 * @model: name of the reference of the card's firmware, or NULL
 * @model_len: bytes there
 * @findings: gets PROXIMITY_ROUNDS, _OLD, _UNBOUNDED, _FAR or NEAR_UNTRUSTED_CLOCK
 */
void vouch_near_judge(struct vouch_near *near, const struct vouch_near_policy *policy,
		      const char *model, size_t model_len, struct vouch_findings *findings);

/* Words for people and machines; constant strings. */
const char *vouch_clock_trust_text(enum vouch_clock_trust trust);
const char *vouch_near_clock_text(enum vouch_near_clock clock);
const char *vouch_quantile_text(enum vouch_quantile quantile);

#endif /* VOUCH_VERIFY_NEAR_H */
