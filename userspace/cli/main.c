// SPDX-License-Identifier: GPL-2.0-only
#include "cli.h"

int main(int argc, char **argv)
{
	struct cli cli = {
		.out = stdout,
		.err = stderr,
		.open = vouch_device_open,
		.number = VOUCH_ANY_DEVICE,
	};
	int code = cli_run(&cli, argc, argv);

	if (fflush(stdout) || ferror(stdout))
		return cli_say(&cli, CLI_FAILED, "cannot write the output: %m");
	return code;
}
