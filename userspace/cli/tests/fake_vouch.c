// SPDX-License-Identifier: GPL-2.0-only
/*
 * The client with a made-up card: FAKE_FUNCTION, FAKE_COUNT and FAKE_OWN say
 * which. For package_test.py, which checks the bytes that come out.
 */
#include <stdlib.h>

#include "cli.h"
#include "fake.h"

static unsigned int from_env(const char *name)
{
	const char *text = getenv(name);

	return text ? (unsigned int)atoi(text) : 0;
}

static int fake_open(int number, struct vouch_device **dev)
{
	static struct fake fake;

	(void)number;
	fake.function = from_env("FAKE_FUNCTION");
	fake.count = from_env("FAKE_COUNT");
	fake.own = from_env("FAKE_OWN");
	fake.batch = from_env("FAKE_BATCH");
	return vouch_device_new(&fake_ops, &fake, dev);
}

int main(int argc, char **argv)
{
	struct cli cli = {
		.out = stdout,
		.err = stderr,
		.open = fake_open,
		.number = VOUCH_ANY_DEVICE,
	};

	return cli_run(&cli, argc, argv);
}
