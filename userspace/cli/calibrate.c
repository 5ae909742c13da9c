// SPDX-License-Identifier: GPL-2.0-only
/* vouch calibrate: how near the card of this machine looks, as bounds for a policy. */
#include <errno.h>
#include <stdlib.h>
#include <sys/random.h>
#include <unistd.h>

#include "near.h"

#define SESSIONS	200
#define SESSIONS_MIN	20
#define SESSIONS_MAX	100000
#define MARGIN		10	/* percent */
#define MARGIN_MAX	1000
#define BOUND_MAX_NS	(UINT32_MAX - 1)	/* that vouch-verify takes */
#define TENTHS		10
#define TRIES		500
#define TRY_US		10000

/* Each is bounded: three quantiles of a session, on two clocks. */
enum { MIN, P5, MEDIAN, QUANTILES };
enum { GUEST, CARD, CLOCKS };

static const char * const quantile_names[] = { "min_ns", "p5_ns", "median_ns" };
static const char * const clock_names[] = { "guest", "card" };

struct calibration {
	struct cli *cli;
	uint64_t sessions;
	uint64_t margin;
	uint32_t rounds;
	const char *model;
	uint32_t *ns[CLOCKS][QUANTILES];	/* a time for each session */
};

static int compare(const void *a, const void *b)
{
	const uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

static uint32_t lowest(const struct calibration *cal, int clock, int quantile)
{
	return cal->ns[clock][quantile][0];
}

static uint32_t highest(const struct calibration *cal, int clock, int quantile)
{
	return cal->ns[clock][quantile][cal->sessions - 1];
}

static uint64_t bound(const struct calibration *cal, int clock, int quantile)
{
	uint64_t ns = highest(cal, clock, quantile) * (100 + cal->margin) / 100;

	return ns < BOUND_MAX_NS ? ns : BOUND_MAX_NS;
}

/*
 * Of a further session that is like these each quantile is as likely as any of
 * theirs to be the longest: one in sessions + 1. The margin is not counted.
 */
static double false_alarms(const struct calibration *cal)
{
	return (double)CLOCKS * QUANTILES / (double)(cal->sessions + 1);
}

/* With so much more in every round each of these sessions would have been too long. */
static uint64_t seen_from(const struct calibration *cal)
{
	uint64_t least = UINT64_MAX;

	for (int i = 0; i < CLOCKS; i++)
		for (int j = 0; j < QUANTILES; j++) {
			uint64_t slack = bound(cal, i, j) - lowest(cal, i, j);

			least = slack < least ? slack : least;
		}
	return least + 1;
}

static json_t *bounds_json(const struct calibration *cal, int clock)
{
	json_t *json = json_object();

	for (int j = 0; j < QUANTILES; j++)
		json_object_set_new(json, quantile_names[j],
				    json_integer((json_int_t)bound(cal, clock, j)));
	return json;
}

static json_t *policy_json(const struct calibration *cal)
{
	return json_pack("{s:{s:I,s:[{s:s,s:o,s:o}]}}", "proximity", "rounds",
			 (json_int_t)cal->rounds, "bounds", "model", cal->model,
			 "guest", bounds_json(cal, GUEST), "card", bounds_json(cal, CARD));
}

static json_t *measured_json(const struct calibration *cal, int clock)
{
	json_t *json = json_object();

	for (int j = 0; j < QUANTILES; j++) {
		const uint32_t *ns = cal->ns[clock][j];
		json_t *times = json_pack("{s:I,s:I,s:I}", "lowest", (json_int_t)ns[0],
					  "median", (json_int_t)ns[(cal->sessions - 1) / 2],
					  "highest", (json_int_t)highest(cal, clock, j));

		json_object_set_new(json, quantile_names[j], times);
	}
	return json;
}

static json_t *calibration_json(const struct calibration *cal)
{
	return json_pack("{s:I,s:I,s:I,s:f,s:I,s:s,s:{s:o,s:o},s:o}",
		"sessions", (json_int_t)cal->sessions, "rounds", (json_int_t)cal->rounds,
		"margin_percent", (json_int_t)cal->margin,
		"false_alarms_at_most", false_alarms(cal),
		"seen_from_ns", (json_int_t)seen_from(cal),
		"trust", "the host that was measured is believed",
		"measured", clock_names[GUEST], measured_json(cal, GUEST),
		clock_names[CARD], measured_json(cal, CARD), "policy", policy_json(cal));
}

/* What the bounds are worth goes where a pipe does not take it along. */
static void explain(const struct calibration *cal, FILE *out)
{
	double alarms = false_alarms(cal);

	fprintf(out, "%llu sessions of %u rounds; of each session min, p5 and median, in us:\n",
		(unsigned long long)cal->sessions, cal->rounds);
	for (int i = 0; i < CLOCKS; i++)
		for (int j = 0; j < QUANTILES; j++)
			fprintf(out, "  %-5s %-9s from %.1f to %.1f, bound %.1f\n", clock_names[i],
				quantile_names[j], lowest(cal, i, j) / 1e3,
				highest(cal, i, j) / 1e3, (double)bound(cal, i, j) / 1e3);
	fprintf(out, "Each bound is the longest of them and %llu %% more.\n",
		(unsigned long long)cal->margin);
	if (alarms < 1)
		fprintf(out, "A further session like these is too long with a chance of at most "
			"%.1f %% (%d in %llu, without that margin).\n", alarms * 100,
			CLOCKS * QUANTILES, (unsigned long long)cal->sessions + 1);
	fprintf(out, "A relay that adds %.1f us to every round would have been seen in all of "
		"them; less may not be.\n", (double)seen_from(cal) / 1e3);
	fputs("It holds for this machine as busy as it was, and if its host told the truth.\n",
	      out);
}

static void keep(struct calibration *cal, uint64_t i, const struct vouch_near *near)
{
	const struct vouch_times *times[CLOCKS] = { &near->guest, &near->card };

	for (int j = 0; j < CLOCKS; j++) {
		cal->ns[j][MIN][i] = times[j]->min;
		cal->ns[j][P5][i] = times[j]->p5;
		cal->ns[j][MEDIAN][i] = times[j]->median;
	}
}

/* Whoever asks in between has it for some milliseconds. */
static int have_session(const struct calibration *cal, struct vouch_device *dev,
			struct vouch_exchange *exchange)
{
	uint8_t nonce[VOUCH_DIGEST_SIZE];
	int ret = -EBUSY;

	if (getrandom(nonce, sizeof(nonce), 0) != sizeof(nonce))
		return -errno;
	for (int try = 0; ret == -EBUSY && try < TRIES; try++) {
		ret = vouch_exchange_run(dev, nonce, cal->rounds, exchange);
		if (ret == -EBUSY)
			usleep(TRY_US);
	}
	return ret;
}

static int measure(struct calibration *cal, struct vouch_device *dev)
{
	struct vouch_exchange exchange;
	struct vouch_near near;
	int ret;

	for (uint64_t i = 0; i < cal->sessions; i++) {
		ret = have_session(cal, dev, &exchange);
		if (!ret)
			ret = vouch_exchange_measure(&exchange, &near);
		if (ret)
			return cli_fail(cal->cli, VOUCH_STEP_ATTEST, ret);
		keep(cal, i, &near);
		if ((i + 1) * TENTHS / cal->sessions != i * TENTHS / cal->sessions)
			fprintf(cal->cli->err, "%llu of %llu sessions\n", (unsigned long long)i + 1,
				(unsigned long long)cal->sessions);
	}
	return CLI_OK;
}

static int tell(struct calibration *cal)
{
	struct cli *cli = cal->cli;

	for (int i = 0; i < CLOCKS; i++)
		for (int j = 0; j < QUANTILES; j++)
			qsort(cal->ns[i][j], cal->sessions, sizeof(**cal->ns[i]), compare);
	if (cli->json)
		return cli_print_json(cli->out, calibration_json(cal));
	explain(cal, cli->err);
	return cli_print_json(cli->out, policy_json(cal));
}

static int calibrate(struct calibration *cal)
{
	uint32_t *times = calloc(cal->sessions, CLOCKS * QUANTILES * sizeof(*times));
	struct vouch_device *dev;
	int code;

	if (!times)
		return cli_say(cal->cli, CLI_FAILED, "out of memory");
	for (size_t i = 0; i < CLOCKS; i++)
		for (size_t j = 0; j < QUANTILES; j++)
			cal->ns[i][j] = times + (i * QUANTILES + j) * cal->sessions;
	code = cli_open(cal->cli, &dev);
	if (!code) {
		code = measure(cal, dev);
		vouch_device_close(dev);
	}
	if (!code)
		code = tell(cal);
	free(times);
	return code;
}

static int option(struct calibration *cal, int opt, char **argv)
{
	struct cli *cli = cal->cli;

	switch (opt) {
	case 's':
		if (cli_number(cli, optarg, SESSIONS_MAX, &cal->sessions))
			return CLI_USAGE;
		if (cal->sessions < SESSIONS_MIN)
			return cli_say(cli, CLI_USAGE, "fewer than %d sessions say nothing",
				       SESSIONS_MIN);
		return CLI_GO_ON;
	case 'r':
		return near_rounds(cli, optarg, &cal->rounds);
	case 'm':
		return cli_number(cli, optarg, MARGIN_MAX, &cal->margin) ? CLI_USAGE : CLI_GO_ON;
	case 'M':
		cal->model = optarg;
		return CLI_GO_ON;
	default:
		return cli_option(cli, opt, argv);
	}
}

static int run(struct cli *cli, int argc, char **argv)
{
	static const struct option options[] = {
		{ "sessions", required_argument, NULL, 's' },
		{ "rounds", required_argument, NULL, 'r' },
		{ "margin", required_argument, NULL, 'm' },
		{ "model", required_argument, NULL, 'M' },
		CLI_OPTIONS
	};
	struct calibration cal = {
		.cli = cli, .sessions = SESSIONS, .margin = MARGIN, .rounds = NEAR_ROUNDS,
		.model = "*",
	};
	json_t *model;
	int opt, code;

	while ((opt = getopt_long(argc, argv, ":hj", options, NULL)) != -1) {
		code = option(&cal, opt, argv);
		if (code != CLI_GO_ON)
			return code;
	}
	if (optind < argc)
		return cli_say(cli, CLI_USAGE, "unexpected argument: %s", argv[optind]);
	model = *cal.model ? json_string(cal.model) : NULL;
	if (!model)
		return cli_say(cli, CLI_USAGE, "a model is a name in UTF-8, or *");
	json_decref(model);
	return calibrate(&cal);
}

const struct cli_verb cli_calibrate = {
	.name = "calibrate",
	.args = "[--sessions N] [--rounds N] [--margin PERCENT] [--model NAME] [--json]",
	.brief = "measure how near the card is, as bounds for a verifier's policy",
	.help = "  --sessions N      how many sessions, from 20 (default 200)\n"
		"  --rounds N        in each session, 2 to 256 (default 128)\n"
		"  --margin PERCENT  added to the longest that was measured (default 10)\n"
		"  --model NAME      of the card, as reference values name it (default *, any)\n"
		"  --json            what was measured, too; the bounds are in \"policy\"\n",
	.run = run,
};
