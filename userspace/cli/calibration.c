// SPDX-License-Identifier: GPL-2.0-only
/* Bounds that many sessions give, and what they are worth. */
#include "calibration.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "binomial.h"
#include "policy.h"

#define NEAR_MAX_NS	(UINT32_MAX - 1)	/* that vouch-verify takes */
#define NS_PER_US	1000
#define US_PER_MS	1e3
#define DOUBT		0.05			/* that the claim may be wrong */
#define TRUST		"the host that was measured is believed"
#define LIKENESS	"later sessions are like these"

static const char * const names[CAL_TIMES] = {
	"min_ns", "p5_ns", "median_ns", "min_ns", "p5_ns", "median_ns", "way_ns", "bus_way_ns",
};

static const char * const words[CAL_TIMES] = {
	"guest min", "guest p5", "guest median", "card  min", "card  p5", "card  median",
	"way there and back", "way on the bus",
};

/**
 * calibration_new() - make room
 * @cal: @sessions is set
 *
 * Return: 0 or -ENOMEM.
 */
int calibration_new(struct calibration *cal)
{
	uint64_t *times = calloc(cal->sessions, CAL_TIMES * sizeof(*times));

	if (!times)
		return -ENOMEM;
	for (size_t i = 0; i < CAL_TIMES; i++)
		cal->ns[i] = times + i * cal->sessions;
	return 0;
}

/* calibration_free() - give the room back */
void calibration_free(struct calibration *cal)
{
	free(cal->ns[0]);
}

static uint64_t less(uint64_t from, uint64_t ns)
{
	return from > ns ? from - ns : 0;
}

/* calibration_keep() - take the times of one session and its request */
void calibration_keep(struct calibration *cal, uint64_t number,
		      const struct vouch_package_summary *sum)
{
	const struct vouch_times *guest = &sum->near.guest, *card = &sum->near.card;
	const uint64_t times[CAL_TIMES] = {
		guest->min, guest->p5, guest->median, card->min, card->p5, card->median,
		less(sum->after - sum->before, sum->card),
		less(sum->interrupt - sum->doorbell, sum->card),
	};

	for (int i = 0; i < CAL_TIMES; i++)
		cal->ns[i][number] = times[i];
}

