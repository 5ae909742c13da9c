// SPDX-License-Identifier: GPL-2.0-only
/* vouch calibrate: how far the card of this machine looks, as bounds in a policy. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "calibration.h"
#include "file.h"
#include "near.h"
#include "pace.h"
#include "policy.h"

#define SESSIONS	200
#define SESSIONS_MIN	20
#define SESSIONS_MAX	100000
#define MARGIN		10	/* percent */
#define MARGIN_MAX	1000
#define OVER		300	/* seconds */
#define OVER_MAX	604800
#define TENTHS		10
#define TRIES		500
#define TRY_US		10000
#define MAY_FAIL	20	/* one in so many */
#define FAILED_US	1000000

struct job {
	struct cli *cli;
	struct calibration cal;
	const char *policy_path;
	const char *out_path;
	json_t *policy;
};

static int forget(void *ctx, const void *buf, size_t len)
{
	(void)ctx;
	(void)buf;
	(void)len;
	return 0;
}

/* A session and a request, as vouch attest --proximity has them. */
static int have(const struct calibration *cal, struct vouch_device *dev,
		struct vouch_package_summary *sum)
{
	uint8_t nonce[VOUCH_NONCE_MAX];
	const struct vouch_package_request req = {
		.nonce = nonce, .nonce_len = sizeof(nonce), .no_log = true, .rounds = cal->rounds,
	};
	int ret = -EBUSY;

	if (getrandom(nonce, sizeof(nonce), 0) != sizeof(nonce))
		return -errno;
	/* Whoever asks in between has it for some milliseconds. */
	for (int try = 0; ret == -EBUSY && try < TRIES; try++) {
		ret = vouch_package_write(dev, &req, forget, NULL, sum);
		if (ret == -EBUSY)
			usleep(TRY_US);
	}
	if (!ret && cal->bus && (!sum->doorbell || !sum->interrupt))
		return -ENODATA;
	return ret;
}

/* What may be otherwise the next time. */
static bool is_passing(int error)
{
	return error == -ETIMEDOUT || error == -EAGAIN || error == -ESTALE || error == -EIO ||
	       error == -ENOENT || error == -EBUSY || error == -ENODATA;
}

static int have_one(struct calibration *cal, struct vouch_device *dev,
		    struct vouch_package_summary *sum)
{
	int ret = have(cal, dev, sum);

	while (is_passing(ret) && cal->failed < cal->sessions / MAY_FAIL) {
		cal->failed++;
		usleep(FAILED_US);
		ret = have(cal, dev, sum);
	}
	return ret;
}

static int measure(struct job *job, struct vouch_device *dev, const struct pace *pace)
{
	struct calibration *cal = &job->cal;
	struct vouch_package_summary sum;
	int ret;

	for (uint64_t i = 0; i < cal->sessions; i++) {
		ret = pace_wait(pace, i);
		if (!ret)
			ret = have_one(cal, dev, &sum);
		if (ret && cal->failed)
			cli_say(job->cli, CLI_FAILED, "%llu sessions had failed before",
				(unsigned long long)cal->failed);
		if (ret)
			return cli_fail(job->cli, VOUCH_STEP_ATTEST, ret);
		calibration_keep(cal, i, &sum);
		if ((i + 1) * TENTHS / cal->sessions != i * TENTHS / cal->sessions)
			fprintf(job->cli->err, "%llu of %llu sessions\n",
				(unsigned long long)i + 1, (unsigned long long)cal->sessions);
	}
	return CLI_OK;
}

static int write_policy(const struct job *job, const json_t *policy)
{
	struct cli_file to;
	int ret;

	if (cli_file_open(job->cli, &to, job->out_path))
		return CLI_FAILED;
	ret = json_dumpf(policy, to.file, JSON_INDENT(1) | JSON_REAL_PRECISION(CLI_DIGITS));
	if (ret)
		cli_say(job->cli, CLI_FAILED, "cannot write %s: %m", job->out_path);
	return cli_file_close(job->cli, &to, !ret);
}

static int tell(struct job *job)
{
	struct calibration *cal = &job->cal;
	struct cli *cli = job->cli;
	json_t *policy;
	int code;

	calibration_sort(cal);
	policy = calibration_policy(cal, job->policy);
	job->policy = NULL;
	code = job->out_path ? write_policy(job, policy) : CLI_OK;
	if (!cli->json)
		calibration_explain(cal, cli->err);
	if (cli->json)
		return cli_print_json(cli->out, calibration_json(cal, policy)) ?: code;
	if (!job->out_path)
		return cli_print_json(cli->out, policy);
	json_decref(policy);
	return code;
}

