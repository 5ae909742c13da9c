// SPDX-License-Identifier: GPL-2.0-only
/* What the card sees of a guest function that has an instance. */
#include <stdlib.h>
#include <string.h>

#include "reader.h"
#include "tap.h"

static const uint8_t image[VOUCH_DIGEST_SIZE] = { 0x2b };

static uint64_t assign(struct rig *rig)
{
	if (rig_command(rig, 0, VOUCH_OP_ASSIGN, 1, 0, NULL, 0, 24) ||
	    vouch_card_commit(&rig->card))
		abort();
	return rig_number(rig);
}

static struct rig *opened(void)
{
	struct rig *rig = rig_new(1024, 3);

	if (rig_open(rig) || vouch_card_attach(&rig->card, 0))
		abort();
	return rig;
}

static const struct vouch_epoch *epoch(const struct rig *rig)
{
	return &rig->card.functions[1].log.epoch;
}

static void last_is(struct rig *rig, uint16_t type, const char *name, const char *text)
{
	struct reader reader;

	reader_read(&reader, rig, 1, 1, 65536);
	OK(!reader.error && reader.count && reader.type[reader.count - 1] == type &&
	   reader_name_is(&reader, reader.count - 1, name), "%s", text);
	reader_free(&reader);
}

static void test_life(void)
{
	struct rig *rig = opened();
	const struct rig_record jump = { .type = VOUCH_REC_KEXEC_EXEC, .digest = image,
					 .ref = VOUCH_NO_REF };
	struct rig_record back = { .type = VOUCH_REC_KEXEC_ABORT };
	struct reader reader;
	uint64_t host, exec;

	IS(vouch_card_attach(&rig->card, 1), 0, "a guest without an instance attaches");
	IS(vouch_card_detach(&rig->card, 1, VOUCH_LEAVE_DRIVER), 0, "and leaves");
	IS(vouch_card_reset(&rig->card, 1), 0, "and is reset");
	IS(rig->card.log.count, 2, "of which nothing is written");
	assign(rig);
	host = rig->card.log.count;
	IS(rig->card.functions[1].log.count, 0, "an instance begins with an empty log");
	IS(vouch_card_reset(&rig->card, 1), 0, "reset");
	last_is(rig, VOUCH_REC_RESET, "function", "is recorded in the guest's log");
	IS(epoch(rig)->number, 1, "an epoch of its own begins");
	IS(vouch_card_attach(&rig->card, 1), 0, "attach");
	last_is(rig, VOUCH_REC_ATTACH, "after-reset", "is after a reset");
	IS(vouch_card_attach(&rig->card, 1), -114, "an attached guest cannot attach");
	IS(rig_append(rig, 1, &jump), VOUCH_ST_OK, "a guest announces its kexec");
	exec = rig_number(rig);
	IS(epoch(rig)->attach, VOUCH_ATTACH_JUMPING, "it is jumping");
	IS(rig->card.log.epoch.attach, VOUCH_ATTACH_ATTACHED, "the host is not");
	IS(vouch_card_detach(&rig->card, 1, VOUCH_LEAVE_DRIVER), 0, "its driver leaves");
	IS(vouch_card_attach(&rig->card, 1), 0, "and comes");
	last_is(rig, VOUCH_REC_ATTACH, "announced", "as announced");
	reader_read(&reader, rig, 1, 1, 65536);
	OK(reader_uint(&reader, reader.count - 1, 8) == exec &&
	   reader_bytes_are(reader_get(reader.content[reader.count - 1], 5), image, 48),
	   "with the announced image and its record");
	OK(reader_uint(&reader, 0, 4) == 1, "its records carry the host's epoch");
	reader_free(&reader);
	rig_append(rig, 1, &jump);
	back.ref = rig_number(rig);
	IS(rig_append(rig, 1, &back), VOUCH_ST_OK, "a jump is taken back");
	IS(epoch(rig)->attach, VOUCH_ATTACH_ATTACHED, "attached again");
	IS(vouch_card_detach(&rig->card, 1, VOUCH_LEAVE_GONE), 0, "the function vanishes");
	last_is(rig, VOUCH_REC_DETACH, "gone", "which is recorded");
	IS(vouch_card_attach(&rig->card, 1), 0, "attach");
	last_is(rig, VOUCH_REC_ATTACH, "unannounced", "is unannounced");
	IS(rig->card.log.count, host, "log 0 knows nothing of all that");
	rig_free(rig);
}

