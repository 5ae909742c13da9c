// SPDX-License-Identifier: GPL-2.0-only
/* Damaged, foreign and rolled-back journals are refused, with where and why. */
#include <stdlib.h>
#include <string.h>

#include "../core/journal.h"
#include "../core/write.h"
#include "reader.h"
#include "tap.h"

/* A small history: records of both logs, all acknowledged. */
static struct rig *history(void)
{
	struct rig *rig = rig_new(256, 2);

	if (rig_open(rig) || vouch_card_attach(&rig->card, 0) ||
	    rig_command(rig, 0, VOUCH_OP_ASSIGN, 1, 0, NULL, 0, 24) ||
	    rig_hook(rig, 0, VOUCH_REC_KERNEL) || rig_hook(rig, 1, VOUCH_REC_KERNEL) ||
	    rig_user(rig, 0, "user"))
		abort();
	return rig;
}

static void test_every_bit(void)
{
	struct rig *rig = history(), *copy = malloc(sizeof(*copy));
	unsigned int refused = 0, misplaced = 0, elsewhere = 0;
	const size_t bits = rig->size * 8;
	size_t bit;

	for (bit = 0; bit < bits; bit++) {
		int ret;

		memcpy(copy->disk, rig->disk, rig->size);
		copy->config = rig->config;
		copy->config.index = copy->index;
		copy->config.clock.ctx = copy;
		copy->config.storage.ctx = copy;
		copy->size = rig->size;
		copy->flushed = rig->size;
		copy->counter = rig->counter;
		copy->fuse = -1;
		copy->disk[bit / 8] ^= 1 << bit % 8;
		ret = rig_open(copy);
		refused += ret == -74;
		if (bit < VOUCH_JOURNAL_HEADER * 8)
			elsewhere += copy->report.fault != VOUCH_FAULT_FOREIGN;
		else if (copy->report.fault == VOUCH_FAULT_DAMAGED)
			misplaced += copy->report.offset > bit / 8 ||
				     bit / 8 - copy->report.offset >= VOUCH_ENTRY_MAX;
		else
			elsewhere += copy->report.fault != VOUCH_FAULT_ROLLED_BACK;
		if (copy->size != rig->size)
			misplaced++;
	}
	IS(refused, bits, "each single flipped bit is refused");
	IS(elsewhere, 0, "as damage or a foreign header");
	IS(misplaced, 0, "and the place is named, and nothing cut off");
	free(copy);
	rig_free(rig);
}

static void test_every_length(void)
{
	struct rig *rig = history();
	const size_t full = rig->size;
	size_t size, refused = 0, named = 0;

	for (size = 0; size < full; size++) {
		rig->size = size;
		refused += rig_open(rig) == -74;
		named += (rig->report.fault == VOUCH_FAULT_ROLLED_BACK ||
			  rig->report.fault == VOUCH_FAULT_DAMAGED) &&
			 rig->report.counter == 6 && rig->report.entries < 6;
		if (rig->size != size)
			break;
	}
	IS(refused, full, "each shorter journal is refused");
	IS(named, full, "with what the counter says and what was found");
	rig_free(rig);
}

static void test_rollback(void)
{
	struct rig *rig = history();
	const size_t older = rig->size;

	rig_user(rig, 0, "later");
	rig->size = older;
	IS(rig_open(rig), -74, "an older journal is refused");
	IS(rig->report.fault, VOUCH_FAULT_ROLLED_BACK, "as rolled back");
	IS(rig->report.counter, 7, "the counter says");
	IS(rig->report.entries, 6, "the journal holds");
	rig->size = 0;
	IS(rig_open(rig), -74, "a lost journal is refused");
	IS(rig->report.fault, VOUCH_FAULT_ROLLED_BACK, "as rolled back");
	rig_free(rig);
}

static void test_swap(void)
{
	struct rig *rig = history();
	uint8_t *a, *b, entry[VOUCH_ENTRY_MAX];
	const struct rig_record r = { .type = VOUCH_REC_UNMEASURED, .name = "a",
				      .ref = VOUCH_NO_REF };
	const struct rig_record s = { .type = VOUCH_REC_UNMEASURED, .name = "b",
				      .ref = VOUCH_NO_REF };
	size_t len;

	a = rig->disk + rig->size;
	rig_append(rig, 0, &r);
	b = rig->disk + rig->size;
	rig_append(rig, 0, &s);
	len = (size_t)(b - a);
	memcpy(entry, a, len);
	memcpy(a, b, len);
	memcpy(b, entry, len);
	IS(rig_open(rig), -74, "swapped entries are refused");
	IS(rig->report.fault, VOUCH_FAULT_DAMAGED, "as damaged");
	IS(rig->report.entry, 6, "at the first of them");
	IS(rig->report.offset, a - rig->disk, "where it starts");
	rig_free(rig);
}

