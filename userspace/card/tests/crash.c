// SPDX-License-Identifier: GPL-2.0-only
/*
 * Power is cut at every single storage call, with every part of what was on its
 * way to the disk surviving. Afterwards each acknowledged record is there, none
 * is torn, and the logs still prove themselves.
 */
#include <stdlib.h>
#include <string.h>

#include "reader.h"
#include "tap.h"

#define PROMISES	64

/* What was acknowledged before power went. */
struct promises {
	unsigned int count;
	uint16_t log[PROMISES];
	uint64_t number[PROMISES];
	uint8_t digest[PROMISES][VOUCH_DIGEST_SIZE];
};

static void promise(struct promises *p, struct rig *rig, uint16_t log)
{
	p->log[p->count] = log;
	p->number[p->count] = rig_number(rig);
	memcpy(p->digest[p->count], rig->out + 8, VOUCH_DIGEST_SIZE);
	p->count++;
}

/* Three records in one commit, as a front end does with a batch. */
static bool batch(struct rig *rig, struct promises *p, uint16_t fn)
{
	static const uint8_t digest[VOUCH_DIGEST_SIZE] = { 7 };
	const struct rig_record r = { .type = VOUCH_REC_USER, .name = "batch",
				      .digest = digest, .ref = VOUCH_NO_REF };
	struct promises later = { 0 };
	unsigned int i;

	for (i = 0; i < 3; i++) {
		if (rig_append_only(rig, fn, &r))
			return false;
		promise(&later, rig, fn);
	}
	if (vouch_card_commit(&rig->card))
		return false;
	for (i = 0; i < 3; i++) {
		p->log[p->count] = later.log[i];
		p->number[p->count] = later.number[i];
		memcpy(p->digest[p->count++], later.digest[i], VOUCH_DIGEST_SIZE);
	}
	return true;
}

static bool one(struct rig *rig, struct promises *p, uint16_t fn)
{
	if (rig_user(rig, fn, "one"))
		return false;
	promise(p, rig, fn);
	return true;
}

/* Returns true when it came to its end. */
static bool scenario(struct rig *rig, struct promises *p, unsigned int *boots)
{
	if (rig_open(rig))
		return false;
	++*boots;
	return !vouch_card_attach(&rig->card, 0) && one(rig, p, 0) && batch(rig, p, 0) &&
	       !rig_command(rig, 0, VOUCH_OP_ASSIGN, 1, 0, NULL, 0, 24) &&
	       !vouch_card_commit(&rig->card) && one(rig, p, 1) && batch(rig, p, 1) &&
	       one(rig, p, 0) && !vouch_card_reset(&rig->card, 0) &&
	       !vouch_card_attach(&rig->card, 0) && one(rig, p, 0);
}

static const char *kept(struct rig *rig, const struct promises *p, uint16_t log)
{
	const char *error = NULL;
	struct reader reader;
	unsigned int i;

	if (log && !rig->card.functions[log].assigned)
		return p->count > 4 ? "an acknowledged assignment is gone" : NULL;
	rig->card.functions[1].readable = rig->card.log.count;
	if (!reader_matches(rig, log, log, &error))
		return error;
	reader_read(&reader, rig, log, log, 65536);
	for (i = 0; i < p->count && !error; i++)
		if (p->log[i] == log && (p->number[i] >= reader.count ||
					 memcmp(reader.digest[p->number[i]], p->digest[i],
						VOUCH_DIGEST_SIZE)))
			error = "an acknowledged record is gone";
	reader_free(&reader);
	return error;
}

/* Cut power at one storage call; returns true when the scenario outran it. */
static bool cut(long call, size_t partial, size_t survives, const char **error)
{
	struct rig *rig = rig_new(256, 2);
	struct promises p = { 0 };
	unsigned int boots = 0;
	bool done;

	rig->fuse = call;
	rig->partial = partial;
	done = scenario(rig, &p, &boots);
	rig_power_cut(rig, survives);
	*error = NULL;
	if (rig_open(rig))
		*error = "the card does not start";
	else if (rig->card.boot_count < boots + 1 || rig->card.boot_count > boots + 2)
		*error = "boots are miscounted";
	else if (vouch_card_attach(&rig->card, 0))
		*error = "it cannot go on";
	else
		*error = kept(rig, &p, 0);
	if (!*error && rig->card.log.id == 0)
		*error = kept(rig, &p, 1);
	if (!*error && (rig_user(rig, 0, "on") || vouch_card_close(&rig->card)))
		*error = "it cannot go on";
	if (!*error && (rig_open(rig) || rig->report.dropped))
		*error = "it does not start a second time";
	rig_free(rig);
	return done;
}

int main(void)
{
	static const size_t parts[] = { 0, 1, 63, 152, ~0UL };
	unsigned int runs = 0, failed = 0;
	long call = 0;
	bool done;

	do {
		size_t i, j;

		done = true;
		for (i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
			for (j = 0; j < sizeof(parts) / sizeof(parts[0]); j++) {
				const char *error;

				done &= cut(call, parts[i], parts[j], &error);
				runs++;
				if (!error)
					continue;
				failed++;
				printf("# call %ld, %zu written, %zu survive: %s\n", call,
				       parts[i], parts[j], error);
			}
		}
		call++;
	} while (!done && call < 1000 && failed < 20);
	IS(failed, 0, "whenever power is cut, what was acknowledged is there");
	OK(done && call > 36, "power was cut at each storage call of the scenario");
	printf("# %ld calls, %u runs\n", call, runs);
	return tap_done();
}
