// SPDX-License-Identifier: GPL-2.0-only
/* Who may send which command, with which arguments. */
#include <stdlib.h>
#include <string.h>

#include "rig.h"
#include "tap.h"

static const uint8_t digest[VOUCH_DIGEST_SIZE] = { 9 };

struct role_case {
	const char *text;
	uint16_t opcode;
	size_t in_len;
	enum vouch_status host;
	enum vouch_status guest;
};

static void test_roles(struct rig *rig)
{
	static const struct role_case cases[] = {
		{ "IDENTIFY", VOUCH_OP_IDENTIFY, 0, VOUCH_ST_OK, VOUCH_ST_OK },
		{ "LOG_STATE", VOUCH_OP_LOG_STATE, 0, VOUCH_ST_OK, VOUCH_ST_UNASSIGNED },
		{ "CERTS", VOUCH_OP_CERTS, 0, VOUCH_ST_OK, VOUCH_ST_OK },
		{ "APPEND", VOUCH_OP_APPEND, 64, VOUCH_ST_FIELD, VOUCH_ST_UNASSIGNED },
		{ "ASSIGN", VOUCH_OP_ASSIGN, 0, VOUCH_ST_NOT_FOUND, VOUCH_ST_ROLE },
		{ "WITHDRAW", VOUCH_OP_WITHDRAW, 0, VOUCH_ST_NOT_FOUND, VOUCH_ST_ROLE },
		{ "ATTEST", VOUCH_OP_ATTEST, 56, VOUCH_ST_OK, VOUCH_ST_UNASSIGNED },
		{ "RECEIPT", VOUCH_OP_RECEIPT, 48, VOUCH_ST_NOT_FOUND, VOUCH_ST_NOT_FOUND },
		{ "LOG_READ", VOUCH_OP_LOG_READ, 0, VOUCH_ST_OK, VOUCH_ST_UNASSIGNED },
		{ "opcode 0", 0, 0, VOUCH_ST_OPCODE, VOUCH_ST_OPCODE },
		{ "opcode 0x21 + 2", 0x23, 0, VOUCH_ST_OPCODE, VOUCH_ST_OPCODE },
		{ "opcode 0xffff", 0xffff, 0, VOUCH_ST_OPCODE, VOUCH_ST_OPCODE },
	};
	static const uint8_t zeros[64];
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct role_case *c = &cases[i];

		IS(rig_command(rig, 0, c->opcode, 0, 0, zeros, c->in_len, 8192), c->host,
		   "%s by the host", c->text);
		IS(rig_command(rig, 1, c->opcode, 0, 0, zeros, c->in_len, 8192), c->guest,
		   "%s by a guest without instance", c->text);
	}
}

static enum vouch_status raw(struct rig *rig, struct vouch_cmd cmd, size_t in_len)
{
	static const uint8_t in[512];

	cmd.opcode = vouch_to_le16(cmd.opcode);
	vouch_card_execute(&rig->card, 0, &cmd, in, in_len, rig->out,
			   vouch_le32(cmd.out_len), 1, &rig->reply);
	return vouch_le16(rig->reply.cpl.status);
}

static void test_reserved(struct rig *rig)
{
	const struct vouch_cmd good = { .opcode = VOUCH_OP_IDENTIFY,
					.out_len = vouch_to_le32(120) };
	struct vouch_cmd cmd = good;

	IS(raw(rig, cmd, 0), VOUCH_ST_OK, "a plain command");
	cmd.flags = vouch_to_le32(1);
	IS(raw(rig, cmd, 0), VOUCH_ST_FIELD, "flags must be zero");
	cmd = good;
	cmd.rsv[0] = vouch_to_le64(1);
	IS(raw(rig, cmd, 0), VOUCH_ST_FIELD, "the first reserved field must be zero");
	cmd = good;
	cmd.rsv[1] = vouch_to_le64(1ULL << 63);
	IS(raw(rig, cmd, 0), VOUCH_ST_FIELD, "the second reserved field must be zero");
	cmd = good;
	cmd.arg0 = vouch_to_le64(1);
	IS(raw(rig, cmd, 0), VOUCH_ST_FIELD, "an argument that the command has not");
	cmd = good;
	cmd.in_addr = vouch_to_le64(4096);
	IS(raw(rig, cmd, 0), VOUCH_ST_FIELD, "an address without a length");
	cmd = good;
	cmd.in_len = vouch_to_le32(4);
	IS(raw(rig, cmd, 4), VOUCH_ST_LENGTH, "input for a command without");
	cmd.in_len = vouch_to_le32(0);
	IS(raw(rig, cmd, 4), VOUCH_ST_LENGTH, "a length that is not the input's");
	cmd = good;
	cmd.out_len = vouch_to_le32(119);
	IS(raw(rig, cmd, 0), VOUCH_ST_SMALL, "too little room");
	IS(vouch_le32(rig->reply.cpl.out_len), 120, "it says how much is needed");
	cmd.out_len = vouch_to_le32(VOUCH_TRANSFER_MAX + 1);
	IS(raw(rig, cmd, 0), VOUCH_ST_LENGTH, "more room than a transfer may have");
	cmd = (struct vouch_cmd) { .opcode = VOUCH_OP_LOG_STATE, .arg1 = vouch_to_le64(1),
				   .out_len = vouch_to_le32(512) };
	IS(raw(rig, cmd, 0), VOUCH_ST_FIELD, "a second argument that the command has not");
	cmd = (struct vouch_cmd) { .opcode = VOUCH_OP_ATTEST, .in_len = vouch_to_le32(57),
				   .out_len = vouch_to_le32(8192) };
	IS(raw(rig, cmd, 57), VOUCH_ST_LENGTH, "input of a wrong size");
}

