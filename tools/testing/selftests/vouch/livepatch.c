// SPDX-License-Identifier: GPL-2.0-only
/*
 * Livepatches: each step is looked up in the log, with the hash of the patch
 * module's file. The modules are those of tools/testing/kmod/livepatch.
 */

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <kselftest_harness.h>

#include "common.h"
#include "kernel.h"
#include "log.h"
#include "patch.h"

static const char *const modules[] = { "klp_second", "klp_first", "klp_held" };

static bool cmdline_is(const char *wanted)
{
	char text[4096] = "";

	content_read("/proc/cmdline", text, sizeof(text) - 1);
	return !strcmp(text, wanted);
}

FIXTURE(livepatch) {
	char card[32];
	uint64_t from;		/* first record that this test may cause */
};

FIXTURE_SETUP(livepatch)
{
	char path[512];

	if (!card_find("host", self->card))
		SKIP(return, "no host function");
	module_path("klp_first", path, sizeof(path));
	if (access(path, R_OK))
		SKIP(return, "no test modules for this kernel");
	self->from = attr_number(self->card, "count");
}

FIXTURE_TEARDOWN(livepatch)
{
	held_release();
	for (size_t i = 0; i < 2; i++) {
		patch_settles(modules[i], patch_read(modules[i], "enabled"));
		patch_write(modules[i], "enabled", "0");
		patch_settles(modules[i], 0);
	}
	for (size_t i = 0; i < ARRAY_SIZE(modules); i++)
		for (int tries = 0; module_is_there(modules[i]) && tries < 100; tries++) {
			syscall(SYS_delete_module, modules[i], O_NONBLOCK);
			usleep(20000);
		}
}

/* The names of all livepatch records since @from, each with a comma. */
static const char *steps(const char *card, uint64_t from)
{
	static char text[1024];
	struct record record;
	size_t size, len = 0;
	uint8_t *log = log_slurp(card, &size);
	const uint8_t *at = log;

	*text = 0;
	while (log && log_next(&at, log + size, &record) == 1)
		if (record.number >= from && record.type == VOUCH_REC_LIVEPATCH &&
		    len < sizeof(text) - 2 * VOUCH_NAME_MAX)
			len += sprintf(text + len, "%s,", record.name);
	free(log);
	return text;
}

/* Every step of that module says what its file is, and which load it was. */
static bool steps_are_of(const char *card, uint64_t from, const char *module)
{
	static uint8_t content[8 << 20];
	struct record record;
	uint64_t load = VOUCH_NO_REF;
	const uint8_t *at;
	char path[512];
	uint8_t *log;
	ssize_t len;
	size_t size;
	int found = 0;

	module_path(module, path, sizeof(path));
	len = content_read(path, content, sizeof(content));
	log = log_slurp(card, &size);
	at = log;
	while (len > 0 && log && log_next(&at, log + size, &record) == 1) {
		const char *name = strchr(record.name, ' ');

		if (record.number < from)
			continue;
		if (record.type == VOUCH_REC_MODULE_LOAD && log_measured(&record, content, len))
			load = record.number;
		if (record.type != VOUCH_REC_LIVEPATCH || !name || strcmp(name + 1, module))
			continue;
		found++;
		if (load == VOUCH_NO_REF || record.ref != load ||
		    !log_measured(&record, content, len))
			found = -1000;
	}
	free(log);
	return found > 0;
}

TEST_F(livepatch, enable_disable)
{
	ASSERT_EQ(0, module_load("klp_first", ""));
	ASSERT_TRUE(patch_settles("klp_first", '1'));
	EXPECT_TRUE(cmdline_is("patched by klp_first\n"));
	EXPECT_STREQ("enable klp_first,patched klp_first,", steps(self->card, self->from));

	/* What it is already is no step. */
	EXPECT_EQ(-EINVAL, patch_write("klp_first", "enabled", "1"));
	EXPECT_EQ(-EINVAL, patch_write("klp_first", "force", "1"));
	EXPECT_EQ(-EINVAL, patch_write("klp_first", "enabled", "x"));

	ASSERT_EQ(0, patch_write("klp_first", "enabled", "0"));
	ASSERT_TRUE(patch_settles("klp_first", 0));
	EXPECT_FALSE(cmdline_is("patched by klp_first\n"));
	EXPECT_STREQ("enable klp_first,patched klp_first,"
		     "disable klp_first,unpatched klp_first,", steps(self->card, self->from));
	EXPECT_TRUE(steps_are_of(self->card, self->from, "klp_first"));
}