static int calibrate(struct job *job)
{
	struct vouch_device *dev;
	struct pace *pace = NULL;
	int code;

	if (calibration_new(&job->cal) || pace_new(job->cal.sessions, job->cal.over, &pace)) {
		code = cli_say(job->cli, CLI_FAILED, "out of memory");
		goto out;
	}
	code = cli_open(job->cli, &dev);
	if (code)
		goto out;
	code = measure(job, dev, pace);
	vouch_device_close(dev);
	if (!code)
		code = tell(job);
out:
	pace_free(pace);
	calibration_free(&job->cal);
	return code;
}

static int option(struct job *job, int opt, char **argv)
{
	struct calibration *cal = &job->cal;
	struct cli *cli = job->cli;

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
	case 'O':
		return cli_number(cli, optarg, OVER_MAX, &cal->over) ? CLI_USAGE : CLI_GO_ON;
	case 'M':
		cal->model = optarg;
		return CLI_GO_ON;
	case 'b':
		cal->bus = true;
		return CLI_GO_ON;
	case 'P':
		job->policy_path = optarg;
		return CLI_GO_ON;
	case 'o':
		job->out_path = strcmp(optarg, "-") ? optarg : NULL;
		return CLI_GO_ON;
	default:
		return cli_option(cli, opt, argv);
	}
}

/* What would be in vain after all the sessions is said before them. */
static int check(struct job *job)
{
	json_t *model = *job->cal.model ? json_string(job->cal.model) : NULL;
	struct policy policy;
	int code;

	if (!model)
		return cli_say(job->cli, CLI_USAGE, "a model is a name in UTF-8, or *");
	json_decref(model);
	if (!job->policy_path)
		return CLI_OK;
	code = policy_load(job->cli, job->policy_path, &policy);
	if (code != CLI_GO_ON)
		return code;
	job->policy = policy_read(job->cli, job->policy_path);
	job->cal.bus = job->cal.bus || policy.has_bus;
	return job->policy ? CLI_OK : CLI_FAILED;
}

static int run(struct cli *cli, int argc, char **argv)
{
	static const struct option options[] = {
		{ "sessions", required_argument, NULL, 's' },
		{ "rounds", required_argument, NULL, 'r' },
		{ "margin", required_argument, NULL, 'm' },
		{ "model", required_argument, NULL, 'M' },
		{ "over", required_argument, NULL, 'O' },
		{ "bus", no_argument, NULL, 'b' },
		{ "policy", required_argument, NULL, 'P' },
		{ "out", required_argument, NULL, 'o' },
		CLI_OPTIONS
	};
	struct job job = {
		.cli = cli,
		.cal = {
			.sessions = SESSIONS, .margin = MARGIN, .rounds = NEAR_ROUNDS,
			.over = OVER, .model = "*",
		},
	};
	int opt, code;

	while ((opt = getopt_long(argc, argv, ":hjo:", options, NULL)) != -1) {
		code = option(&job, opt, argv);
		if (code != CLI_GO_ON)
			return code;
	}
	if (optind < argc)
		return cli_say(cli, CLI_USAGE, "unexpected argument: %s", argv[optind]);
	code = check(&job);
	if (!code)
		code = calibrate(&job);
	json_decref(job.policy);
	return code;
}

const struct cli_verb cli_calibrate = {
	.name = "calibrate",
	.args = "[--policy FILE] [--out FILE] [OPTION...]",
	.brief = "measure how far the card looks, and write a verifier's policy",
	.help = "  --policy FILE     put the bounds into this policy; default is a new one\n"
		"  --out FILE        where it goes (default -, standard output)\n"
		"  --sessions N      how many sessions, from 20 (default 200)\n"
		"  --over SECONDS    at random moments within this time (default 300)\n"
		"  --rounds N        in each session, 2 to 256 (default 128)\n"
		"  --margin PERCENT  added to the longest that was measured (default 10)\n"
		"  --model NAME      of the card, as reference values name it (default *, any)\n"
		"  --bus             bound the way on the bus, too; it is where the policy does\n"
		"  --json            what was measured, too; the policy is in \"policy\"\n",
	.run = run,
};
