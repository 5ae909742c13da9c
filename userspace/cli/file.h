/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VOUCH_CLI_FILE_H
#define VOUCH_CLI_FILE_H

/* A result's file: one that has the name is whole. */

#include <limits.h>
#include <stdbool.h>
#include <stdio.h>

#include "cli.h"

/**
 * struct cli_file - a file on its way to its name
 * @file: to write to
 * @path: its name, borrowed
 * @part: what it is called until then
 */
struct cli_file {
	FILE *file;
	const char *path;
	char part[PATH_MAX];
};

int cli_file_open(struct cli *cli, struct cli_file *to, const char *path);
int cli_file_close(struct cli *cli, struct cli_file *to, bool whole);

#endif /* VOUCH_CLI_FILE_H */
