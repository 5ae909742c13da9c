// SPDX-License-Identifier: GPL-2.0-only
/* Time and distance, judged where they were measured. */
#include "judge.h"

/* The codes are those of vouch-verify(1). */
static const struct {
	const char *code;
	const char *text;
} findings[JUDGE_FINDINGS] = {
	[JUDGE_IMPOSSIBLE] = { "time-impossible",
			       "the card says that it took longer than this waited" },
	[JUDGE_LATE] = { "late", "the way to the card and back took too long" },
	[JUDGE_BUS_MISSING] = { "bus-missing", "there are no stamps of doorbell and interrupt" },
	[JUDGE_BUS_LATE] = { "bus-late", "from doorbell to interrupt it took too long" },
	[JUDGE_ROUNDS] = { "proximity-rounds", "the proximity session has too few rounds" },
	[JUDGE_FAR] = { "proximity-far", "the card is not shown to be near" },
};

/* Two clocks that nothing disciplines run apart by less than that (proximity.rst). */
static uint64_t apart(uint64_t ns)
{
	return ns / 1024 + 1000;
}

static uint64_t less(uint64_t from, uint64_t ns)
{
	return from > ns ? from - ns : 0;
}

static bool is_within(const struct vouch_times *times, const struct vouch_times *bound)
{
	return times->min <= bound->min && times->p5 <= bound->p5 &&
	       times->median <= bound->median;
}

static void judge_near(const struct policy *policy, const struct vouch_near *near, bool *found)
{
	found[JUDGE_ROUNDS] = near->rounds < policy->rounds;
	found[JUDGE_FAR] = policy->bounded && (!is_within(&near->guest, &policy->guest) ||
					       !is_within(&near->card, &policy->card));
}

/**
 * judge() - compare what was measured with a policy
 * @policy: what is demanded
 * @sum: what was measured
 * @judged: result
 */
void judge(const struct policy *policy, const struct vouch_package_summary *sum,
	   struct judgement *judged)
{
	const uint64_t waited = sum->after - sum->before;
	bool *found = judged->found;

	*judged = (struct judgement){
		.way = less(waited, sum->card),
		.has_bus = sum->doorbell && sum->interrupt,
		.met = true,
	};
	if (judged->has_bus)
		judged->bus_way = less(sum->interrupt - sum->doorbell, sum->card);
	found[JUDGE_IMPOSSIBLE] = less(sum->card, waited) > apart(sum->card);
	found[JUDGE_LATE] = judged->way > policy->threshold_ns;
	found[JUDGE_BUS_MISSING] = policy->has_bus && !judged->has_bus;
	found[JUDGE_BUS_LATE] = policy->has_bus && judged->bus_way > policy->bus_threshold_ns;
	judge_near(policy, &sum->near, found);
	for (int i = 0; i < JUDGE_FINDINGS; i++)
		judged->met = judged->met && !found[i];
}

/* judge_json() - for programs */
json_t *judge_json(const struct policy *policy, const struct judgement *judged)
{
	json_t *list = json_array();
	json_t *json = json_pack("{s:b,s:I,s:I,s:o}", "met", judged->met,
				 "way_ns", (json_int_t)judged->way,
				 "threshold_ns", (json_int_t)policy->threshold_ns,
				 "findings", list);

	for (int i = 0; json && i < JUDGE_FINDINGS; i++)
		if (judged->found[i])
			json_array_append_new(list, json_string(findings[i].code));
	if (json && judged->has_bus)
		json_object_set_new(json, "bus_way_ns",
				    json_integer((json_int_t)judged->bus_way));
	if (json && policy->has_bus)
		json_object_set_new(json, "bus_threshold_ns",
				    json_integer((json_int_t)policy->bus_threshold_ns));
	return json;
}

/* judge_text() - for people */
void judge_text(const struct policy *policy, const struct judgement *judged, FILE *out)
{
	fprintf(out, "%s the policy: the way to the card and back took %.3f ms of %.3f",
		judged->met ? "within" : "NOT within", (double)judged->way / POLICY_NS_PER_MS,
		(double)policy->threshold_ns / POLICY_NS_PER_MS);
	if (policy->has_bus && judged->has_bus)
		fprintf(out, ", on the bus %.3f ms of %.3f",
			(double)judged->bus_way / POLICY_NS_PER_MS,
			(double)policy->bus_threshold_ns / POLICY_NS_PER_MS);
	fputc('\n', out);
	for (int i = 0; i < JUDGE_FINDINGS; i++)
		if (judged->found[i])
			fprintf(out, "  %s [%s]\n", findings[i].text, findings[i].code);
	if (policy->rounds && !policy->bounded)
		fputs("  how near the card is was not judged here: no bound goes for any model\n",
		      out);
}
