// SPDX-License-Identifier: GPL-2.0-only
/* vouch assign and vouch withdraw: instances of guest functions. */
#include "cli.h"

static int print(struct cli *cli, uint64_t function, uint64_t number, const uint8_t *instance)
{
	char hex[2 * VOUCH_INSTANCE_SIZE + 1];

	if (cli->json)
		return cli_print_json(cli->out, json_pack("{s:I,s:I,s:o}",
			"function", (json_int_t)function, "number", (json_int_t)number,
			"instance", cli_json_hex(instance, VOUCH_INSTANCE_SIZE)));
	cli_hex(instance, VOUCH_INSTANCE_SIZE, hex);
	fprintf(cli->out, "function %llu: instance %s\n", (unsigned long long)function, hex);
	return CLI_OK;
}

static int assign(struct cli *cli, struct vouch_device *dev, uint64_t function)
{
	uint8_t instance[VOUCH_INSTANCE_SIZE];
	uint64_t number;
	int ret;

	ret = vouch_assign(dev, (uint32_t)function, &number, instance);
	if (ret)
		return cli_fail(cli, VOUCH_STEP_ASSIGN, ret);
	return print(cli, function, number, instance);
}

static int withdraw(struct cli *cli, struct vouch_device *dev, uint64_t function)
{
	int ret = vouch_withdraw(dev, (uint32_t)function);

	if (ret)
		return cli_fail(cli, VOUCH_STEP_ASSIGN, ret);
	if (cli->json)
		return cli_print_json(cli->out, json_pack("{s:I}", "function",
							  (json_int_t)function));
	fprintf(cli->out, "function %llu: withdrawn\n", (unsigned long long)function);
	return CLI_OK;
}

static int run(struct cli *cli, int argc, char **argv,
	       int (*act)(struct cli *cli, struct vouch_device *dev, uint64_t function))
{
	static const struct option options[] = { CLI_OPTIONS };
	struct vouch_device *dev;
	uint64_t function;
	int opt, code;

	while ((opt = getopt_long(argc, argv, ":hj", options, NULL)) != -1) {
		code = cli_option(cli, opt, argv);
		if (code != CLI_GO_ON)
			return code;
	}
	if (argc - optind != 1)
		return cli_say(cli, CLI_USAGE, "which guest function? Its number, from 1");
	if (cli_number(cli, argv[optind], UINT16_MAX, &function))
		return CLI_USAGE;
	if (!function)
		return cli_say(cli, CLI_USAGE, "function 0 is the host's; guests are from 1");
	code = cli_open(cli, &dev);
	if (code)
		return code;
	code = act(cli, dev, function);
	vouch_device_close(dev);
	return code;
}

static int run_assign(struct cli *cli, int argc, char **argv)
{
	return run(cli, argc, argv, assign);
}

static int run_withdraw(struct cli *cli, int argc, char **argv)
{
	return run(cli, argc, argv, withdraw);
}

const struct cli_verb cli_assign = {
	.name = "assign",
	.args = "N",
	.brief = "give guest function N a fresh instance (host)",
	.help = "  --json      one JSON object\n\n"
		"Prints the instance id that the card drew. Needs root.\n",
	.run = run_assign,
};

const struct cli_verb cli_withdraw = {
	.name = "withdraw",
	.args = "N",
	.brief = "end the instance of guest function N (host)",
	.help = "  --json      one JSON object\n\nNeeds root.\n",
	.run = run_withdraw,
};