static void test_foreign(void)
{
	struct rig *rig = history();

	rig->config.card_id[0] ^= 1;
	IS(rig_open(rig), -74, "another card's journal is refused");
	IS(rig->report.fault, VOUCH_FAULT_FOREIGN, "as foreign");
	rig->config.card_id[0] ^= 1;
	IS(rig_open(rig), 0, "its own is not");
	rig_free(rig);
}

static void test_capacity(void)
{
	struct rig *rig = rig_new(256, 2);
	int i;

	rig_open(rig);
	vouch_card_attach(&rig->card, 0);
	for (i = 0; i < 100; i++)
		rig_hook(rig, 0, VOUCH_REC_VM_START);
	vouch_card_close(&rig->card);
	rig->config.capacity = 64;
	IS(rig_open(rig), -22, "more records than the log may have: refused");
	IS(rig->report.fault, VOUCH_FAULT_CONFIG, "as a bad configuration");
	rig->config.capacity = 256;
	IS(rig_open(rig), 0, "nothing was lost by that");
	IS(rig->card.log.count, 103, "all records are there");
	rig_free(rig);
}

/* What was written but never acknowledged is dropped unless it is whole. */
static void test_tail(void)
{
	struct rig *rig = history();
	const size_t acknowledged = rig->size;
	const uint64_t counter = rig->counter;
	const struct rig_record r = { .type = VOUCH_REC_UNMEASURED, .name = "tail",
				      .ref = VOUCH_NO_REF };
	uint8_t tail[VOUCH_ENTRY_MAX];
	size_t torn, len, good = 0;

	rig_append_only(rig, 0, &r);
	len = rig->size - acknowledged;
	memcpy(tail, rig->disk + acknowledged, len);
	for (torn = 0; torn < len; torn++) {
		memcpy(rig->disk + acknowledged, tail, torn);
		rig->size = acknowledged + torn;
		rig->counter = counter;
		good += !rig_open(rig) && rig->card.log.count == 6 &&
			rig->report.dropped == torn && rig->report.entries == 6;
	}
	IS(good, len, "a torn tail of each length is dropped, and said so");
	memcpy(rig->disk + acknowledged, tail, len);
	rig->size = acknowledged + len;
	rig->counter = counter;
	IS(rig_open(rig), 0, "a whole one, never acknowledged, is");
	IS(rig->card.log.count, 7, "kept");
	IS(rig->counter, 9, "and from now on counted");
	rig_free(rig);
}

/* Before there were nonces, power-on and reset carried no data. */
static void test_before_nonces(void)
{
	struct rig *rig = history();
	struct vouch_record record = {
		.type = VOUCH_REC_RESET, .name = { "function", 8 }, .ref = VOUCH_NO_REF,
	};
	uint8_t digest[VOUCH_DIGEST_SIZE];

	if (vouch_record_write(&rig->card, &rig->card.log, &record, digest) ||
	    vouch_card_commit(&rig->card))
		abort();
	IS(rig_open(rig), 0, "a journal without nonces is loaded");
	IS(rig->card.log.epoch.number, 3, "its epochs counted");
	rig_free(rig);
}

static void test_config(void)
{
	struct rig *rig = rig_new(256, 2);
	const struct vouch_card_config good = rig->config;

	rig->config.functions = 17;
	IS(rig_open(rig), -22, "too many functions");
	rig->config = good;
	rig->config.functions = 0;
	IS(rig_open(rig), -22, "no function");
	rig->config = good;
	rig->config.capacity = 63;
	IS(rig_open(rig), -22, "too small a log");
	rig->config = good;
	rig->config.alg = -7;
	IS(rig_open(rig), -22, "another algorithm");
	rig->config = good;
	rig->config.device.len = VOUCH_CARD_CERTS_MAX;
	IS(rig_open(rig), -22, "too long certificates");
	rig->config = good;
	rig->fuse = 0;
	IS(rig_open(rig), -5, "storage that does not work");
	IS(rig->report.fault, VOUCH_FAULT_STORAGE, "is named");
	rig_free(rig);
}

int main(void)
{
	test_every_bit();
	test_every_length();
	test_rollback();
	test_swap();
	test_foreign();
	test_capacity();
	test_tail();
	test_before_nonces();
	test_config();
	return tap_done();
}