static void test_assigned_late(void)
{
	struct rig *rig = opened();

	vouch_card_attach(&rig->card, 1);
	assign(rig);
	last_is(rig, VOUCH_REC_ATTACH, "unannounced", "a driver that was there before is seen");
	IS(epoch(rig)->attach, VOUCH_ATTACH_ATTACHED, "as attached");
	assign(rig);
	IS(rig->card.functions[1].log.count, 1, "by the next instance too");
	vouch_card_reset(&rig->card, 1);
	assign(rig);
	IS(rig->card.functions[1].log.count, 0, "a driver that is gone is not");
	rig_free(rig);
}

static void test_power(void)
{
	struct rig *rig = opened();
	struct reader reader;

	assign(rig);
	vouch_card_attach(&rig->card, 1);
	vouch_card_close(&rig->card);
	if (rig_open(rig) || vouch_card_attach(&rig->card, 0))
		abort();
	IS(epoch(rig)->attach, VOUCH_ATTACH_RESET, "after power-on no guest is attached");
	IS(epoch(rig)->number, 1, "a new epoch of its log");
	reader_read(&reader, rig, 1, 1, 65536);
	OK(!reader.error && reader.type[1] == VOUCH_REC_POWER_ON &&
	   reader_bytes_are(reader_get(reader.content[1], 5), rig->config.firmware, 48),
	   "power-on is in its log");
	OK(cbor_bytestring_length(reader_get(reader.content[1], 7)) == VOUCH_EPOCH_NONCE_SIZE,
	   "with a nonce");
	OK(reader_uint(&reader, 0, 4) == 1 && reader_uint(&reader, 1, 4) == 2,
	   "its records' epoch never goes back");
	reader_free(&reader);
	IS(vouch_card_attach(&rig->card, 1), 0, "attach");
	last_is(rig, VOUCH_REC_ATTACH, "after-reset", "is after a reset");
	rig_free(rig);
}

/* A tenant may spoil its own history, at nobody's cost but its own. */
static void test_spam(void)
{
	struct rig *rig = opened();
	unsigned int flushes, tries;
	const char *error = NULL;
	size_t size;

	assign(rig);
	flushes = rig->flushes;
	for (tries = 0; tries < 5000; tries++)
		if (vouch_card_reset(&rig->card, 1) || vouch_card_attach(&rig->card, 1))
			abort();
	IS(rig->card.functions[1].log.count, VOUCH_CARD_INSTANCE_RECORDS,
	   "ten thousand events fill the guest's log");
	IS(rig->flushes, flushes, "without a flush of their own");
	IS(epoch(rig)->attach, VOUCH_ATTACH_ATTACHED, "the state is still the truth");
	IS(vouch_card_detach(&rig->card, 1, VOUCH_LEAVE_DRIVER), 0, "a detach is no error");
	IS(epoch(rig)->attach, VOUCH_ATTACH_DETACHED, "and seen");
	IS(vouch_card_attach(&rig->card, 1), 0, "its driver may still attach");
	size = rig->size;
	vouch_card_reset(&rig->card, 1);
	IS(rig->size, size, "the journal no longer grows");
	IS(rig_hook(rig, 0, VOUCH_REC_VM_START), VOUCH_ST_OK, "the host may still append");
	OK(reader_matches(rig, 1, 1, &error), "the log can be read");
	vouch_card_close(&rig->card);
	IS(rig_open(rig), 0, "and the card still starts");
	IS(epoch(rig)->attach, VOUCH_ATTACH_RESET, "with no driver");
	rig_free(rig);
}

static void test_reading_limit(void)
{
	struct rig *rig = opened();
	struct reader reader;

	assign(rig);
	IS(rig_command(rig, 1, VOUCH_OP_LOG_READ, 0, 0, NULL, 0, 65536), VOUCH_ST_OK,
	   "a guest reads log 0 before it has evidence");
	IS(vouch_le32(rig->reply.cpl.out_len), 0, "and sees nothing");
	IS(rig_command(rig, 1, VOUCH_OP_LOG_READ, 0, 1, NULL, 0, 65536), VOUCH_ST_NOT_FOUND,
	   "nor anything further on");
	rig_attest(rig, 1, 1);
	rig_hook(rig, 0, VOUCH_REC_VM_START);
	reader_read(&reader, rig, 1, 0, 65536);
	OK(!reader.error && reader.count == rig->card.log.count - 1,
	   "after evidence it sees what that counted, and nothing newer");
	reader_free(&reader);
	rig_free(rig);
}

int main(void)
{
	test_life();
	test_assigned_late();
	test_power();
	test_spam();
	test_reading_limit();
	return tap_done();
}
