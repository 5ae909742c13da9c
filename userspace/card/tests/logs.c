// SPDX-License-Identifier: GPL-2.0-only
/* Logs: capacity, quotas, paging, checkpoints, mountain range, instances. */
#include <stdlib.h>
#include <string.h>

#include "reader.h"
#include "tap.h"

static struct rig *started(uint64_t capacity)
{
	struct rig *rig = rig_new(capacity, 3);

	if (rig_open(rig) || vouch_card_attach(&rig->card, 0))
		abort();
	return rig;
}

static void test_quota(void)
{
	struct rig *rig = started(256);
	struct reader reader;
	unsigned int users = 0, hooks = 0, warned = 0;
	uint64_t i;

	while (!rig_user(rig, 0, "user"))
		users++;
	IS(vouch_le16(rig->reply.cpl.status), VOUCH_ST_QUOTA, "users meet their quota");
	IS(users, 64, "a quarter of the log is theirs");
	while (!rig_hook(rig, 0, VOUCH_REC_VM_START))
		hooks++;
	IS(vouch_le16(rig->reply.cpl.status), VOUCH_ST_FULL, "hooks meet a full log");
	IS(rig_user(rig, 0, "user"), VOUCH_ST_FULL, "for users too it is full");
	IS(vouch_le64(rig_log_state(rig, 0, 0).count), 240, "a sixteenth is kept for the card");

	IS(rig_command(rig, 0, VOUCH_OP_ASSIGN, 1, 0, NULL, 0, 24), VOUCH_ST_OK,
	   "a guest can still be assigned");
	IS(vouch_card_reset(&rig->card, 0), 0, "a reset is still recorded");
	IS(vouch_card_attach(&rig->card, 0), 0, "and an attach");
	reader_read(&reader, rig, 0, 0, VOUCH_TRANSFER_MAX);
	for (i = 0; i < reader.count; i++)
		warned += reader.type[i] == VOUCH_REC_NEARLY_FULL;
	IS(warned, 1, "the log said once that it was nearly full");
	IS(reader.type[231], VOUCH_REC_NEARLY_FULL, "at nine tenths");
	reader_free(&reader);
	rig_free(rig);
}

static void test_full(void)
{
	struct rig *rig = started(64);
	int ret = 0, tries = 0;

	while (!ret && tries++ < 100)
		ret = rig_command(rig, 0, VOUCH_OP_ASSIGN, 1, 0, NULL, 0, 24);
	IS(ret, VOUCH_ST_FULL, "assignments meet a full log");
	ret = vouch_card_reset(&rig->card, 0);
	IS(ret, -28, "the card's own share ends too");
	IS(rig->card.log.count, 64, "when the log is full to the last record");
	OK(!vouch_card_broken(&rig->card), "a full card is not broken");
	IS(vouch_card_attach(&rig->card, 0), -28, "an attach that cannot be recorded is refused");
	IS(rig->card.log.epoch.attach, VOUCH_ATTACH_RESET,
	   "evidence says reset, whatever the log says");
	IS(vouch_card_close(&rig->card), 0, "close");
	IS(rig_open(rig), -28, "no room for power-on: the card does not start");
	IS(rig->report.fault, VOUCH_FAULT_FULL, "and says why");
	rig_free(rig);
}

static void test_mountains(void)
{
	struct rig *rig = started(1024);
	const char *error = NULL;
	bool good = true;
	int i;

	for (i = 0; i < 70 && good; i++)
		good = !rig_hook(rig, 0, VOUCH_REC_MODULE_LOAD) &&
		       reader_matches(rig, 0, 0, &error);
	OK(good, "count, running digest and root agree for each length to 72");
	if (error)
		printf("# at %d: %s\n", i, error);
	rig_free(rig);
}

static void test_paging(void)
{
	struct rig *rig = started(RIG_CAPACITY);
	struct reader reader;
	const char *error;
	int i;

	for (i = 0; i < 9000; i++)
		rig_hook(rig, 0, VOUCH_REC_MODULE_LOAD);
	OK(reader_matches(rig, 0, 0, &error), "a log of many pages");
	reader_read(&reader, rig, 0, 0, VOUCH_RECORD_MAX);
	OK(!reader.error && reader.count == 9002, "read through the smallest buffer");
	IS(reader.checkpoints, 2, "a checkpoint after each 4096 records");
	OK(reader.pages > 1000, "it took many pages");
	reader_free(&reader);

	IS(rig_command(rig, 0, VOUCH_OP_LOG_READ, 0, 4095, NULL, 0, 65536), VOUCH_ST_OK,
	   "read from within");
	IS(rig_command(rig, 0, VOUCH_OP_LOG_READ, 0, 9002, NULL, 0, 65536), VOUCH_ST_OK,
	   "read at the end");
	IS(vouch_le32(rig->reply.cpl.out_len), 0, "is empty");
	IS(vouch_le64(rig->reply.cpl.result), 9002, "and asks for the same again");
	IS(rig_command(rig, 0, VOUCH_OP_LOG_READ, 0, 9003, NULL, 0, 65536), VOUCH_ST_NOT_FOUND,
	   "beyond the end is nothing");
	IS(rig_command(rig, 0, VOUCH_OP_LOG_READ, 0, 0, NULL, 0, 1023), VOUCH_ST_SMALL,
	   "room for any record is needed");
	IS(vouch_le32(rig->reply.cpl.out_len), VOUCH_RECORD_MAX, "it says how much");
	IS(rig_command(rig, 0, VOUCH_OP_LOG_READ, 1, 0, NULL, 0, 65536), VOUCH_ST_ROLE,
	   "the host cannot read a guest's log");
	IS(rig_command(rig, 0, VOUCH_OP_LOG_READ, 3, 0, NULL, 0, 65536), VOUCH_ST_NOT_FOUND,
	   "there is no such log");
	rig_free(rig);
}

