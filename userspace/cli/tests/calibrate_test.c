// SPDX-License-Identifier: GPL-2.0-only
/* vouch calibrate on a fake card whose rounds take what is known. */
#include <errno.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "binomial.h"
#include "policy.h"
#include "run.h"
#include "tap.h"

static char in_path[64] = "/tmp/vouch-calibrate-XXXXXX", out_path[80];

static int cal_run(const char *options)
{
	char line[480];

	snprintf(line, sizeof(line), "calibrate --sessions 20 %s", options);
	return run(line);
}

static void write_in(const char *text)
{
	FILE *file = fopen(in_path, "w");

	fputs(text, file);
	fclose(file);
}

static void reset(void)
{
	fake = (struct fake){ .function = 1, .count = 6, .own = 2 };
}

/* The fake's rounds take from 1 us, and the card waits from 2.001 us on. */
static void whole(void)
{
	json_error_t error;
	json_t *json;

	reset();
	fake.slow_ms = 2;
	IS(cal_run("--over 0 --rounds 16 --margin 50"), CLI_OK, "a new policy");
	HAS(out, "{\"version\":1,\"role\":\"guest\",\"accept\":[],\"reference_signers\":[],"
	    "\"threshold_ms\":", "that is whole");
	HAS(out, "\"proximity\":{\"rounds\":16,\"bounds\":[{\"model\":\"*\",\"guest\":"
	    "{\"min_ns\":1500,\"p5_ns\":1500,\"median_ns\":1510},\"card\":"
	    "{\"min_ns\":3001,\"p5_ns\":3001,\"median_ns\":3012}}]}}\n", "with the bounds");
	HAS(err, "20 of 20 sessions", "progress");
	HAS(err, "If later sessions are like these, at most 50.8 % of them", "what it is worth");
	HAS(err, "with 95 % confidence", "and how sure that is");
	HAS(err, "adds 0.5 us to every round", "what it is sure to see");
	json = json_loads(out, 0, &error);
	OK(json_number_value(json_object_get(json, "threshold_ms")) >= 3,
	   "the way takes the 2 ms that the card took, and half of that more");
	json_decref(json);
	IS(cal_run("--over 0 --json --model m"), CLI_OK, "as JSON");
	json = json_loads(out, 0, &error);
	IS(json_integer_value(json_object_get(json, "seen_from_ns")), 101, "JSON: 10 in 100");
	IS(json_integer_value(json_object_get(json, "failed")), 0, "JSON: none failed");
	OK(json_object_get(json_object_get(json, "policy"), "proximity"), "JSON: the policy");
	json_decref(json);
}

static void merged(void)
{
	char line[256];
	struct policy policy;
	struct cli cli = { .err = stderr };
	json_t *json, *near;

	reset();
	write_in("{\"version\":1,\"role\":\"guest\",\"threshold_ms\":1e7,\"accept\":[\"new-root\"],"
		 "\"reference_signers\":[],\"bus_threshold_ms\":1e7,\"proximity\":{\"rounds\":2,"
		 "\"age_ms\":5,\"bounds\":[{\"model\":\"*\",\"guest\":{\"min_ns\":1},\"card\":"
		 "{\"min_ns\":1}},{\"model\":\"other\",\"guest\":{\"min_ns\":2},\"card\":"
		 "{\"min_ns\":2}}]}}");
	snprintf(line, sizeof(line), "--over 0 --policy %s --out %s", in_path, out_path);
	IS(cal_run(line), CLI_OK, "into a policy that is there");
	OK(!*out, "nothing but the file");
	json = policy_read(&cli, out_path);
	OK(json_array_size(json_object_get(json, "accept")) == 1, "what else it says stays");
	json_decref(json);
	IS(policy_load(&cli, out_path, &policy), CLI_GO_ON, "the result is a policy");
	OK(policy.threshold_ns < 1000000000ULL && policy.has_bus &&
	   policy.bus_threshold_ns < 1000000000ULL, "thresholds are those measured");
	OK(policy.rounds == 128 && policy.guest.min == 1100, "and the bounds of any model");
	cal_run(line);
	HAS(err, "way on the bus", "the bus is bounded where it was");
	json = policy_read(&cli, out_path);
	near = json_object_get(json, "proximity");
	IS((long long)json_array_size(json_object_get(near, "bounds")), 2, "other models stay");
	IS(json_integer_value(json_object_get(near, "age_ms")), 5, "and how old a session may be");
	json_decref(json);
	write_in("{}");
	IS(cal_run(line), CLI_FAILED, "into none");
	HAS(err, "version: only 1 is known", "is refused before the first session");
	fake.unstamped = true;
	IS(cal_run("--over 0 --bus"), CLI_FAILED, "no bound for a bus that nobody stamped");
	IS(cal_run("--over 0 --out /nowhere/x"), CLI_FAILED, "a file that cannot be written");
	HAS(err, "cannot write /nowhere/x", "and says so");
}

static void failing(void)
{
	reset();
	fake.fail = VOUCH_IOC_ATTEST;
	fake.error = -ETIMEDOUT;
	fake.fails = 1;
	IS(cal_run("--over 0 --json"), CLI_OK, "one that fails is had again");
	HAS(out, "\"failed\":1,", "and counted");
	fake.failed = 0;
	fake.fails = 2;
	IS(cal_run("--over 0"), CLI_FAILED, "more than one in twenty are too many");
	HAS(err, "1 sessions had failed before", "says how many");
	HAS(err, "did not answer in time", "and why");
	reset();
	fake.lie = FAKE_NEAR_GARBAGE;
	IS(cal_run("--over 0"), CLI_FAILED, "one that makes no sense is never had again");
	HAS(err, "do not trust it", "and says so");
}

/* All of twenty moments in the first fifth: once in 10^14 runs. */
static void spread(void)
{
	struct timespec begin, end;

	reset();
	clock_gettime(CLOCK_MONOTONIC, &begin);
	IS(cal_run("--over 2 --rounds 2"), CLI_OK, "spread over two seconds");
	clock_gettime(CLOCK_MONOTONIC, &end);
	OK((end.tv_sec - begin.tv_sec) * 1000 + (end.tv_nsec - begin.tv_nsec) / 1000000 > 400,
	   "they are not all at once");
}

/* Against tables of the exact limits. */
static void limits(void)
{
	static const struct {
		uint64_t trials;
		unsigned int seen;
		double limit;
	} cases[] = {
		{ 20, 0, 0.13910834 },
		{ 20, 6, 0.50781841 },
		{ 200, 6, 0.05834976 },
		{ 200, 7, 0.06473252 },
		{ 1000, 6, 0.01180782 },
		{ 100000, 7, 0.000131477096 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		double found = binomial_upper(cases[i].trials, cases[i].seen, 0.05);

		OK(found > cases[i].limit * 0.99999 && found < cases[i].limit * 1.00001,
		   "%u of %llu: %f", cases[i].seen, (unsigned long long)cases[i].trials, found);
	}
}

int main(void)
{
	close(mkstemp(in_path));
	snprintf(out_path, sizeof(out_path), "%s.out", in_path);
	whole();
	merged();
	failing();
	spread();
	limits();
	unlink(in_path);
	unlink(out_path);
	free(out);
	free(err);
	return tap_done();
}
