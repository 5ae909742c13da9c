// SPDX-License-Identifier: GPL-2.0-only
/* vouch info: the card, the function and its logs. */
#include <errno.h>

#include "cli.h"

struct view {
	struct vouch_info info;
	struct vouch_log logs[2];
	unsigned int n_logs;
};

/* A guest without an instance has no log of its own, and that is no error. */
static int look(struct vouch_device *dev, struct view *v)
{
	uint32_t ids[2] = { 0 };
	unsigned int n = 1;
	int ret;

	ret = vouch_info_get(dev, &v->info);
	if (ret)
		return ret;
	if (v->info.role == VOUCH_ROLE_GUEST)
		ids[n++] = v->info.function;
	for (unsigned int i = 0; i < n; i++) {
		ret = vouch_log_state(dev, ids[i], &v->logs[v->n_logs]);
		if (ret == -ENOLINK || ret == -ENOENT || ret == -EACCES)
			continue;
		if (ret)
			return ret;
		v->n_logs++;
	}
	return 0;
}

static void print_log(FILE *out, const struct vouch_info *info, const struct vouch_log *log)
{
	char hex[2 * VOUCH_DIGEST_SIZE + 1];

	if (log->id)
		fprintf(out, "own log    ");
	else
		fprintf(out, "log 0      ");
	fprintf(out, "%llu records", (unsigned long long)log->count);
	if (!log->id)
		fprintf(out, " of at most %llu", (unsigned long long)info->log_capacity);
	if (log->current != VOUCH_NO_REF)
		fprintf(out, ", current kernel in record %llu", (unsigned long long)log->current);
	cli_hex(log->pcr, sizeof(log->pcr), hex);
	fprintf(out, "\n  pcr      %s\n", hex);
	if (log->id) {
		cli_hex(log->instance, sizeof(log->instance), hex);
		fprintf(out, "  instance %s\n", hex);
	}
}

static int print(struct cli *cli, const struct view *v)
{
	const struct vouch_info *info = &v->info;
	char hex[2 * VOUCH_DIGEST_SIZE + 1];

	cli_hex(info->card_id, sizeof(info->card_id), hex);
	fprintf(cli->out, "card       %s\n", hex);
	cli_hex(info->firmware, sizeof(info->firmware), hex);
	fprintf(cli->out, "firmware   %s\n", hex);
	fprintf(cli->out, "function   %u of %u, %s\n", info->function, info->functions,
		vouch_role_name(info->role));
	fprintf(cli->out, "host       %s, epoch %llu, boot %llu\n", vouch_attach_name(info->attach),
		(unsigned long long)info->epoch, (unsigned long long)info->boot_count);
	fprintf(cli->out, "debug      %s\n", info->debug ? "ENABLED: this card proves nothing" :
		"disabled for good");
	for (unsigned int i = 0; i < v->n_logs; i++)
		print_log(cli->out, info, &v->logs[i]);
	return CLI_OK;
}

static json_t *log_json(const struct vouch_log *log)
{
	return json_pack("{s:I,s:I,s:o?,s:o,s:o,s:o}", "log", (json_int_t)log->id,
			 "count", (json_int_t)log->count,
			 "current", log->current == VOUCH_NO_REF ? NULL :
				    json_integer((json_int_t)log->current),
			 "instance", cli_json_hex(log->instance, sizeof(log->instance)),
			 "pcr", cli_json_hex(log->pcr, sizeof(log->pcr)),
			 "root", cli_json_hex(log->root, sizeof(log->root)));
}

static int print_json(struct cli *cli, const struct view *v)
{
	const struct vouch_info *info = &v->info;
	json_t *logs = json_array();

	for (unsigned int i = 0; i < v->n_logs; i++)
		json_array_append_new(logs, log_json(&v->logs[i]));
	return cli_print_json(cli->out, json_pack("{s:o,s:o,s:i,s:s,s:i,s:s,s:I,s:I,s:I,s:b,s:o}",
		"card_id", cli_json_hex(info->card_id, sizeof(info->card_id)),
		"firmware", cli_json_hex(info->firmware, sizeof(info->firmware)),
		"function", info->function, "role", vouch_role_name(info->role),
		"functions", info->functions, "state", vouch_attach_name(info->attach),
		"epoch", (json_int_t)info->epoch, "boot_count", (json_int_t)info->boot_count,
		"log_capacity", (json_int_t)info->log_capacity, "debug", info->debug,
		"logs", logs));
}

static int run(struct cli *cli, int argc, char **argv)
{
	static const struct option options[] = { CLI_OPTIONS };
	struct view view = { .n_logs = 0 };
	struct vouch_device *dev;
	int opt, code, ret;

	while ((opt = getopt_long(argc, argv, ":hj", options, NULL)) != -1) {
		code = cli_option(cli, opt, argv);
		if (code != CLI_GO_ON)
			return code;
	}
	if (optind < argc)
		return cli_say(cli, CLI_USAGE, "unexpected argument: %s", argv[optind]);
	code = cli_open(cli, &dev);
	if (code)
		return code;
	ret = look(dev, &view);
	vouch_device_close(dev);
	if (ret)
		return cli_fail(cli, VOUCH_STEP_INFO, ret);
	return cli->json ? print_json(cli, &view) : print(cli, &view);
}

const struct cli_verb cli_info = {
	.name = "info",
	.args = "[--json]",
	.brief = "show the card, this function and its logs",
	.help = "  --json      one JSON object\n",
	.run = run,
};
