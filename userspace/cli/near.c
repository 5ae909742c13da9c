// SPDX-License-Identifier: GPL-2.0-only
/* Times of proximity sessions, as text and as JSON. */
#include "near.h"

/**
 * near_rounds() - parse how many rounds a session is to have
 * @cli: this run
 * @text: a number, or NULL for the default
 * @rounds: result
 *
 * Return: CLI_GO_ON, or CLI_USAGE after saying so.
 */
int near_rounds(struct cli *cli, const char *text, uint32_t *rounds)
{
	uint64_t value = NEAR_ROUNDS;

	if (text && cli_number(cli, text, VOUCH_ROUNDS_MAX, &value))
		return CLI_USAGE;
	if (value < VOUCH_ROUNDS_MIN)
		return cli_say(cli, CLI_USAGE, "a session has at least %d rounds",
			       VOUCH_ROUNDS_MIN);
	*rounds = (uint32_t)value;
	return CLI_GO_ON;
}

static void times_text(const char *clock, const struct vouch_times *times, FILE *out)
{
	fprintf(out, "  %s clock: min %.1f us, p5 %.1f us, median %.1f us\n", clock,
		times->min / 1e3, times->p5 / 1e3, times->median / 1e3);
}

/* near_text() - for people */
void near_text(const struct vouch_near *near, FILE *out)
{
	fprintf(out, "proximity, %u rounds:\n", near->rounds);
	times_text("guest's", &near->guest, out);
	times_text("card's ", &near->card, out);
}

/* near_times_json() - as a bound of vouch-verify's policy spells them */
json_t *near_times_json(const struct vouch_times *times)
{
	return json_pack("{s:I,s:I,s:I}", "min_ns", (json_int_t)times->min,
			 "p5_ns", (json_int_t)times->p5, "median_ns", (json_int_t)times->median);
}

/* near_json() - for programs */
json_t *near_json(const struct vouch_near *near)
{
	return json_pack("{s:I,s:o,s:o}", "rounds", (json_int_t)near->rounds,
			 "guest", near_times_json(&near->guest),
			 "card", near_times_json(&near->card));
}
