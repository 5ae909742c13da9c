// SPDX-License-Identifier: GPL-2.0-only
/* vouch log: a log as a table, as JSON, or as it is. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"

#define SHORT_DIGEST	8	/* bytes; enough to tell records apart by eye */
#define FOLLOW_SECONDS	1

struct view {
	struct cli *cli;
	uint64_t from;
	uint64_t log;
	bool own;
	bool follow;
	bool shown;	/* a record before this one */
	const char *raw_path;
	FILE *raw;
};

static void print_digest(FILE *out, const struct vouch_record *rec)
{
	char hex[2 * SHORT_DIGEST + 1] = "-";

	if (rec->measured)
		cli_hex(rec->measured, SHORT_DIGEST, hex);
	fprintf(out, "%-16s ", hex);
}

static int print_row(struct cli *cli, const struct vouch_record *rec)
{
	fprintf(cli->out, "%6llu %5llu %11llu.%06llu %-15s %-6s ",
		(unsigned long long)rec->number, (unsigned long long)rec->epoch,
		(unsigned long long)(rec->time / 1000000000),
		(unsigned long long)(rec->time % 1000000000 / 1000),
		vouch_record_type_name(rec->type), vouch_record_origin_name(rec->origin));
	print_digest(cli->out, rec);
	if (rec->name)
		cli_print_name(cli->out, rec->name, rec->name_len);
	if (!vouch_record_intact(rec))
		fprintf(cli->out, "  DIGEST DOES NOT MATCH");
	fputc('\n', cli->out);
	return 0;
}

static void set_optional(json_t *json, const struct vouch_record *rec)
{
	if (rec->measured)
		json_object_set_new(json, "digest",
				    cli_json_hex(rec->measured, VOUCH_DIGEST_SIZE));
	if (rec->name)
		json_object_set_new(json, "name", json_stringn(rec->name, rec->name_len));
	if (rec->data)
		json_object_set_new(json, "data", cli_json_hex(rec->data, rec->data_len));
	if (rec->ref != VOUCH_NO_REF)
		json_object_set_new(json, "ref", json_integer((json_int_t)rec->ref));
}

static json_t *record_json(const struct vouch_record *rec)
{
	json_t *json = json_pack("{s:I,s:I,s:I,s:I,s:s,s:s,s:o,s:b}",
				 "number", (json_int_t)rec->number, "log", (json_int_t)rec->log,
				 "epoch", (json_int_t)rec->epoch, "time", (json_int_t)rec->time,
				 "type", vouch_record_type_name(rec->type),
				 "origin", vouch_record_origin_name(rec->origin),
				 "record", cli_json_hex(rec->digest, VOUCH_DIGEST_SIZE),
				 "intact", vouch_record_intact(rec));

	if (json)
		set_optional(json, rec);
	return json;
}

/* One document, which has no end while it is followed: then one a line. */
static int print_object(struct view *view, const struct vouch_record *rec)
{
	FILE *out = view->cli->out;

	if (!view->follow)
		fputs(view->shown ? "," : "", out);
	view->shown = true;
	return cli_print_json(out, record_json(rec)) ? -ENOMEM : 0;
}

static int show(void *ctx, const struct vouch_record *rec, const uint8_t *bytes, size_t len)
{
	struct view *view = ctx;
	int ret;

	if (view->raw)
		return vouch_write_file(view->raw, bytes, len);
	if (!rec)
		return 0;
	ret = view->cli->json ? print_object(view, rec) : print_row(view->cli, rec);
	return ferror(view->cli->out) ? -EPIPE : ret;
}

static void print_head(const struct view *view)
{
	FILE *out = view->cli->out;

	if (view->raw)
		return;
	if (!view->cli->json)
		fprintf(out, "%6s %5s %18s %-15s %-6s %-16s %s\n", "NUMBER", "EPOCH",
			"SECONDS", "TYPE", "ORIGIN", "MEASURED", "NAME");
	else if (!view->follow)
		fprintf(out, "{\"log\":%llu,\"records\":[\n", (unsigned long long)view->log);
}

