// SPDX-License-Identifier: GPL-2.0-only
/* BPF programs, hashed here and looked up in the log. */

#include <errno.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <linux/bpf.h>

#include <kselftest_harness.h>

#include "common.h"
#include "log.h"
#include "vms.h"

FIXTURE(bpf) {
	char card[32];
	uint64_t from;		/* first record that this test may cause */
};

FIXTURE_SETUP(bpf)
{
	if (!card_find("host", self->card))
		SKIP(return, "no host function");
	self->from = attr_number(self->card, "count");
}

/* The card first, or the parameter cannot be changed. */
FIXTURE_TEARDOWN(bpf)
{
	text_write("/sys/bus/pci/rescan", "1");
	vms_ready(self->card);
	text_write(PARAMETERS "/fail_closed", "0");
}

static const struct bpf_insn pass[] = {
	{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0 },
	{ .code = BPF_JMP | BPF_EXIT },
};

/* bpf_override_return(ctx, 0) */
static const struct bpf_insn override[] = {
	{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_2 },
	{ .code = BPF_JMP | BPF_CALL, .imm = BPF_FUNC_override_return },
	{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0 },
	{ .code = BPF_JMP | BPF_EXIT },
};

static int load(unsigned int type, unsigned int attach, unsigned int target,
		const struct bpf_insn *insns, size_t size)
{
	union bpf_attr attr = {
		.prog_type = type,
		.expected_attach_type = attach,
		.attach_btf_id = target,
		.insns = (uintptr_t)insns,
		.insn_cnt = size / sizeof(*insns),
		.license = (uintptr_t)"GPL",
		.prog_name = "vouch_test",
	};

	return syscall(SYS_bpf, BPF_PROG_LOAD, &attr, sizeof(attr));
}

static bool has_kprobe_programs(void)
{
	int fd = load(BPF_PROG_TYPE_KPROBE, 0, 0, pass, sizeof(pass));

	close(fd);
	return fd >= 0;
}

static bool is_digest(const struct record *record, const void *content, size_t size)
{
	uint8_t digest[VOUCH_DIGEST_SIZE];

	log_digest(content, size, digest);
	return !memcmp(record->measured, digest, sizeof(digest));
}

/* BTF id 1 is no LSM hook: the verifier refuses it, and it is in the log. */
TEST_F(bpf, lsm_refused)
{
	struct record record;

	if (access("/sys/kernel/btf/vmlinux", F_OK))
		SKIP(return, "this kernel lacks BTF");
	EXPECT_LT(load(BPF_PROG_TYPE_LSM, BPF_LSM_MAC, 1, pass, sizeof(pass)), 0);
	ASSERT_EQ(1, log_find(self->card, self->from, VOUCH_REC_BPF_LOAD, &record));
	EXPECT_STREQ("lsm vouch_test", record.name);
	EXPECT_TRUE(is_digest(&record, pass, sizeof(pass)));
}

TEST_F(bpf, modify_return)
{
	struct record record;

	if (access("/sys/kernel/btf/vmlinux", F_OK))
		SKIP(return, "this kernel lacks BTF");
	EXPECT_LT(load(BPF_PROG_TYPE_TRACING, BPF_MODIFY_RETURN, 1, pass, sizeof(pass)), 0);
	ASSERT_EQ(1, log_find(self->card, self->from, VOUCH_REC_BPF_LOAD, &record));
	EXPECT_STREQ("modify_return vouch_test", record.name);
	EXPECT_TRUE(is_digest(&record, pass, sizeof(pass)));
}

TEST_F(bpf, kprobe_that_overrides)
{
	struct record record;

	if (!has_kprobe_programs())
		SKIP(return, "this kernel lacks BPF on kprobes");
	/* Whether the kernel knows this helper is its configuration. */
	close(load(BPF_PROG_TYPE_KPROBE, 0, 0, override, sizeof(override)));
	ASSERT_EQ(1, log_find(self->card, self->from, VOUCH_REC_BPF_LOAD, &record));
	EXPECT_STREQ("kprobe vouch_test", record.name);
	EXPECT_TRUE(is_digest(&record, override, sizeof(override)));
}

/* Those that are not recorded go on. */
TEST_F(bpf, refused)
{
	struct record record;
	int kmsg, fd;

	if (access("/sys/kernel/btf/vmlinux", F_OK))
		SKIP(return, "this kernel lacks BTF");
	ASSERT_EQ(0, text_write(PARAMETERS "/fail_closed", "1"));
	self->from = attr_number(self->card, "count");
	kmsg = kmsg_open();
	ASSERT_GE(kmsg, 0);
	ASSERT_EQ(0, card_remove(self->card));
	EXPECT_EQ(-1, load(BPF_PROG_TYPE_LSM, BPF_LSM_MAC, 1, pass, sizeof(pass)));
	EXPECT_EQ(EPERM, errno);
	EXPECT_TRUE(kmsg_says(kmsg,
			      "vouch: refused bpf-load 'lsm vouch_test': cannot be recorded"));
	close(kmsg);
	fd = load(BPF_PROG_TYPE_SOCKET_FILTER, 0, 0, pass, sizeof(pass));
	EXPECT_GE(fd, 0);
	close(fd);

	ASSERT_EQ(0, text_write("/sys/bus/pci/rescan", "1"));
	ASSERT_TRUE(vms_ready(self->card));
	EXPECT_EQ(0, log_find(self->card, self->from, VOUCH_REC_BPF_LOAD, &record));
}

TEST_F(bpf, that_only_look)
{
	struct record record;
	int fd;

	if (!has_kprobe_programs())
		SKIP(return, "this kernel lacks BPF on kprobes");
	fd = load(BPF_PROG_TYPE_SOCKET_FILTER, 0, 0, pass, sizeof(pass));
	EXPECT_GE(fd, 0);
	close(fd);
	EXPECT_EQ(0, log_find(self->card, self->from, VOUCH_REC_BPF_LOAD, &record));
}

int main(int argc, char **argv)
{
	if (!card_is_there())
		ksft_exit_skip("no card\n");
	return test_harness_run(argc, argv);
}
