// SPDX-License-Identifier: GPL-2.0-only
/* The table of verbs, and what they share. */
#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"

static const struct cli_verb * const verbs[] = {
	&cli_info, &cli_log, &cli_attest, &cli_measure, &cli_assign, &cli_withdraw,
	&cli_latency, &cli_calibrate,
};

#define N_VERBS (sizeof(verbs) / sizeof(verbs[0]))

static int general_help(struct cli *cli)
{
	fprintf(cli->out,
		"vouch asks the card which software this host has run.\n\n"
		"usage: vouch [--device N] [--json] VERB [OPTION...]\n\n");
	for (size_t i = 0; i < N_VERBS; i++)
		fprintf(cli->out, "  %-9s %s\n", verbs[i]->name, verbs[i]->brief);
	fprintf(cli->out,
		"\n  --device N  use /dev/vouchN, not the lowest one\n"
		"  --json      print JSON\n"
		"  --version   print the version\n\n"
		"vouch VERB --help tells more. Exit: 0 done, 1 failed, 2 wrong usage,\n"
		"3 done but not within the policy that was given.\n");
	return CLI_OK;
}

static int verb_help(struct cli *cli)
{
	fprintf(cli->out, "usage: vouch %s%s%s\n\n%s\n\n%s", cli->verb->name,
		*cli->verb->args ? " " : "", cli->verb->args, cli->verb->brief, cli->verb->help);
	return CLI_OK;
}

/**
 * cli_say() - an error on one line
 * @cli: this run
 * @code: exit code to return
 * @format: printf
 *
 * Return: @code.
 */
int cli_say(struct cli *cli, int code, const char *format, ...)
{
	va_list ap;

	fputs("vouch: ", cli->err);
	va_start(ap, format);
	vfprintf(cli->err, format, ap);
	va_end(ap);
	fputc('\n', cli->err);
	if (code == CLI_USAGE)
		fprintf(cli->err, "Try: vouch %s%s--help\n", cli->verb ? cli->verb->name : "",
			cli->verb ? " " : "");
	return code;
}

/* cli_fail() - say what an error of the library means */
int cli_fail(struct cli *cli, enum vouch_step step, int error)
{
	return cli_say(cli, CLI_FAILED, "%s", vouch_error_text(step, error));
}

/**
 * cli_number() - parse a decimal number
 * @cli: this run
 * @text: nothing but digits
 * @max: largest allowed
 * @value: result
 *
 * Return: CLI_OK, or CLI_USAGE after saying so.
 */
int cli_number(struct cli *cli, const char *text, uint64_t max, uint64_t *value)
{
	unsigned long long number;
	char *end;

	errno = 0;
	number = strtoull(text, &end, 10);
	if (*text < '0' || *text > '9' || *end || errno || number > max)
		return cli_say(cli, CLI_USAGE, "not a number from 0 to %llu: %s",
			       (unsigned long long)max, text);
	*value = number;
	return CLI_OK;
}

/**
 * cli_option() - handle an option that every verb takes, or a wrong one
 * @cli: this run
 * @opt: what getopt_long() returned
 * @argv: what it was given
 *
 * Return: CLI_GO_ON, or the exit code to end with.
 */
int cli_option(struct cli *cli, int opt, char **argv)
{
	uint64_t number;

	switch (opt) {
	case 'd':
		if (cli_number(cli, optarg, INT_MAX, &number))
			return CLI_USAGE;
		cli->number = (int)number;
		return CLI_GO_ON;
	case 'j':
		cli->json = true;
		return CLI_GO_ON;
	case 'h':
		return cli->verb ? verb_help(cli) : general_help(cli);
	case ':':
		return cli_say(cli, CLI_USAGE, "option needs a value: %s", argv[optind - 1]);
	default:
		return cli_say(cli, CLI_USAGE, "unknown option: %s", argv[optind - 1]);
	}
}

/* cli_open() - open the device, or say why not; returns an exit code */
int cli_open(struct cli *cli, struct vouch_device **dev)
{
	int ret = cli->open(cli->number, dev);

	return ret ? cli_fail(cli, VOUCH_STEP_OPEN, ret) : CLI_OK;
}

static const struct cli_verb *find(const char *name)
{
	for (size_t i = 0; i < N_VERBS; i++)
		if (!strcmp(name, verbs[i]->name))
			return verbs[i];
	return NULL;
}

/**
 * cli_run() - the whole program
 * @cli: filled in by the caller
 * @argc: of main()
 * @argv: of main()
 *
 * Return: exit code.
 */
int cli_run(struct cli *cli, int argc, char **argv)
{
	static const struct option options[] = {
		{ "version", no_argument, NULL, 'V' },
		CLI_OPTIONS
	};
	const struct cli_verb *verb;
	int opt, code, first;

	opterr = 0;
	optind = 0;
	while ((opt = getopt_long(argc, argv, "+:hj", options, NULL)) != -1) {
		if (opt == 'V') {
			fprintf(cli->out, "vouch %s\n", VOUCH_CLI_VERSION);
			return CLI_OK;
		}
		code = cli_option(cli, opt, argv);
		if (code != CLI_GO_ON)
			return code;
	}
	if (optind >= argc)
		return cli_say(cli, CLI_USAGE, "what shall it do?");
	verb = find(argv[optind]);
	if (!verb)
		return cli_say(cli, CLI_USAGE, "unknown verb: %s", argv[optind]);

	cli->verb = verb;
	first = optind;
	optind = 0;
	return verb->run(cli, argc - first, argv + first);
}