struct append_case {
	const char *text;
	struct rig_record record;
	enum vouch_status status;
};

#define LONG_NAME(n) \
	"nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn" \
	"nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn" n

static void test_append_fields(struct rig *rig)
{
	static const uint8_t data[VOUCH_DATA_MAX + 1];
	const struct append_case cases[] = {
		{ "user", { 64, "n", NULL, 0, digest, ~0ULL }, VOUCH_ST_OK },
		{ "kernel", { 16, "6.12", data, 20, NULL, ~0ULL }, VOUCH_ST_OK },
		{ "type of the card", { 1, NULL, NULL, 0, digest, ~0ULL }, VOUCH_ST_FIELD },
		{ "type 0", { 0, "n", NULL, 0, digest, ~0ULL }, VOUCH_ST_FIELD },
		{ "type 8", { 8, NULL, NULL, 0, NULL, ~0ULL }, VOUCH_ST_FIELD },
		{ "type 15", { 15, "n", NULL, 0, digest, ~0ULL }, VOUCH_ST_FIELD },
		{ "type 41", { 41, "n", NULL, 0, digest, ~0ULL }, VOUCH_ST_FIELD },
		{ "type 63", { 63, "n", NULL, 0, digest, ~0ULL }, VOUCH_ST_FIELD },
		{ "type 65", { 65, "n", NULL, 0, digest, ~0ULL }, VOUCH_ST_FIELD },
		{ "user without a name", { 64, NULL, NULL, 0, digest, ~0ULL }, VOUCH_ST_FIELD },
		{ "user without a digest", { 64, "n", NULL, 0, NULL, ~0ULL }, VOUCH_ST_FIELD },
		{ "user with data", { 64, "n", data, 1, digest, ~0ULL }, VOUCH_ST_FIELD },
		{ "user with a reference", { 64, "n", NULL, 0, digest, 0 }, VOUCH_ST_FIELD },
		{ "kernel with a digest", { 16, "n", data, 1, digest, ~0ULL }, VOUCH_ST_FIELD },
		{ "module without a digest", { 19, "n", NULL, 0, NULL, ~0ULL }, VOUCH_ST_FIELD },
		{ "livepatch without a name", { 31, NULL, NULL, 0, NULL, ~0ULL },
		  VOUCH_ST_FIELD },
		{ "reference to an earlier record", { 24, NULL, NULL, 0, digest, 0 },
		  VOUCH_ST_OK },
		{ "reference to itself", { 24, NULL, NULL, 0, digest, 5 }, VOUCH_ST_FIELD },
		{ "reference to a later record", { 24, NULL, NULL, 0, digest, 1000 },
		  VOUCH_ST_FIELD },
		{ "longest name", { 64, LONG_NAME(""), NULL, 0, digest, ~0ULL }, VOUCH_ST_OK },
		{ "too long a name", { 64, LONG_NAME("n"), NULL, 0, digest, ~0ULL },
		  VOUCH_ST_LENGTH },
		{ "most data", { 16, "n", data, 256, NULL, ~0ULL }, VOUCH_ST_OK },
		{ "too much data", { 16, "n", data, 257, NULL, ~0ULL }, VOUCH_ST_LENGTH },
		{ "a newline", { 64, "a\nb", NULL, 0, digest, ~0ULL }, VOUCH_ST_FIELD },
		{ "escape", { 64, "\033[2J", NULL, 0, digest, ~0ULL }, VOUCH_ST_FIELD },
		{ "delete", { 64, "\177", NULL, 0, digest, ~0ULL }, VOUCH_ST_FIELD },
		{ "a C1 control", { 64, "\302\233", NULL, 0, digest, ~0ULL }, VOUCH_ST_FIELD },
		{ "two bytes", { 64, "\303\244", NULL, 0, digest, ~0ULL }, VOUCH_ST_OK },
		{ "four bytes", { 64, "\360\237\220\247", NULL, 0, digest, ~0ULL }, VOUCH_ST_OK },
		{ "an overlong slash", { 64, "\300\257", NULL, 0, digest, ~0ULL },
		  VOUCH_ST_FIELD },
		{ "a surrogate", { 64, "\355\240\200", NULL, 0, digest, ~0ULL },
		  VOUCH_ST_FIELD },
		{ "beyond Unicode", { 64, "\364\220\200\200", NULL, 0, digest, ~0ULL },
		  VOUCH_ST_FIELD },
		{ "cut short", { 64, "a\303", NULL, 0, digest, ~0ULL }, VOUCH_ST_FIELD },
		{ "a stray continuation", { 64, "\200", NULL, 0, digest, ~0ULL },
		  VOUCH_ST_FIELD },
	};
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const uint64_t count = vouch_le64(rig_log_state(rig, 0, 0).count);
		struct rig_record record = cases[i].record;

		if (record.ref == 5)
			record.ref = count;
		IS(rig_append(rig, 0, &record), cases[i].status, "append: %s", cases[i].text);
		if (vouch_le64(rig_log_state(rig, 0, 0).count) !=
		    count + !cases[i].status)
			OK(false, "a refused record must leave no trace");
	}
}

