/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VOUCH_CLI_H
#define VOUCH_CLI_H

#include <getopt.h>
#include <jansson.h>

#include "vouch.h"

#define VOUCH_CLI_VERSION	"0.1"
#define CLI_DIGITS		12	/* of a number that is no integer, in JSON */

enum {
	CLI_OK = 0,
	CLI_FAILED = 1,		/* the card, the driver or a file */
	CLI_USAGE = 2,		/* the command line */
	CLI_NOT_MET = 3,	/* done, and not within --policy */
};

/**
 * struct cli - one run of the program
 * @out: results
 * @err: errors
 * @open: vouch_device_open(), or a test's
 * @number: --device, or VOUCH_ANY_DEVICE
 * @json: --json
 * @verb: the verb that runs
 */
struct cli {
	FILE *out;
	FILE *err;
	int (*open)(int number, struct vouch_device **out);
	int number;
	bool json;
	const struct cli_verb *verb;
};

/**
 * struct cli_verb - one verb
 * @name: as typed
 * @args: what follows it
 * @brief: one line
 * @help: its options, a line each
 * @run: returns an exit code; argv[0] is the verb
 */
struct cli_verb {
	const char *name;
	const char *args;
	const char *brief;
	const char *help;
	int (*run)(struct cli *cli, int argc, char **argv);
};

extern const struct cli_verb cli_info;
extern const struct cli_verb cli_log;
extern const struct cli_verb cli_attest;
extern const struct cli_verb cli_measure;
extern const struct cli_verb cli_latency;
extern const struct cli_verb cli_calibrate;
extern const struct cli_verb cli_assign;
extern const struct cli_verb cli_withdraw;

int cli_run(struct cli *cli, int argc, char **argv);

/* Options that every verb takes, in its own table of long options. */
#define CLI_OPTIONS					\
	{ "device", required_argument, NULL, 'd' },	\
	{ "json", no_argument, NULL, 'j' },		\
	{ "help", no_argument, NULL, 'h' },		\
	{ NULL, 0, NULL, 0 }

/* Goes on: not an exit code. */
#define CLI_GO_ON	(-1)

int cli_option(struct cli *cli, int opt, char **argv);
int cli_number(struct cli *cli, const char *text, uint64_t max, uint64_t *value);
int cli_open(struct cli *cli, struct vouch_device **dev);
int cli_fail(struct cli *cli, enum vouch_step step, int error);
int cli_say(struct cli *cli, int code, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

void cli_hex(const uint8_t *bytes, size_t len, char *out);
int cli_unhex(const char *text, uint8_t *out, size_t size, size_t *len);
void cli_print_name(FILE *out, const char *name, size_t len);
json_t *cli_json_hex(const uint8_t *bytes, size_t len);
int cli_print_json(FILE *out, json_t *object);
#endif /* VOUCH_CLI_H */
