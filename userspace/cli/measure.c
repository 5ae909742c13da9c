// SPDX-License-Identifier: GPL-2.0-only
/* vouch measure: files become records of type user. */
#include <errno.h>
#include <string.h>

#include "cli.h"

static int hash(struct cli *cli, const char *path, uint8_t *digest)
{
	FILE *file = strcmp(path, "-") ? fopen(path, "re") : stdin;
	int ret;

	if (!file)
		return cli_say(cli, CLI_FAILED, "cannot read %s: %m", path);
	ret = vouch_measure_file(file, digest);
	if (file != stdin)
		fclose(file);
	if (ret)
		return cli_say(cli, CLI_FAILED, "cannot read %s: %s", path, strerror(-ret));
	return CLI_OK;
}

static int print(struct cli *cli, const char *name, uint64_t number, const uint8_t *digest,
		 const uint8_t *record)
{
	char hex[2 * VOUCH_DIGEST_SIZE + 1];

	if (cli->json)
		return cli_print_json(cli->out, json_pack("{s:I,s:s,s:o,s:o}",
			"number", (json_int_t)number, "name", name,
			"digest", cli_json_hex(digest, VOUCH_DIGEST_SIZE),
			"record", cli_json_hex(record, VOUCH_DIGEST_SIZE)));
	cli_hex(digest, VOUCH_DIGEST_SIZE, hex);
	fprintf(cli->out, "%llu %s ", (unsigned long long)number, hex);
	cli_print_name(cli->out, name, strlen(name));
	fputc('\n', cli->out);
	return CLI_OK;
}

static int measure(struct cli *cli, struct vouch_device *dev, const char *path, const char *name)
{
	uint8_t digest[VOUCH_DIGEST_SIZE], record[VOUCH_DIGEST_SIZE];
	uint64_t number;
	int ret;

	if (hash(cli, path, digest))
		return CLI_FAILED;
	ret = vouch_measure(dev, name ? name : path, digest, &number, record);
	if (ret)
		return cli_fail(cli, VOUCH_STEP_MEASURE, ret);
	return print(cli, name ? name : path, number, digest, record);
}

static int measure_all(struct cli *cli, char **paths, const char *name)
{
	struct vouch_device *dev;
	int code;

	code = cli_open(cli, &dev);
	if (code)
		return code;
	while (*paths && !code)
		code = measure(cli, dev, *paths++, name);
	vouch_device_close(dev);
	return code;
}

static int run(struct cli *cli, int argc, char **argv)
{
	static const struct option options[] = {
		{ "name", required_argument, NULL, 'n' },
		CLI_OPTIONS
	};
	const char *name = NULL;
	int opt, code;

	while ((opt = getopt_long(argc, argv, ":hjn:", options, NULL)) != -1) {
		if (opt == 'n') {
			name = optarg;
			continue;
		}
		code = cli_option(cli, opt, argv);
		if (code != CLI_GO_ON)
			return code;
	}
	if (optind >= argc)
		return cli_say(cli, CLI_USAGE, "which file?");
	if (name && argc - optind > 1)
		return cli_say(cli, CLI_USAGE, "--name goes with one file");
	return measure_all(cli, argv + optind, name);
}

const struct cli_verb cli_measure = {
	.name = "measure",
	.args = "FILE... [--name NAME]",
	.brief = "append the SHA-384 of files as records of type user",
	.help = "  --name NAME  record this name, not the path (one file)\n"
		"  --json       one JSON object a line, a record each\n\n"
		"Prints the record's number, the digest and the name. Needs root.\n",
	.run = run,
};
