// SPDX-License-Identifier: GPL-2.0-only
/* The command line of vouch-cardd. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <vouch/regs.h>

#include "options.h"

#define BATCH_WAIT_MAX_MS	1000	/* a driver waits 5 s for an answer */

static const char help[] =
"usage: vouch-cardd --state DIR --init\n"
"       vouch-cardd --state DIR --csr FILE\n"
"       vouch-cardd --state DIR --install-certificate FILE\n"
"       vouch-cardd --state DIR --info [--json]\n"
"       vouch-cardd --state DIR --function host=SOCKET [--function guest1=SOCKET]...\n"
"\n"
"The reference card: records what a host runs and signs for it, as a PCI device\n"
"that QEMU attaches:\n"
"  -device '{\"driver\":\"vfio-user-pci\",\"socket\":{\"type\":\"unix\",\"path\":\"SOCKET\"}}'\n"
"\n"
"make a card\n"
"  --init                      make its keys and an empty log; prints the card id\n"
"  --csr FILE                  write a certificate request for the third party's CA\n"
"  --install-certificate FILE  keep the certificate that the CA issued\n"
"  --info [--json]             say what it is\n"
"\n"
"run it, until SIGTERM\n"
"  --state DIR                 its state; DIR.counter is its monotonic counter\n"
"  --function NAME=SOCKET      offer a function: host, guest1, guest2, ...\n"
"  --log-capacity N            records in the host's log (1048576)\n"
"  --batch off|auto|always     let requests for evidence share a signature: not at all,\n"
"                              where several wait (auto, the default), or always\n"
"  --batch-wait MS             how long one waits for others at most (1)\n"
"  --alg es384|esp384          how signatures are labelled (es384)\n"
"  --ready-fd N                say 'ready' there when clients may connect (1)\n"
"  --control SOCKET            for tests only: faults on request\n"
"\n"
"  --help, --version\n";

enum {
	OPT_STATE = 1, OPT_INIT, OPT_CSR, OPT_INSTALL, OPT_INFO, OPT_JSON, OPT_FUNCTION,
	OPT_CAPACITY, OPT_BATCH, OPT_WAIT, OPT_ALG, OPT_READY, OPT_CONTROL, OPT_HELP,
	OPT_VERSION,
};

static const struct option longs[] = {
	{ "state", required_argument, NULL, OPT_STATE },
	{ "init", no_argument, NULL, OPT_INIT },
	{ "csr", required_argument, NULL, OPT_CSR },
	{ "install-certificate", required_argument, NULL, OPT_INSTALL },
	{ "info", no_argument, NULL, OPT_INFO },
	{ "json", no_argument, NULL, OPT_JSON },
	{ "function", required_argument, NULL, OPT_FUNCTION },
	{ "log-capacity", required_argument, NULL, OPT_CAPACITY },
	{ "batch", required_argument, NULL, OPT_BATCH },
	{ "batch-wait", required_argument, NULL, OPT_WAIT },
	{ "alg", required_argument, NULL, OPT_ALG },
	{ "ready-fd", required_argument, NULL, OPT_READY },
	{ "control", required_argument, NULL, OPT_CONTROL },
	{ "help", no_argument, NULL, OPT_HELP },
	{ "version", no_argument, NULL, OPT_VERSION },
	{ 0 }
};

static int complain(const char *what, const char *value)
{
	fprintf(stderr, "vouch-cardd: %s%s%s\nvouch-cardd: see vouch-cardd --help\n", what,
		value ? ": " : "", value ? value : "");
	return -EINVAL;
}

static int number_of(const char *text, uint64_t most, uint64_t *value)
{
	char *end;

	errno = 0;
	*value = strtoull(text, &end, 10);
	return errno || end == text || *end || *text == '-' || *value > most ? -EINVAL : 0;
}

static int set_function(struct vouch_options *o, const char *arg)
{
	static const char host[] = "host=", guest[] = "guest";
	const char *socket = strchr(arg, '=');
	uint16_t number = 0;

	if (!socket || !socket[1])
		return complain("--function wants NAME=SOCKET", arg);
	if (strncmp(arg, host, strlen(host))) {
		char *end;
		unsigned long n = 0;

		if (!strncmp(arg, guest, strlen(guest)))
			n = strtoul(arg + strlen(guest), &end, 10);
		if (n < 1 || n >= VOUCH_CARD_FUNCTIONS || end != socket)
			return complain("a function is host, or guest1 to guest15", arg);
		number = (uint16_t)n;
	}
	if (o->sockets[number])
		return complain("function given twice", arg);
	o->sockets[number] = socket + 1;
	if (o->functions <= number)
		o->functions = number + 1;
	return 0;
}