static int compare(const void *a, const void *b)
{
	const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

/* calibration_sort() - after the last session */
void calibration_sort(struct calibration *cal)
{
	for (int i = 0; i < CAL_TIMES; i++)
		qsort(cal->ns[i], cal->sessions, sizeof(*cal->ns[i]), compare);
}

static int bounded(const struct calibration *cal)
{
	return cal->bus ? CAL_TIMES : CAL_BUS;
}

static uint64_t highest(const struct calibration *cal, int time)
{
	return cal->ns[time][cal->sessions - 1];
}

static uint64_t bound(const struct calibration *cal, int time)
{
	uint64_t ns = highest(cal, time) * (100 + cal->margin) / 100;

	return time >= CAL_NEAR_TIMES || ns < NEAR_MAX_NS ? ns : NEAR_MAX_NS;
}

/* Microseconds are enough, upwards. */
static double bound_ms(const struct calibration *cal, int time)
{
	return (double)((bound(cal, time) + NS_PER_US - 1) / NS_PER_US) / US_PER_MS;
}

/*
 * The bounds rest on no more sessions than there are bounds. So (Campi and Garatti,
 * "The exact feasibility of randomized solutions of uncertain convex programs", 2008) the
 * share of all sessions beyond one of them is greater than e with a chance of at most that
 * of fewer than that many events of chance e among these. The margin is not counted.
 */
static double alarms(const struct calibration *cal)
{
	return binomial_upper(cal->sessions, (unsigned int)bounded(cal) - 1, DOUBT);
}

/* With so much more in every round each of these sessions would have been too long. */
static uint64_t seen_from(const struct calibration *cal)
{
	uint64_t least = UINT64_MAX;

	for (int i = 0; i < CAL_NEAR_TIMES; i++) {
		uint64_t slack = bound(cal, i) - cal->ns[i][0];

		least = slack < least ? slack : least;
	}
	return least + 1;
}

static json_t *bounds_json(const struct calibration *cal, int from)
{
	json_t *json = json_object();

	for (int i = from; i < from + CAL_NEAR_TIMES / 2; i++)
		json_object_set_new(json, names[i], json_integer((json_int_t)bound(cal, i)));
	return json;
}

/* Bounds of other models stay. */
static json_t *near_json(const struct calibration *cal, const json_t *given)
{
	json_t *list = json_array(), *each, *age = json_object_get(given, "age_ms");
	json_t *json = json_pack("{s:I,s:o}", "rounds", (json_int_t)cal->rounds, "bounds", list);
	size_t i;

	json_array_foreach(json_object_get(given, "bounds"), i, each) {
		const char *model = json_string_value(json_object_get(each, "model"));

		if (!model || strcmp(model, cal->model))
			json_array_append(list, each);
	}
	json_array_append_new(list, json_pack("{s:s,s:o,s:o}", "model", cal->model,
					      "guest", bounds_json(cal, CAL_GUEST_MIN),
					      "card", bounds_json(cal, CAL_CARD_MIN)));
	if (age)
		json_object_set(json, "age_ms", age);
	return json;
}

/**
 * calibration_policy() - the bounds in a policy
 * @cal: sorted
 * @given: a policy that gets them, or NULL for one that says nothing else yet
 *
 * Return: @given or a new one.
 */
json_t *calibration_policy(const struct calibration *cal, json_t *given)
{
	json_t *policy = given ? given : json_pack("{s:i,s:s,s:[],s:[]}", "version", 1,
						   "role", "guest", "accept", "reference_signers");

	json_object_set_new(policy, "threshold_ms", json_real(bound_ms(cal, CAL_WAY)));
	if (cal->bus)
		json_object_set_new(policy, "bus_threshold_ms", json_real(bound_ms(cal, CAL_BUS)));
	json_object_set_new(policy, "proximity",
			    near_json(cal, json_object_get(policy, "proximity")));
	return policy;
}

static json_t *times_json(const struct calibration *cal, int time)
{
	return json_pack("{s:I,s:I,s:I}", "lowest", (json_int_t)cal->ns[time][0],
			 "median", (json_int_t)cal->ns[time][(cal->sessions - 1) / 2],
			 "highest", (json_int_t)highest(cal, time));
}

static json_t *measured_json(const struct calibration *cal)
{
	json_t *guest = json_object(), *card = json_object();
	json_t *json = json_pack("{s:o,s:o}", "guest", guest, "card", card);

	for (int i = 0; i < CAL_TIMES; i++) {
		json_t *to = i < CAL_CARD_MIN ? guest : i < CAL_NEAR_TIMES ? card : json;

		json_object_set_new(to, names[i], times_json(cal, i));
	}
	return json;
}

/* calibration_json() - for programs; takes @policy */
json_t *calibration_json(const struct calibration *cal, json_t *policy)
{
	return json_pack("{s:I,s:I,s:I,s:I,s:I,s:f,s:f,s:s,s:I,s:s,s:o,s:o}",
		"sessions", (json_int_t)cal->sessions, "failed", (json_int_t)cal->failed,
		"seconds", (json_int_t)cal->over, "rounds", (json_int_t)cal->rounds,
		"margin_percent", (json_int_t)cal->margin,
		"false_alarms_at_most", alarms(cal), "confidence", 1 - DOUBT,
		"if", LIKENESS,
		"seen_from_ns", (json_int_t)seen_from(cal), "trust", TRUST,
		"measured", measured_json(cal), "policy", policy);
}

/* calibration_explain() - what the bounds are worth, for people */
void calibration_explain(const struct calibration *cal, FILE *out)
{
	fprintf(out, "%llu sessions of %u rounds over %llu s, each with a request (%llu more "
		"failed); in us:\n", (unsigned long long)cal->sessions, cal->rounds,
		(unsigned long long)cal->over, (unsigned long long)cal->failed);
	for (int i = 0; i < bounded(cal); i++)
		fprintf(out, "  %-18s from %.1f to %.1f, bound %.1f\n", words[i],
			(double)cal->ns[i][0] / 1e3, (double)highest(cal, i) / 1e3,
			(double)bound(cal, i) / 1e3);
	fprintf(out, "Each bound is the longest of them and %llu %%.\n",
		(unsigned long long)cal->margin);
	fprintf(out, "If " LIKENESS ", at most %.1f %% of them are too long, with %.0f %% "
		"confidence\nand without that margin.\n", alarms(cal) * 100, (1 - DOUBT) * 100);
	fprintf(out, "A relay that adds %.1f us to every round would have been seen in all of "
		"them; less may not be.\n", (double)seen_from(cal) / 1e3);
	fputs("It holds for this machine as busy as it was, and if its host told the truth.\n",
	      out);
}
