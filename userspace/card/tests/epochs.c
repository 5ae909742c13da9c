// SPDX-License-Identifier: GPL-2.0-only
/* What the card sees of the host: power, reset, attach, jump, detach. */
#include <stdlib.h>
#include <string.h>

#include "reader.h"
#include "tap.h"

static const uint8_t image[VOUCH_DIGEST_SIZE] = { 0x1a };

static struct rig *opened(void)
{
	struct rig *rig = rig_new(1024, 2);

	if (rig_open(rig))
		abort();
	return rig;
}

static enum vouch_status jump(struct rig *rig, uint16_t fn)
{
	const struct rig_record r = { .type = VOUCH_REC_KEXEC_EXEC, .digest = image,
				      .ref = VOUCH_NO_REF };

	return rig_append(rig, fn, &r);
}

static enum vouch_status abort_jump(struct rig *rig, uint64_t ref)
{
	const struct rig_record r = { .type = VOUCH_REC_KEXEC_ABORT, .ref = ref };

	return rig_append(rig, 0, &r);
}

static void last_is(struct rig *rig, uint16_t type, const char *name, const char *text)
{
	struct reader reader;

	/* A host that is not attached is not heard; look as a guest would. */
	vouch_card_commit(&rig->card);
	rig->card.functions[1].readable = rig->card.log.count;
	reader_read(&reader, rig, 1, 0, 65536);
	OK(!reader.error && reader.count && reader.type[reader.count - 1] == type &&
	   reader_name_is(&reader, reader.count - 1, name), "%s", text);
	reader_free(&reader);
}

static void assign(struct rig *rig)
{
	if (vouch_card_attach(&rig->card, 0) ||
	    rig_command(rig, 0, VOUCH_OP_ASSIGN, 1, 0, NULL, 0, 24) ||
	    vouch_card_commit(&rig->card))
		abort();
}

static const uint8_t *nonce_of(const struct reader *reader, uint64_t number)
{
	const cbor_item_t *data = reader_get(reader->content[number], 7);

	return data && cbor_bytestring_length(data) == VOUCH_EPOCH_NONCE_SIZE ?
	       cbor_bytestring_handle(data) : NULL;
}

static void test_attach(void)
{
	struct rig *rig = opened();
	struct reader reader;

	IS(rig->card.log.epoch.attach, VOUCH_ATTACH_RESET, "after power-on: reset");
	assign(rig);
	IS(rig->card.log.epoch.attach, VOUCH_ATTACH_ATTACHED, "after attach: attached");
	IS(vouch_card_attach(&rig->card, 0), -114, "an attached host cannot attach");
	IS(vouch_card_detach(&rig->card, 0, VOUCH_LEAVE_DRIVER), 0, "detach");
	last_is(rig, VOUCH_REC_DETACH, "driver", "it is recorded");
	IS(rig->card.log.epoch.attach, VOUCH_ATTACH_DETACHED, "detached");
	IS(vouch_card_detach(&rig->card, 0, VOUCH_LEAVE_GONE), 0, "detach again");
	IS(rig->card.log.count, 4, "is not recorded again");
	IS(vouch_card_attach(&rig->card, 0), 0, "attach");
	last_is(rig, VOUCH_REC_ATTACH, "unannounced", "is unannounced");
	IS(vouch_card_reset(&rig->card, 0), 0, "reset");
	last_is(rig, VOUCH_REC_RESET, "function", "is recorded");
	IS(rig->card.log.epoch.number, 2, "a new epoch");
	IS(vouch_card_attach(&rig->card, 0), 0, "attach");
	last_is(rig, VOUCH_REC_ATTACH, "after-reset", "is after a reset");

	reader_read(&reader, rig, 0, 0, 65536);
	OK(reader_uint(&reader, 0, 4) == 1 && reader_uint(&reader, 4, 4) == 1 &&
	   reader_uint(&reader, 5, 4) == 2 && reader_uint(&reader, 6, 4) == 2,
	   "a reset's record is the first of its epoch");
	OK(reader.type[0] == VOUCH_REC_POWER_ON &&
	   reader_bytes_are(reader_get(reader.content[0], 5), rig->config.firmware, 48),
	   "power-on carries the firmware");
	OK(nonce_of(&reader, 0) && nonce_of(&reader, 5) &&
	   memcmp(nonce_of(&reader, 0), nonce_of(&reader, 5), VOUCH_EPOCH_NONCE_SIZE),
	   "power-on and reset carry a nonce of their own");
	OK(!nonce_of(&reader, 1), "an attach does not");
	reader_free(&reader);
	rig_free(rig);
}