static void test_instances(void)
{
	struct rig *rig = started(1024);
	uint8_t first[VOUCH_INSTANCE_SIZE], sent[VOUCH_DIGEST_SIZE];
	struct vouch_log_state state;
	const char *error = NULL;
	struct reader reader;

	IS(rig_command(rig, 0, VOUCH_OP_ASSIGN, 3, 0, NULL, 0, 24), VOUCH_ST_NOT_FOUND,
	   "assign: no such function");
	IS(rig_command(rig, 0, VOUCH_OP_ASSIGN, 1ULL << 32 | 1, 0, NULL, 0, 24),
	   VOUCH_ST_NOT_FOUND, "assign: the number is not cut off");
	IS(rig_command(rig, 0, VOUCH_OP_WITHDRAW, 1, 0, NULL, 0, 0), VOUCH_ST_UNASSIGNED,
	   "withdraw: not assigned");
	IS(rig_command(rig, 0, VOUCH_OP_ASSIGN, 1, 0, NULL, 0, 24), VOUCH_ST_OK, "assign");
	OK(rig->reply.pending, "it waits for a commit");
	IS(rig_number(rig), 2, "its record's number");
	memcpy(first, rig->out + 8, sizeof(first));
	IS(rig_command(rig, 0, VOUCH_OP_ASSIGN, 2, 0, NULL, 0, 24), VOUCH_ST_OK,
	   "assign another");
	OK(memcmp(first, rig->out + 8, sizeof(first)), "each instance has its own id");

	IS(rig_hook(rig, 1, VOUCH_REC_KERNEL), VOUCH_ST_OK, "a guest appends");
	IS(rig_number(rig), 0, "to a log of its own");
	state = rig_log_state(rig, 1, 1);
	IS(vouch_le64(state.count), 1, "which has one record");
	IS(vouch_le64(state.current_record), 0, "of its kernel");
	OK(!memcmp(state.instance, first, sizeof(first)), "and the instance's id");
	OK(reader_matches(rig, 1, 1, &error), "the guest can read it");
	IS(vouch_le64(rig_log_state(rig, 0, 0).count), 4, "log 0 knows nothing of it");
	IS(vouch_le64(rig_log_state(rig, 0, 0).current_record), VOUCH_NO_REF,
	   "nor of its kernel");
	IS(rig_command(rig, 2, VOUCH_OP_LOG_READ, 1, 0, NULL, 0, 65536), VOUCH_ST_ROLE,
	   "another guest cannot read it");
	IS(rig_command(rig, 2, VOUCH_OP_LOG_STATE, 1, 0, NULL, 0, 200), VOUCH_ST_ROLE,
	   "nor see its state");

	IS(rig_attest(rig, 1, 1), VOUCH_ST_OK, "the guest gets evidence");
	EVP_Q_digest(NULL, "SHA384", NULL, rig->out, vouch_le32(rig->reply.cpl.out_len), sent,
		     NULL);
	IS(rig_command(rig, 0, VOUCH_OP_ASSIGN, 1, 0, NULL, 0, 24), VOUCH_ST_OK,
	   "assign again");
	IS(rig_command(rig, 1, VOUCH_OP_RECEIPT, 0, 0, sent, 48, 1024), VOUCH_ST_NOT_FOUND,
	   "forgets the last tenant's evidence");
	IS(rig_command(rig, 1, VOUCH_OP_LOG_READ, 0, 1, NULL, 0, 65536), VOUCH_ST_NOT_FOUND,
	   "and what it could read");
	IS(vouch_le64(rig_log_state(rig, 1, 1).count), 0, "begins a fresh log");
	OK(memcmp(first, rig_log_state(rig, 1, 1).instance, sizeof(first)), "with a fresh id");
	IS(rig_command(rig, 0, VOUCH_OP_WITHDRAW, 1, 0, NULL, 0, 0), VOUCH_ST_OK, "withdraw");
	IS(rig_hook(rig, 1, VOUCH_REC_KERNEL), VOUCH_ST_UNASSIGNED, "ends it");
	reader_read(&reader, rig, 0, 0, 65536);
	OK(reader_name_is(&reader, 4, "function 1") && reader.type[4] == VOUCH_REC_WITHDRAW &&
	   reader.type[5] == VOUCH_REC_ASSIGN && reader.type[6] == VOUCH_REC_WITHDRAW,
	   "log 0 says so");
	OK(reader_bytes_are(reader_get(reader.content[2], 7), first, sizeof(first)),
	   "with the instance's id");
	reader_free(&reader);
	rig_free(rig);
}

static void test_instance_capacity(void)
{
	struct rig *rig = started(1024);
	int hooks = 0;

	rig_command(rig, 0, VOUCH_OP_ASSIGN, 1, 0, NULL, 0, 24);
	while (!rig_hook(rig, 1, VOUCH_REC_MODULE_LOAD))
		hooks++;
	IS(vouch_le16(rig->reply.cpl.status), VOUCH_ST_FULL, "an instance log becomes full");
	IS(rig->card.functions[1].log.count, 3840, "at fifteen sixteenths");
	IS(rig_hook(rig, 0, VOUCH_REC_VM_START), VOUCH_ST_OK, "which is nothing to the host");
	rig_free(rig);
}

int main(void)
{
	test_quota();
	test_full();
	test_mountains();
	test_paging();
	test_instances();
	test_instance_capacity();
	return tap_done();
}