static int walk(struct view *view, struct vouch_device *dev)
{
	uint64_t from = view->from;
	int ret;

	print_head(view);
	for (;;) {
		ret = vouch_log_walk(dev, (uint32_t)view->log, from, VOUCH_LOG_END, show, view,
				     &from);
		if (ret || !view->follow)
			break;
		fflush(view->raw ? view->raw : view->cli->out);
		sleep(FOLLOW_SECONDS);
	}
	if (!ret && view->cli->json && !view->raw)
		fputs("]}\n", view->cli->out);
	return ret;
}

static int open_raw(struct view *view)
{
	if (!view->raw_path)
		return 0;
	view->raw = strcmp(view->raw_path, "-") ? fopen(view->raw_path, "we") : view->cli->out;
	return view->raw ? 0 : -1;
}

static int close_raw(const struct view *view)
{
	if (!view->raw || view->raw == view->cli->out)
		return 0;
	return fclose(view->raw) ? -errno : 0;
}

static int show_log(struct view *view, struct vouch_device *dev)
{
	struct vouch_info info;
	int ret = 0, closed;

	if (view->own) {
		ret = vouch_info_get(dev, &info);
		if (ret)
			return cli_fail(view->cli, VOUCH_STEP_INFO, ret);
		view->log = info.function;
	}
	if (open_raw(view))
		return cli_say(view->cli, CLI_FAILED, "cannot write %s: %m", view->raw_path);
	ret = walk(view, dev);
	closed = close_raw(view);
	if (ret)
		return cli_fail(view->cli, VOUCH_STEP_LOG, ret);
	if (closed)
		return cli_say(view->cli, CLI_FAILED, "cannot write %s: %s", view->raw_path,
			       strerror(-closed));
	return CLI_OK;
}

static int option(struct view *view, int opt, char **argv)
{
	switch (opt) {
	case 'f':
		view->follow = true;
		return CLI_GO_ON;
	case 'n':
		return cli_number(view->cli, optarg, INT64_MAX, &view->from) ? CLI_USAGE :
			CLI_GO_ON;
	case 'l':
		view->own = !strcmp(optarg, "own");
		if (view->own)
			return CLI_GO_ON;
		return cli_number(view->cli, optarg, UINT16_MAX, &view->log) ? CLI_USAGE :
			CLI_GO_ON;
	case 'r':
		view->raw_path = optarg;
		return CLI_GO_ON;
	default:
		return cli_option(view->cli, opt, argv);
	}
}

static int run(struct cli *cli, int argc, char **argv)
{
	static const struct option options[] = {
		{ "follow", no_argument, NULL, 'f' },
		{ "from", required_argument, NULL, 'n' },
		{ "log", required_argument, NULL, 'l' },
		{ "raw", required_argument, NULL, 'r' },
		CLI_OPTIONS
	};
	struct view view = { .cli = cli };
	struct vouch_device *dev;
	int opt, code;

	while ((opt = getopt_long(argc, argv, ":hjf", options, NULL)) != -1) {
		code = option(&view, opt, argv);
		if (code != CLI_GO_ON)
			return code;
	}
	if (optind < argc)
		return cli_say(cli, CLI_USAGE, "unexpected argument: %s", argv[optind]);
	code = cli_open(cli, &dev);
	if (code)
		return code;
	code = show_log(&view, dev);
	vouch_device_close(dev);
	return code;
}

const struct cli_verb cli_log = {
	.name = "log",
	.args = "[--log N|own] [--from N] [--follow] [--json | --raw FILE]",
	.brief = "show what was recorded",
	.help = "  --log N     log 0, the host's (default), or a function's number\n"
		"  --log own   this guest's instance log\n"
		"  --from N    begin at record N\n"
		"  --follow    wait for more records\n"
		"  --json      one JSON object; with --follow, one a line for each record\n"
		"  --raw FILE  write the log's own bytes (- for standard output)\n",
	.run = run,
};
