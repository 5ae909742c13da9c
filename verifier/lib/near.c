// SPDX-License-Identifier: GPL-2.0-only
#include "near.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "evidence.h"
#include "proximity.h"

static int compare(const void *a, const void *b)
{
	const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

/* The value at rank floor((count - 1) * percent / 100), so always one that occurred. */
static void take_quantiles(uint64_t *ns, uint64_t *times, size_t count)
{
	qsort(times, count, sizeof(*times), compare);
	ns[VOUCH_QUANTILE_MIN] = times[0];
	ns[VOUCH_QUANTILE_P5] = times[(count - 1) * 5 / 100];
	ns[VOUCH_QUANTILE_MEDIAN] = times[(count - 1) / 2];
}

void vouch_near_measure(struct vouch_near *near, const struct vouch_proximity *proximity,
			const struct vouch_evidence *evidence, bool affirmed)
{
	uint64_t times[VOUCH_ROUNDS_MAX];
	size_t i, rounds = proximity->rounds;

	memset(near, 0, sizeof(*near));
	for (i = 0; i < rounds; i++)
		times[i] = vouch_proximity_number(&proximity->times, i * VOUCH_TIME_LEN,
						  VOUCH_TIME_LEN);
	take_quantiles(near->ns[VOUCH_CLOCK_GUEST], times, rounds);
	/* Before the first challenge lies no way that anyone was asked to hurry. */
	for (i = 1; i < rounds; i++)
		times[i - 1] = vouch_proximity_number(&proximity->stamps, 2 * i * VOUCH_TIME_LEN,
						      VOUCH_TIME_LEN);
	take_quantiles(near->ns[VOUCH_CLOCK_CARD], times, rounds - 1);
	near->rounds = rounds;
	near->age = evidence->t_rx - proximity->transcript.last;
	near->trust = affirmed ? VOUCH_TRUST_MEASURED_HOST : VOUCH_TRUST_UNTRUSTED_HOST;
	near->known = true;
}

static const struct vouch_bound *find_bound(const struct vouch_near_policy *policy,
					    const char *model, size_t len)
{
	const struct vouch_bound *any = NULL, *bound;

	for (bound = policy->bounds; bound < policy->bounds + policy->bound_count; bound++) {
		if (!strcmp(bound->model, VOUCH_BOUND_ANY))
			any = any ? any : bound;
		else if (model && strlen(bound->model) == len && !memcmp(bound->model, model, len))
			return bound;
	}
	return any;
}

static bool is_within(const struct vouch_near *near, const struct vouch_bound *bound,
		      struct vouch_findings *findings)
{
	bool within = true;
	char name[64];
	size_t i, j;

	for (i = 0; i < VOUCH_CLOCKS; i++) {
		for (j = 0; j < VOUCH_QUANTILES; j++) {
			if (near->ns[i][j] <= bound->ns[i][j])
				continue;
			snprintf(name, sizeof(name), "%s on the %s's clock",
				 vouch_quantile_text((enum vouch_quantile)j),
				 vouch_near_clock_text((enum vouch_near_clock)i));
			vouch_findings_note(findings, VOUCH_PROXIMITY_FAR, name);
			within = false;
		}
	}
	return within;
}

void vouch_near_judge(struct vouch_near *near, const struct vouch_near_policy *policy,
		      const char *model, size_t model_len, struct vouch_findings *findings)
{
	const struct vouch_bound *bound = find_bound(policy, model, model_len);
	const bool few = near->rounds < policy->rounds, old = near->age > policy->age_ns;

	if (!policy->required)
		return;
	if (few)
		vouch_findings_note(findings, VOUCH_PROXIMITY_ROUNDS, "proximity");
	if (old)
		vouch_findings_note(findings, VOUCH_PROXIMITY_OLD, "proximity");
	if (!bound) {
		vouch_findings_note(findings, VOUCH_PROXIMITY_UNBOUNDED, "proximity");
		return;
	}
	near->judged = true;
	near->near = is_within(near, bound, findings) && !few && !old;
	if (near->near && near->trust == VOUCH_TRUST_UNTRUSTED_HOST)
		vouch_findings_note(findings, VOUCH_NEAR_UNTRUSTED_CLOCK, "proximity");
}

const char *vouch_clock_trust_text(enum vouch_clock_trust trust)
{
	return trust == VOUCH_TRUST_MEASURED_HOST ? "measured-host" : "untrusted-host";
}

const char *vouch_near_clock_text(enum vouch_near_clock clock)
{
	return clock == VOUCH_CLOCK_GUEST ? "guest" : "card";
}

const char *vouch_quantile_text(enum vouch_quantile quantile)
{
	static const char *const texts[VOUCH_QUANTILES] = {
		[VOUCH_QUANTILE_MIN] = "min",
		[VOUCH_QUANTILE_P5] = "p5",
		[VOUCH_QUANTILE_MEDIAN] = "median",
	};

	return texts[quantile];
}
