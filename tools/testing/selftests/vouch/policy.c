// SPDX-License-Identifier: GPL-2.0-only
/* What is measured, and that the log says when that changes. */

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <kselftest_harness.h>

#include "common.h"
#include "kernel.h"
#include "log.h"

static int parameter_write(const char *name, const char *text)
{
	char path[128];

	snprintf(path, sizeof(path), PARAMETERS "/%s", name);
	return text_write(path, text);
}

static const char *parameter_read(const char *name)
{
	static char text[512];
	char path[128];
	ssize_t len;

	snprintf(path, sizeof(path), PARAMETERS "/%s", name);
	len = content_read(path, text, sizeof(text) - 1);
	text[len > 0 ? len : 0] = 0;
	return text;
}

FIXTURE(policy) {
	char card[32];
	uint64_t from;		/* first record that this test may cause */
};

FIXTURE_SETUP(policy)
{
	if (!card_find("host", self->card))
		SKIP(return, "no host function");
	self->from = attr_number(self->card, "count");
}

FIXTURE_TEARDOWN(policy)
{
	parameter_write("measure", "all");
	parameter_write("fail_closed", "0");
}

static uint64_t mask(const struct record *record)
{
	uint64_t value;

	memcpy(&value, record->data, sizeof(value));
	return value;
}

static void load_junk(void)
{
	static const char content[4096] = "no module";

	syscall(SYS_init_module, content, sizeof(content), "");
}

TEST_F(policy, said_at_attach)
{
	struct record kernel, record;

	ASSERT_GE(log_find(self->card, 0, VOUCH_REC_KERNEL, &kernel), 1);
	ASSERT_GE(log_find(self->card, kernel.number, VOUCH_REC_POLICY, &record), 1);
	EXPECT_STREQ("fail_closed=0 all", record.name);
	ASSERT_EQ(8, record.data_len);
	EXPECT_NE(0, mask(&record) & 1ULL << VOUCH_REC_MODULE_LOAD);
	EXPECT_EQ(0, mask(&record) & 1ULL << VOUCH_REC_ATTACH);
}

TEST_F(policy, type_left_out)
{
	struct record record;
	uint64_t all;

	ASSERT_GE(log_find(self->card, 0, VOUCH_REC_POLICY, &record), 1);
	all = mask(&record);
	ASSERT_EQ(0, parameter_write("measure", "all,-module-load,-vm-start"));
	EXPECT_STREQ("all,-module-load,-vm-start\n", parameter_read("measure"));
	ASSERT_EQ(1, log_find(self->card, self->from, VOUCH_REC_POLICY, &record));
	EXPECT_STREQ("fail_closed=0 all,-module-load,-vm-start", record.name);
	EXPECT_EQ(all & ~(1ULL << VOUCH_REC_MODULE_LOAD | 1ULL << VOUCH_REC_VM_START),
		  mask(&record));

	load_junk();
	EXPECT_EQ(0, log_find(self->card, self->from, VOUCH_REC_MODULE_LOAD, &record));
	ASSERT_EQ(0, parameter_write("measure", "all"));
	load_junk();
	EXPECT_EQ(1, log_find(self->card, self->from, VOUCH_REC_MODULE_LOAD, &record));
	EXPECT_EQ(2, log_find(self->card, self->from, VOUCH_REC_POLICY, &record));
	EXPECT_EQ(all, mask(&record));
}

/* A change to what is in force already is none. */
TEST_F(policy, fail_closed)
{
	struct record record;

	ASSERT_EQ(0, parameter_write("fail_closed", "1"));
	ASSERT_EQ(0, parameter_write("fail_closed", "1"));
	ASSERT_EQ(1, log_find(self->card, self->from, VOUCH_REC_POLICY, &record));
	EXPECT_STREQ("fail_closed=1 all", record.name);
	ASSERT_EQ(0, parameter_write("fail_closed", "0"));
	ASSERT_EQ(2, log_find(self->card, self->from, VOUCH_REC_POLICY, &record));
	EXPECT_STREQ("fail_closed=0 all", record.name);
}

TEST_F(policy, bad_names)
{
	struct record record;

	EXPECT_EQ(-EINVAL, parameter_write("measure", "modules"));
	EXPECT_EQ(-EINVAL, parameter_write("measure", "all,-attach"));
	EXPECT_EQ(-EINVAL, parameter_write("measure", "all,-policy"));
	EXPECT_EQ(-EINVAL, parameter_write("measure", "all,-kexec-exec"));
	EXPECT_EQ(-EINVAL, parameter_write("measure", "all,"));
	EXPECT_STREQ("all\n", parameter_read("measure"));
	EXPECT_EQ(0, log_find(self->card, self->from, VOUCH_REC_POLICY, &record));
}

int main(int argc, char **argv)
{
	if (!card_is_there())
		ksft_exit_skip("no card\n");
	return test_harness_run(argc, argv);
}