static int set_alg(struct vouch_options *o, const char *arg)
{
	if (!strcmp(arg, "es384"))
		o->alg = VOUCH_ALG_ES384;
	else if (!strcmp(arg, "esp384"))
		o->alg = VOUCH_ALG_ESP384;
	else
		return complain("--alg is es384 or esp384", arg);
	return 0;
}

static int set_batch(struct vouch_options *o, const char *arg)
{
	if (!strcmp(arg, "off"))
		o->batch = VOUCH_BATCH_OFF;
	else if (!strcmp(arg, "auto"))
		o->batch = VOUCH_BATCH_AUTO;
	else if (!strcmp(arg, "always"))
		o->batch = VOUCH_BATCH_ALWAYS;
	else
		return complain("--batch is off, auto or always", arg);
	return 0;
}

static int set_batch_wait(struct vouch_options *o, const char *arg)
{
	if (number_of(arg, BATCH_WAIT_MAX_MS, &o->batch_wait_ms))
		return complain("--batch-wait wants milliseconds, up to 1000", arg);
	return 0;
}

static int set_capacity(struct vouch_options *o, const char *arg)
{
	if (number_of(arg, VOUCH_CARD_CAPACITY_MAX, &o->capacity) ||
	    o->capacity < VOUCH_CARD_CAPACITY_MIN)
		return complain("--log-capacity wants a number from 64", arg);
	return 0;
}

static int set_ready(struct vouch_options *o, const char *arg)
{
	uint64_t fd;

	if (number_of(arg, 1023, &fd))
		return complain("--ready-fd wants a file descriptor", arg);
	o->ready_fd = (int)fd;
	return 0;
}

static int set_verb(struct vouch_options *o, enum vouch_verb verb, const char *file)
{
	if (o->verb != VOUCH_VERB_SERVE && o->verb != verb)
		return complain("one of --init, --csr, --install-certificate and --info", NULL);
	o->verb = verb;
	o->file = file;
	return 0;
}

static int finish(struct vouch_options *o, const char *text)
{
	fputs(text, stdout);
	o->verb = VOUCH_VERB_DONE;
	return 0;
}

static int take(struct vouch_options *o, int opt)
{
	switch (opt) {
	case OPT_STATE:
		o->state = optarg;
		return 0;
	case OPT_INIT:
		return set_verb(o, VOUCH_VERB_INIT, NULL);
	case OPT_CSR:
		return set_verb(o, VOUCH_VERB_CSR, optarg);
	case OPT_INSTALL:
		return set_verb(o, VOUCH_VERB_INSTALL, optarg);
	case OPT_INFO:
		return set_verb(o, VOUCH_VERB_INFO, NULL);
	case OPT_JSON:
		o->json = true;
		return 0;
	case OPT_FUNCTION:
		return set_function(o, optarg);
	case OPT_CAPACITY:
		return set_capacity(o, optarg);
	case OPT_BATCH:
		return set_batch(o, optarg);
	case OPT_WAIT:
		return set_batch_wait(o, optarg);
	case OPT_ALG:
		return set_alg(o, optarg);
	case OPT_READY:
		return set_ready(o, optarg);
	case OPT_CONTROL:
		o->control = optarg;
		return 0;
	case OPT_HELP:
		return finish(o, help);
	case OPT_VERSION:
		return finish(o, "vouch-cardd, card interface 1.0\n");
	default:
		return complain("see above", NULL);
	}
}

static int check(const struct vouch_options *o)
{
	if (!o->state)
		return complain("--state DIR is missing", NULL);
	if (o->json && o->verb != VOUCH_VERB_INFO)
		return complain("--json goes with --info", NULL);
	if (o->verb != VOUCH_VERB_SERVE)
		return o->functions ? complain("--function is for running the card", NULL) : 0;
	for (uint16_t i = 0; i < o->functions; i++)
		if (!o->sockets[i])
			return complain("functions are host, guest1, guest2 ... without a gap",
					NULL);
	return o->functions ? 0 : complain("--function host=SOCKET is missing", NULL);
}

/**
 * vouch_options_parse() - read the command line
 * @o: returns the options; text is borrowed from @argv
 * @argc: as for main()
 * @argv: as for main()
 *
 * Return: 0, or -EINVAL after saying what is wrong.
 */
int vouch_options_parse(struct vouch_options *o, int argc, char **argv)
{
	int opt, ret = 0;

	*o = (struct vouch_options) {
		.verb = VOUCH_VERB_SERVE,
		.batch = VOUCH_BATCH_AUTO,
		.batch_wait_ms = 1,
		.ready_fd = STDOUT_FILENO,
	};
	while (!ret && o->verb != VOUCH_VERB_DONE &&
	       (opt = getopt_long(argc, argv, "", longs, NULL)) != -1)
		ret = take(o, opt);
	if (ret || o->verb == VOUCH_VERB_DONE)
		return ret;
	if (optind < argc)
		return complain("what is this", argv[optind]);
	return check(o);
}
