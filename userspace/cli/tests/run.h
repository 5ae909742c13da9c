/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VOUCH_CLI_RUN_H
#define VOUCH_CLI_RUN_H

/* The program on a fake card: part of each test of it. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../lib/tests/fake.h"
#include "../cli.h"

static struct fake fake;
static int open_error;
static int opened;	/* the number that was asked for */
static char *out, *err;	/* what it said */

static int fake_open(int number, struct vouch_device **dev)
{
	opened = number;
	return open_error ? open_error : vouch_device_new(&fake_ops, &fake, dev);
}

/* Returns its exit code; leaves its output. */
static int run_argv(int argc, char **argv)
{
	struct cli cli = { .open = fake_open, .number = VOUCH_ANY_DEVICE };
	size_t out_len, err_len;
	int code;

	free(out);
	free(err);
	cli.out = open_memstream(&out, &out_len);
	cli.err = open_memstream(&err, &err_len);
	code = cli_run(&cli, argc, argv);
	fclose(cli.out);
	fclose(cli.err);
	return code;
}

/* With words parted by blanks. */
static inline int run(const char *line)
{
	char words[512], *argv[24], *save = NULL;
	int argc = 0;

	snprintf(words, sizeof(words), "vouch %s", line);
	for (char *w = strtok_r(words, " ", &save); w; w = strtok_r(NULL, " ", &save))
		argv[argc++] = w;
	argv[argc] = NULL;
	return run_argv(argc, argv);
}

#endif /* VOUCH_CLI_RUN_H */
