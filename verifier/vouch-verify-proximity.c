// SPDX-License-Identifier: GPL-2.0-only
/* How near the card must be, and how near it is. */
#include "vouch-verify.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/proximity.h"

#define BOUND_MAX_NS	UINT32_MAX	/* the card measures no longer */
#define MODEL_MAX	1024

static void load_times(uint64_t *ns, const json_t *times, const char *path)
{
	const char *key;
	json_t *value;
	size_t i;

	for (i = 0; i < VOUCH_QUANTILES; i++)
		ns[i] = VOUCH_BOUND_NONE;
	json_object_foreach((json_t *)(uintptr_t)times, key, value) {
		char name[16];

		for (i = 0; i < VOUCH_QUANTILES; i++) {
			snprintf(name, sizeof(name), "%s_ns",
				 vouch_quantile_text((enum vouch_quantile)i));
			if (!strcmp(key, name))
				break;
		}
		if (i == VOUCH_QUANTILES || !json_is_integer(value) ||
		    json_integer_value(value) < 0 || json_integer_value(value) >= BOUND_MAX_NS)
			tool_fail("%s: proximity: bounds: %s: give min_ns, p5_ns or median_ns, "
				  "less than %" PRIu32, path, key, BOUND_MAX_NS);
		ns[i] = (uint64_t)json_integer_value(value);
	}
	if (ns[VOUCH_QUANTILE_MIN] == VOUCH_BOUND_NONE)
		tool_fail("%s: proximity: bounds: each clock has min_ns at least", path);
}

static void load_bound(struct vouch_bound *bound, const json_t *json, const char *path)
{
	const char *model = json_string_value(json_object_get(json, "model"));
	size_t i;

	if (!model || !*model || strlen(model) > MODEL_MAX || json_object_size(json) != 3)
		tool_fail("%s: proximity: bounds: each has model, guest and card", path);
	for (i = 0; i < VOUCH_CLOCKS; i++)
		load_times(bound->ns[i],
			   json_object_get(json, vouch_near_clock_text((enum vouch_near_clock)i)),
			   path);
	bound->model = strdup(model);
	if (!bound->model)
		tool_fail("out of memory");
}

void tool_near_load(struct tool_policy *policy, const json_t *json, const char *path)
{
	const json_t *rounds = json_object_get(json, "rounds");
	const json_t *bounds = json_object_get(json, "bounds");
	const json_t *age = json_object_get(json, "age_ms");
	struct vouch_near_policy *near = &policy->policy.near;
	size_t i, count = json_array_size(bounds);

	if (!json)
		return;
	if (!json_is_object(json) || json_object_size(json) != 2U + !!age)
		tool_fail("%s: proximity: give rounds, bounds and perhaps age_ms", path);
	if (!json_is_integer(rounds) || json_integer_value(rounds) < VOUCH_ROUNDS_MIN ||
	    json_integer_value(rounds) > VOUCH_ROUNDS_MAX)
		tool_fail("%s: proximity: rounds: give a number from %d to %d", path,
			  VOUCH_ROUNDS_MIN, VOUCH_ROUNDS_MAX);
	if (!count || count > TOOL_BOUNDS_MAX)
		tool_fail("%s: proximity: bounds: give a list of 1 to %d", path, TOOL_BOUNDS_MAX);
	for (i = 0; i < count; i++)
		load_bound(&policy->bounds[i], json_array_get(bounds, i), path);
	near->required = true;
	near->rounds = (uint64_t)json_integer_value(rounds);
	near->age_ns = age ? tool_policy_ms(age, "proximity: age_ms", path) : VOUCH_NEAR_AGE_NS;
	near->bounds = policy->bounds;
	near->bound_count = count;
}

void tool_near_free(struct tool_policy *policy)
{
	size_t i;

	for (i = 0; i < policy->policy.near.bound_count; i++)
		free((void *)(uintptr_t)policy->bounds[i].model);
}

static const char *claim(const struct vouch_near *near)
{
	if (!near->judged)
		return "not judged";
	return near->near ? VOUCH_NEAR_CLAIM : "not shown to be near";
}

static json_t *times_json(const uint64_t *ns)
{
	return json_pack("{s:I, s:I, s:I}", "min_ns", (json_int_t)ns[VOUCH_QUANTILE_MIN],
			 "p5_ns", (json_int_t)ns[VOUCH_QUANTILE_P5],
			 "median_ns", (json_int_t)ns[VOUCH_QUANTILE_MEDIAN]);
}

json_t *tool_near_json(const struct vouch_near *near)
{
	json_t *json = json_pack("{s:s, s:s, s:I, s:I, s:o, s:o}", "claim", claim(near),
				 "clock_trust", vouch_clock_trust_text(near->trust), "rounds",
				 (json_int_t)near->rounds, "age_ns", (json_int_t)near->age, "guest",
				 times_json(near->ns[VOUCH_CLOCK_GUEST]), "card",
				 times_json(near->ns[VOUCH_CLOCK_CARD]));

	if (!json || (near->judged && json_object_set_new(json, "near", json_boolean(near->near))))
		tool_fail("out of memory");
	return json;
}

void tool_near_print(const struct vouch_near *near)
{
	size_t i;

	printf("card is  %s; clocks: %s; %.3f s before\n", claim(near),
	       vouch_clock_trust_text(near->trust), (double)near->age / 1e9);
	for (i = 0; i < VOUCH_CLOCKS; i++)
		printf("         %" PRIu64 " rounds on the %s's clock: min %" PRIu64 ", p5 %" PRIu64
		       ", median %" PRIu64 " ns\n", near->rounds,
		       vouch_near_clock_text((enum vouch_near_clock)i),
		       near->ns[i][VOUCH_QUANTILE_MIN], near->ns[i][VOUCH_QUANTILE_P5],
		       near->ns[i][VOUCH_QUANTILE_MEDIAN]);
}
