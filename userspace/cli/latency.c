// SPDX-License-Identifier: GPL-2.0-only
/* vouch latency: what commands take on the bus, live. */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "report.h"

#define INTERVAL_MAX	(24 * 60 * 60)
#define KIB		1024
#define RING_KIB_MAX	(64 * 1024)
#define NS_PER_S	1000000000ULL
#define NS_PER_MS	1000000ULL

struct watch {
	struct cli *cli;
	struct probe *probe;
	struct report *report;
	uint64_t interval;	/* ns */
	uint64_t count;		/* of reports, 0 without end */
	uint32_t ring;
	uint64_t begun;		/* this stretch */
	bool no_memory;
};

static volatile sig_atomic_t stopped;

static void stop(int signal)
{
	(void)signal;
	stopped = 1;
}

/* Without SA_RESTART: the wait is to end. */
static void catch_signals(void)
{
	struct sigaction action = { .sa_handler = stop };

	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
}

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * NS_PER_S + (uint64_t)now.tv_nsec;
}

static void add_event(void *ctx, const struct vouch_latency_event *event)
{
	struct watch *watch = ctx;
	unsigned int opcode = event->opcode;
	struct spread **spread;

	if (opcode >= VOUCH_LATENCY_OPCODES)
		opcode = VOUCH_LATENCY_OPCODES - 1;
	spread = &watch->report->spreads[opcode];
	if (!*spread)
		*spread = calloc(1, sizeof(**spread));
	if (*spread)
		spread_add(*spread, event->interrupt - event->doorbell);
	else
		watch->no_memory = true;
}

/* Ends a stretch, and begins the next. */
static int tell(struct watch *watch)
{
	struct report *report = watch->report;
	struct cli *cli = watch->cli;
	uint64_t now = now_ns();

	probe_read(watch->probe, &report->now);
	/* What was counted has been written to the ring too. */
	probe_wait(watch->probe, 0);
	report->ns = now - watch->begun;
	watch->begun = now;
	if (cli->json)
		cli_print_json(cli->out, report_json(report));
	else
		report_text(report, cli->out);
	report->before = report->now;
	for (unsigned int i = 0; i < VOUCH_LATENCY_OPCODES; i++)
		if (report->spreads[i])
			memset(report->spreads[i], 0, sizeof(*report->spreads[i]));
	if (fflush(cli->out) || ferror(cli->out))
		return cli_say(cli, CLI_FAILED, "cannot write the output: %m");
	return CLI_OK;
}

static int loop(struct watch *watch)
{
	uint64_t due = watch->begun + watch->interval, told = 0;

	while (!stopped) {
		uint64_t now = now_ns();
		int ret = 0;

		if (now < due)
			ret = probe_wait(watch->probe, (int)((due - now) / NS_PER_MS + 1));
		if (ret && ret != -EINTR)
			return cli_say(watch->cli, CLI_FAILED, "cannot read events: %s",
				       strerror(-ret));
		if (watch->no_memory)
			return cli_say(watch->cli, CLI_FAILED, "out of memory");
		if (now_ns() < due)
			continue;
		if (tell(watch))
			return CLI_FAILED;
		if (++told == watch->count)
			return CLI_OK;
		due += watch->interval;
	}
	return tell(watch);
}

static int watch_commands(struct watch *watch)
{
	const struct probe_options options = { .card = watch->cli->number, .ring = watch->ring };
	int ret;

	catch_signals();
	ret = probe_open(&watch->probe, &options, add_event, watch);
	if (ret)
		return cli_say(watch->cli, CLI_FAILED, "%s", probe_error_text(ret));
	fprintf(watch->cli->err, "Watching commands to the card; Ctrl-C ends it.\n");
	watch->begun = now_ns();
	ret = loop(watch);
	probe_close(watch->probe);
	return ret;
}

static int option(struct watch *watch, int opt, char **argv)
{
	struct cli *cli = watch->cli;
	uint64_t value;

	switch (opt) {
	case 'i':
		if (cli_number(cli, optarg, INTERVAL_MAX, &value))
			return CLI_USAGE;
		if (!value)
			return cli_say(cli, CLI_USAGE, "an interval is at least a second");
		watch->interval = value * NS_PER_S;
		return CLI_GO_ON;
	case 'c':
		return cli_number(cli, optarg, UINT64_MAX, &watch->count) ? CLI_USAGE : CLI_GO_ON;
	case 'r':
		if (cli_number(cli, optarg, RING_KIB_MAX, &value))
			return CLI_USAGE;
		if (value < 4 || (value & (value - 1)))
			return cli_say(cli, CLI_USAGE, "a ring has 4, 8, 16, ... KiB");
		watch->ring = (uint32_t)value * KIB;
		return CLI_GO_ON;
	default:
		return cli_option(cli, opt, argv);
	}
}

static int run(struct cli *cli, int argc, char **argv)
{
	static const struct option options[] = {
		{ "interval", required_argument, NULL, 'i' },
		{ "count", required_argument, NULL, 'c' },
		{ "ring", required_argument, NULL, 'r' },
		CLI_OPTIONS
	};
	struct watch watch = { .cli = cli, .interval = NS_PER_S };
	int opt, code;

	while ((opt = getopt_long(argc, argv, ":hji:c:", options, NULL)) != -1) {
		code = option(&watch, opt, argv);
		if (code != CLI_GO_ON)
			return code;
	}
	if (optind < argc)
		return cli_say(cli, CLI_USAGE, "unexpected argument: %s", argv[optind]);
	watch.report = calloc(1, sizeof(*watch.report));
	if (!watch.report)
		return cli_say(cli, CLI_FAILED, "out of memory");
	code = watch_commands(&watch);
	for (unsigned int i = 0; i < VOUCH_LATENCY_OPCODES; i++)
		free(watch.report->spreads[i]);
	free(watch.report);
	return code;
}

const struct cli_verb cli_latency = {
	.name = "latency",
	.args = "[--interval SECONDS] [--count N] [--ring KIB] [--json]",
	.brief = "show what commands take on the bus, live",
	.help = "  --interval SECONDS  how long each report covers (default 1)\n"
		"  --count N           end after N reports (default: when interrupted)\n"
		"  --ring KIB          room for events that wait to be read (default 256)\n"
		"  --device N          only commands to /dev/vouchN (default: all cards)\n"
		"  --json              a JSON object for each report, one a line\n",
	.run = run,
};