static void test_announced(void)
{
	struct rig *rig = opened();
	struct reader reader;
	uint64_t exec;

	assign(rig);
	IS(jump(rig, 0), VOUCH_ST_OK, "a kexec is announced");
	exec = rig_number(rig);
	IS(rig->card.log.epoch.attach, VOUCH_ATTACH_JUMPING, "jumping");
	IS(rig_hook(rig, 0, VOUCH_REC_UNMEASURED), VOUCH_ST_OK, "the host may still append");
	IS(vouch_card_detach(&rig->card, 0, VOUCH_LEAVE_DRIVER), 0, "the driver leaves");
	last_is(rig, VOUCH_REC_DETACH, "driver", "which is recorded");
	IS(rig->card.log.epoch.attach, VOUCH_ATTACH_JUMPING, "but expected");
	IS(vouch_card_attach(&rig->card, 0), 0, "attach");
	last_is(rig, VOUCH_REC_ATTACH, "announced", "is announced");
	reader_read(&reader, rig, 0, 0, 65536);
	OK(reader_uint(&reader, reader.count - 1, 8) == exec &&
	   reader_bytes_are(reader_get(reader.content[reader.count - 1], 5), image, 48),
	   "with the announced image and its record");
	reader_free(&reader);
	IS(abort_jump(rig, exec), VOUCH_ST_OK, "a late abort is a record");
	IS(rig->card.log.epoch.attach, VOUCH_ATTACH_ATTACHED, "and nothing more");

	IS(jump(rig, 0), VOUCH_ST_OK, "announced again");
	IS(abort_jump(rig, exec), VOUCH_ST_OK, "an abort of another jump");
	IS(rig->card.log.epoch.attach, VOUCH_ATTACH_JUMPING, "takes nothing back");
	IS(abort_jump(rig, rig->card.log.epoch.jump), VOUCH_ST_OK, "an abort of this jump");
	IS(rig->card.log.epoch.attach, VOUCH_ATTACH_ATTACHED, "takes it back");
	IS(jump(rig, 0), VOUCH_ST_OK, "announced, by a driver that does not wait");
	IS(abort_jump(rig, VOUCH_NO_REF), VOUCH_ST_OK, "an abort that names no jump");
	IS(rig->card.log.epoch.attach, VOUCH_ATTACH_ATTACHED, "takes back the one under way");
	IS(abort_jump(rig, VOUCH_NO_REF), VOUCH_ST_OK, "another one is a record");
	IS(rig->card.log.epoch.attach, VOUCH_ATTACH_ATTACHED, "and nothing more");
	IS(vouch_card_detach(&rig->card, 0, VOUCH_LEAVE_DRIVER), 0, "the driver leaves");
	IS(vouch_card_attach(&rig->card, 0), 0, "attach");
	last_is(rig, VOUCH_REC_ATTACH, "unannounced", "is unannounced");
	rig_free(rig);
}