static void test_append_flags(struct rig *rig)
{
	struct {
		struct vouch_append head;
		char name[2];
	} in = { .head.type = vouch_to_le16(64), .head.name_len = vouch_to_le16(2),
		 .head.ref = vouch_to_le64(VOUCH_NO_REF), .name = "nn" };

	in.head.flags = vouch_to_le16(3);
	IS(rig_command(rig, 0, VOUCH_OP_APPEND, 0, 0, &in, 66, 56), VOUCH_ST_FIELD,
	   "append: an unknown flag");
	in.head.flags = 0;
	in.head.digest[47] = 1;
	IS(rig_command(rig, 0, VOUCH_OP_APPEND, 0, 0, &in, 66, 56), VOUCH_ST_FIELD,
	   "append: a digest that is not declared");
	in.head.flags = vouch_to_le16(1);
	IS(rig_command(rig, 0, VOUCH_OP_APPEND, 0, 0, &in, 66, 55), VOUCH_ST_SMALL,
	   "append: too little room, nothing written");
	IS(rig_command(rig, 0, VOUCH_OP_APPEND, 0, 0, &in, 65, 56), VOUCH_ST_LENGTH,
	   "append: less input than declared");
	IS(rig_command(rig, 0, VOUCH_OP_APPEND, 0, 0, &in, 66, 56), VOUCH_ST_OK,
	   "append: as it should be");
	OK(rig->reply.pending, "it waits for a commit");
	IS(vouch_le16(rig->reply.cpl.cid), 0x1234, "the completion carries the command's id");
	IS(vouch_card_commit(&rig->card), 0, "commit");
}

static void test_identity(struct rig *rig)
{
	const struct vouch_identity id = rig_identity(rig, 1);

	OK(!memcmp(id.card_id, rig->config.card_id, sizeof(id.card_id)), "card id");
	OK(!memcmp(id.firmware, rig->config.firmware, sizeof(id.firmware)), "firmware");
	IS(vouch_le64(id.boot_count), 1, "boot count");
	IS(vouch_le64(id.epoch), 1, "epoch");
	IS(vouch_le64(id.log_capacity), 1024, "capacity");
	IS(vouch_le16(id.function), 1, "function");
	IS(vouch_le16(id.role), VOUCH_ROLE_GUEST, "role");
	IS(vouch_le16(id.functions), 3, "functions");
	IS(vouch_le16(id.attach), VOUCH_ATTACH_ATTACHED, "attach state");
	IS(rig_command(rig, 0, VOUCH_OP_CERTS, 0, 0, NULL, 0, 64), VOUCH_ST_OK, "certificates");
	OK(vouch_le32(rig->reply.cpl.out_len) == 35 &&
	   !memcmp(rig->out, "alias certificatedevice certificate", 35), "alias, then device");
	IS(rig_command(rig, 0, VOUCH_OP_CERTS, 0, 0, NULL, 0, 34), VOUCH_ST_SMALL,
	   "certificates need room");
}

int main(void)
{
	struct rig *rig = rig_new(1024, 3);

	IS(rig_open(rig), 0, "open a fresh card");
	IS(rig_command(rig, 0, VOUCH_OP_IDENTIFY, 0, 0, NULL, 0, 120), VOUCH_ST_INTERNAL,
	   "a host that has not attached is not heard");
	IS(vouch_card_attach(&rig->card, 3), -22, "no such function attaches");
	IS(vouch_card_attach(&rig->card, 0), 0, "attach");
	test_roles(rig);
	test_reserved(rig);
	test_append_fields(rig);
	test_append_flags(rig);
	test_identity(rig);
	rig_free(rig);
	return tap_done();
}
