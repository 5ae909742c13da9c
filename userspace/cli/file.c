// SPDX-License-Identifier: GPL-2.0-only
/* See file.h. */
#include <unistd.h>

#include "file.h"

/**
 * cli_file_open() - begin to write a file
 * @cli: this run
 * @to: returns what to write to
 * @path: its name, which keeps what it has until the end
 *
 * Return: 0, and cli_file_close() follows; or CLI_FAILED after saying why.
 */
int cli_file_open(struct cli *cli, struct cli_file *to, const char *path)
{
	to->path = path;
	if (snprintf(to->part, sizeof(to->part), "%s.part", path) >= (int)sizeof(to->part))
		return cli_say(cli, CLI_FAILED, "path too long: %s", path);
	to->file = fopen(to->part, "we");
	if (!to->file)
		return cli_say(cli, CLI_FAILED, "cannot write %s: %m", to->part);
	return CLI_OK;
}

/**
 * cli_file_close() - end it
 * @cli: this run
 * @to: from cli_file_open()
 * @whole: all was written; otherwise nothing is left of it, and why was said
 *
 * Return: CLI_OK where the file has its name, or CLI_FAILED.
 */
int cli_file_close(struct cli *cli, struct cli_file *to, bool whole)
{
	bool closed = !fclose(to->file);

	if (whole && closed && !rename(to->part, to->path))
		return CLI_OK;
	if (whole)
		cli_say(cli, CLI_FAILED, "cannot write %s: %m", to->path);
	unlink(to->part);
	return CLI_FAILED;
}
