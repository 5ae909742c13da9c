// SPDX-License-Identifier: GPL-2.0-only
/* vouch-card-hostile: takes its own options and leaves the rest to vouch-cardd. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hostile.h"

static const char help[] =
"usage: vouch-card-hostile [--seed N] [--rate N] [--flood N] [--steal N] [--echo N]\n"
"                          [--stall N] [--registers N] [--gone N] [--hostile SOCKET]\n"
"                          [options of vouch-cardd]\n"
"\n"
"Test only. A card that lies to its driver: vouch-cardd, with the same state and\n"
"options, but what the driver sees is altered in turns of at most 2 s, with pauses\n"
"of at most 1.5 s in which it can recover:\n"
"  completions   cid, status, out_len, result, t_rx, sq_head, phase, rsv\n"
"  more of them  for commands that are in flight, were, or never were\n"
"  interrupts    none, the wrong one, storms of at most 200\n"
"  registers     all ones, zeros, one bit, anything\n"
"  output        bits of it, or all of it\n"
"\n"
"  --seed N          of the generator (1)\n"
"  --rate N          of 1000 completions and outputs: altered (700)\n"
"  --flood N         most completions invented, before and after true ones (64)\n"
"  --steal N         of 1000 of these: for a command that is in flight (20)\n"
"  --echo N          of 100 doorbells without a command: answered all the same, so that\n"
"                    what a driver has read brings more (90)\n"
"  --stall N         of 100000 completions and interrupts: withheld, so that the\n"
"                    driver waits for its time-out (20)\n"
"  --registers N     of 1000 register reads: altered (50)\n"
"  --gone N          of 100000 register reads: all ones (200). A driver takes that for\n"
"                    the end; then remove and rescan the function\n"
"  --hostile SOCKET  control: send a line, read a line that begins with 'ok':\n"
"                      status  counters; 'mutated' is of completions, 'invented'\n"
"                              are those of them that no command brought, 'answers'\n"
"                              those that name a command in flight\n"
"                      heal    behave until told otherwise\n"
"                      attack  what it does from the start\n"
"\n"
"A million mutated completions: --flood 250 --echo 97 and anyone who keeps sending\n"
"commands. Set the module's time-out low (timeout_ms=500), so that what is withheld\n"
"costs little.\n"
"In the test VMs: lab.card([\"host\"], program=\"build/test/vouch-card-hostile\",\n"
"args=[\"--seed\", \"1\", \"--hostile\", SOCKET]), control(SOCKET, \"status\"); heal,\n"
"insmod, attack, where the module must find a card at first. Built by\n"
"make build/test/vouch-card-hostile.\n"
"\n";

int vouch_cardd_main(int argc, char **argv);

static int fail(const char *what, const char *value)
{
	fprintf(stderr, "vouch-card-hostile: %s %s\n", what, value ? value : "wants a value");
	return 2;
}

static bool number(const char *text, uint64_t most, uint64_t *value)
{
	char *end;

	errno = 0;
	*value = strtoull(text, &end, 0);
	return !errno && end != text && !*end && *value <= most;
}

static void keep_signals(void)
{
	sigset_t set;

	/* The card's thread takes them; the control thread must not. */
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigprocmask(SIG_BLOCK, &set, NULL);
}

/* Returns 0, or an exit status. */
static int take(const char *name, const char *value, bool *taken)
{
	static const struct {
		const char *name;
		uint64_t most;
		unsigned int *value;
	} numbers[] = {
		{ "--rate", 1000, &hostile.rate },
		{ "--flood", 255, &hostile.flood },
		{ "--steal", 1000, &hostile.steal },
		{ "--echo", 100, &hostile.echo },
		{ "--stall", 100000, &hostile.stall },
		{ "--registers", 1000, &hostile.registers },
		{ "--gone", 100000, &hostile.gone },
	};
	uint64_t n;
	size_t i;

	*taken = true;
	if (!strcmp(name, "--seed"))
		return value && number(value, UINT64_MAX, &hostile.seed) ? 0 : fail(name, value);
	if (!strcmp(name, "--hostile"))
		return value && !hostile_control_start(value) ? 0 : fail(name, value);
	for (i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		if (strcmp(name, numbers[i].name))
			continue;
		if (!value || !number(value, numbers[i].most, &n))
			return fail(name, value);
		*numbers[i].value = (unsigned int)n;
		return 0;
	}
	*taken = false;
	return 0;
}

int main(int argc, char **argv)
{
	int kept = 1, i, ret;

	keep_signals();
	for (i = 1; i < argc; i++) {
		bool taken;

		if (!strcmp(argv[i], "--help"))
			fputs(help, stdout);
		ret = take(argv[i], argv[i + 1], &taken);
		if (ret)
			return ret;
		if (taken)
			i++;
		else
			argv[kept++] = argv[i];
	}
	argv[kept] = NULL;
	return vouch_cardd_main(kept, argv);
}