TEST_F(livepatch, replace)
{
	ASSERT_EQ(0, module_load("klp_first", ""));
	ASSERT_TRUE(patch_settles("klp_first", '1'));
	ASSERT_EQ(0, module_load("klp_second", "replace=1"));
	ASSERT_TRUE(patch_settles("klp_second", '1'));
	ASSERT_TRUE(patch_settles("klp_first", 0));
	EXPECT_TRUE(cmdline_is("patched by klp_second\n"));
	EXPECT_STREQ("enable klp_first,patched klp_first,"
		     "enable klp_second,patched klp_second,replaced klp_first,",
		     steps(self->card, self->from));
	EXPECT_TRUE(steps_are_of(self->card, self->from, "klp_first"));
	EXPECT_TRUE(steps_are_of(self->card, self->from, "klp_second"));
}

/* One on top of the other: both stay. */
TEST_F(livepatch, stacked)
{
	ASSERT_EQ(0, module_load("klp_first", ""));
	ASSERT_TRUE(patch_settles("klp_first", '1'));
	ASSERT_EQ(0, module_load("klp_second", ""));
	ASSERT_TRUE(patch_settles("klp_second", '1'));
	ASSERT_EQ(0, patch_write("klp_second", "enabled", "0"));
	ASSERT_TRUE(patch_settles("klp_second", 0));
	EXPECT_TRUE(cmdline_is("patched by klp_first\n"));
	EXPECT_STREQ("enable klp_first,patched klp_first,enable klp_second,patched klp_second,"
		     "disable klp_second,unpatched klp_second,", steps(self->card, self->from));
}

TEST_F(livepatch, reverse)
{
	pid_t pid;

	ASSERT_EQ(0, module_load("klp_held", ""));
	pid = held_start();
	ASSERT_GT(pid, 0);
	ASSERT_EQ(0, module_load("klp_first", "object=klp_held function=held_wait"));
	EXPECT_EQ('1', patch_read("klp_first", "transition"));
	EXPECT_STREQ("enable klp_first,", steps(self->card, self->from));
	/* While it is in transition nothing else may begin. */
	EXPECT_EQ(-EBUSY, module_load("klp_second", ""));
	EXPECT_STREQ("enable klp_first,enable klp_second,unpatched klp_second,",
		     steps(self->card, self->from));
	ASSERT_EQ(0, patch_write("klp_first", "enabled", "0"));
	ASSERT_TRUE(patch_settles("klp_first", 0));
	EXPECT_STREQ("enable klp_first,enable klp_second,unpatched klp_second,"
		     "reverse klp_first,unpatched klp_first,", steps(self->card, self->from));
	held_release();
	EXPECT_EQ(pid, waitpid(pid, NULL, 0));
}

TEST_F(livepatch, force)
{
	pid_t pid;

	ASSERT_EQ(0, module_load("klp_held", ""));
	pid = held_start();
	ASSERT_GT(pid, 0);
	ASSERT_EQ(0, module_load("klp_first", "object=klp_held function=held_wait"));
	EXPECT_EQ('1', patch_read("klp_first", "transition"));
	ASSERT_EQ(0, patch_write("klp_first", "force", "1"));
	ASSERT_TRUE(patch_settles("klp_first", '1'));
	EXPECT_STREQ("enable klp_first,force klp_first,patched klp_first,",
		     steps(self->card, self->from));
	held_release();
	EXPECT_EQ(pid, waitpid(pid, NULL, 0));
}

TEST_F(livepatch, no_such_function)
{
	EXPECT_GT(0, module_load("klp_first", "function=vouch_no_such_function"));
	EXPECT_STREQ("enable klp_first,unpatched klp_first,", steps(self->card, self->from));
	EXPECT_TRUE(steps_are_of(self->card, self->from, "klp_first"));
}

/* Only one can replace a function, and this one is there already. */
TEST_F(livepatch, function_of_ours)
{
	static const char content[] = "no module at all";
	struct record record;
	int fd;

	EXPECT_EQ(-EBUSY, module_load("klp_first", "function=security_kernel_post_read_file"));
	EXPECT_EQ(-EBUSY, module_load("klp_second", "function=klp_enable_patch"));
	EXPECT_STREQ("enable klp_first,unpatched klp_first,"
		     "enable klp_second,unpatched klp_second,", steps(self->card, self->from));

	fd = content_file("n.ko", content, sizeof(content));
	ASSERT_GE(fd, 0);
	EXPECT_NE(0, syscall(SYS_finit_module, fd, "", 0));
	close(fd);
	ASSERT_EQ(3, log_find(self->card, self->from, VOUCH_REC_MODULE_LOAD, &record));
	EXPECT_TRUE(log_measured(&record, content, sizeof(content)));
}

int main(int argc, char **argv)
{
	if (!card_is_there())
		ksft_exit_skip("no card\n");
	return test_harness_run(argc, argv);
}