static void test_jump_lost(void)
{
	struct rig *rig = opened();

	assign(rig);
	jump(rig, 0);
	IS(vouch_card_detach(&rig->card, 0, VOUCH_LEAVE_DRIVER), 0, "the driver leaves to jump");
	IS(vouch_card_detach(&rig->card, 0, VOUCH_LEAVE_GONE), 0, "the function vanishes");
	last_is(rig, VOUCH_REC_DETACH, "gone", "which is recorded");
	IS(vouch_card_attach(&rig->card, 0), 0, "attach");
	last_is(rig, VOUCH_REC_ATTACH, "unannounced", "is unannounced");
	jump(rig, 0);
	IS(vouch_card_reset(&rig->card, 0), 0, "a reset while jumping");
	IS(vouch_card_attach(&rig->card, 0), 0, "attach");
	last_is(rig, VOUCH_REC_ATTACH, "after-reset", "is after a reset");
	IS(jump(rig, 1), VOUCH_ST_OK, "a guest announces its own kexec");
	IS(rig->card.log.epoch.attach, VOUCH_ATTACH_ATTACHED,
	   "which is nothing to the host's state");
	IS(vouch_card_reset(&rig->card, 1), 0, "a guest function is reset");
	IS(vouch_card_detach(&rig->card, 1, VOUCH_LEAVE_GONE), 0, "and vanishes");
	last_is(rig, VOUCH_REC_ATTACH, "after-reset", "log 0 does not name tenants");
	rig_free(rig);
}

static void test_power(void)
{
	struct rig *rig = opened();
	struct reader reader;
	const char *error;

	assign(rig);
	jump(rig, 0);
	IS(rig_hook(rig, 1, VOUCH_REC_KERNEL), VOUCH_ST_OK, "a guest appends");
	IS(vouch_card_close(&rig->card), 0, "power off");
	rig->config.firmware[0] ^= 1;
	IS(rig_open(rig), 0, "power on with another firmware");
	IS(rig->card.boot_count, 2, "counts boots");
	IS(rig->card.log.epoch.number, 2, "a new epoch");
	IS(rig->card.log.epoch.attach, VOUCH_ATTACH_RESET, "nothing is attached");
	IS(vouch_card_attach(&rig->card, 0), 0, "attach");
	last_is(rig, VOUCH_REC_ATTACH, "after-reset", "is after a reset, not announced");
	reader_read(&reader, rig, 0, 0, 65536);
	OK(reader.type[4] == VOUCH_REC_POWER_ON && reader.type[5] == VOUCH_REC_FIRMWARE &&
	   reader_bytes_are(reader_get(reader.content[5], 5), rig->config.firmware, 48),
	   "the new firmware is recorded");
	reader_free(&reader);
	OK(rig->card.functions[1].assigned, "an instance outlives power");
	IS(vouch_le64(rig_log_state(rig, 1, 1).count), 2, "with its log, and power-on in it");
	OK(reader_matches(rig, 1, 1, &error), "which can be read");
	vouch_card_close(&rig->card);
	IS(rig_open(rig), 0, "power on with the same firmware");
	IS(rig->card.log.count, 8, "needs one record");
	rig_free(rig);
}

static unsigned int count_type(struct rig *rig, uint16_t type)
{
	struct reader reader;
	unsigned int found = 0;
	size_t i;

	vouch_card_commit(&rig->card);
	rig->card.functions[1].readable = rig->card.log.count;
	reader_read(&reader, rig, 1, 0, 65536);
	for (i = 0; i < reader.count; i++)
		found += reader.type[i] == type;
	reader_free(&reader);
	return found;
}

/* Power that fails in between must not make a new firmware look like the old. */
static void test_firmware(void)
{
	unsigned int unsaid = 0, cut = 0;
	long call;
	int ret;

	for (call = 0; !call || cut; call++) {
		struct rig *rig = opened();

		assign(rig);
		vouch_card_close(&rig->card);
		rig->config.firmware[0] ^= 1;
		rig->fuse = call;
		ret = rig_open(rig);
		cut = !!ret;
		rig_power_cut(rig, RIG_DISK);
		if (rig_open(rig))
			abort();
		unsaid += count_type(rig, VOUCH_REC_FIRMWARE) != 1;
		rig_free(rig);
	}
	IS(unsaid, 0, "wherever power fails, a new firmware is recorded, once");
	OK(call > 5, "each call was cut");
}

int main(void)
{
	test_attach();
	test_announced();
	test_jump_lost();
	test_power();
	test_firmware();
	return tap_done();
}
