// SPDX-License-Identifier: GPL-2.0-only
/* What the kernel says of its own state, compared with what it tells user space. */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <kselftest_harness.h>

#include "common.h"
#include "kernel.h"
#include "log.h"

#define TAINTED "/proc/sys/kernel/tainted"

FIXTURE(state) {
	char card[32];
};

FIXTURE_SETUP(state)
{
	if (!card_find("host", self->card))
		SKIP(return, "no host function");
}

FIXTURE_TEARDOWN(state)
{
}

static unsigned long long tainted(void)
{
	char text[32] = "";

	return content_read(TAINTED, text, sizeof(text) - 1) > 0 ? strtoull(text, NULL, 10) : ~0ULL;
}

static uint64_t mask(const struct record *record)
{
	uint64_t value = ~0ULL;

	if (record->data_len == sizeof(value))
		memcpy(&value, record->data, sizeof(value));
	return value;
}

/* The line of /proc/cpuinfo's first CPU. */
static bool cpu_line(const char *key, char *value, size_t size)
{
	FILE *file = fopen("/proc/cpuinfo", "r");
	bool found = false;
	char line[4096];

	while (file && !found && fgets(line, sizeof(line), file)) {
		char *colon = strstr(line, ": ");
		size_t len = strcspn(line, "\t:");

		if (!colon || len != strlen(key) || strncmp(line, key, len))
			continue;
		colon[strcspn(colon, "\n")] = 0;
		snprintf(value, size, "%s", colon + 2);
		found = true;
	}
	if (file)
		fclose(file);
	return found;
}

/* After the command line, of the kernel that runs. */
TEST_F(state, order)
{
	struct record kernel, cmdline, taint;

	ASSERT_GE(log_find(self->card, 0, VOUCH_REC_KERNEL, &kernel), 1);
	ASSERT_GE(log_find(self->card, kernel.number, VOUCH_REC_CMDLINE, &cmdline), 1);
	ASSERT_GE(log_find(self->card, kernel.number, VOUCH_REC_TAINT, &taint), 1);
	EXPECT_EQ(kernel.number + 1, cmdline.number);
	EXPECT_LT(cmdline.number, taint.number);
}

TEST_F(state, taint)
{
	struct record record;

	ASSERT_GE(log_find(self->card, 0, VOUCH_REC_TAINT, &record), 1);
	EXPECT_EQ(tainted(), mask(&record));
	/* vouch.ko itself is out of tree. */
	EXPECT_NE(NULL, strchr(record.name, 'O'));
}

/* User space may taint by sysctl, and nothing takes that back. */
TEST_F(state, taint_changes)
{
	unsigned long long before = tainted();
	struct record record = { 0 };
	int fd;

	if (before & 1 << 6)
		SKIP(return, "user space has tainted this kernel already");
	fd = open(TAINTED, O_WRONLY | O_CLOEXEC);
	ASSERT_GE(fd, 0);
	ASSERT_EQ(2, write(fd, "64", 2));
	close(fd);
	ASSERT_EQ(before | 1 << 6, tainted());
	for (int i = 0; i < 100 && mask(&record) != tainted(); i++) {
		usleep(100000);
		ASSERT_GE(log_find(self->card, 0, VOUCH_REC_TAINT, &record), 1);
	}
	EXPECT_EQ(tainted(), mask(&record));
	EXPECT_NE(NULL, strchr(record.name, 'U'));
}

TEST_F(state, lockdown)
{
	char text[128] = "", want[64] = "";
	struct record record;

	ASSERT_GE(log_find(self->card, 0, VOUCH_REC_LOCKDOWN, &record), 1);
	if (content_read("/sys/kernel/security/lockdown", text, sizeof(text) - 1) <= 0)
		SKIP(return, "no lockdown in securityfs");
	if (sscanf(strchr(text, '[') ?: "", "[%63[a-z]]", want) != 1)
		want[0] = 0;
	EXPECT_STREQ(want, record.name);
}

/* Without EFI nobody can tell. */
TEST_F(state, secure_boot)
{
	static const char variable[] = "/sys/firmware/efi/efivars/"
		"SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c";
	struct record record;
	uint8_t value[16];

	ASSERT_GE(log_find(self->card, 0, VOUCH_REC_SECURE_BOOT, &record), 1);
	if (access("/sys/firmware/efi", F_OK)) {
		EXPECT_STREQ("unknown", record.name);
	} else if (content_read(variable, value, sizeof(value)) == 5) {
		EXPECT_STREQ(value[4] ? "enabled" : "disabled", record.name);
	} else {
		EXPECT_STRNE("enabled", record.name);
	}
}

TEST_F(state, microcode)
{
	char vendor[32], family[16], model[16], stepping[16], revision[32], want[128];
	struct record record;
	uint32_t value = 0;

	ASSERT_GE(log_find(self->card, 0, VOUCH_REC_MICROCODE, &record), 1);
	ASSERT_TRUE(cpu_line("vendor_id", vendor, sizeof(vendor)));
	ASSERT_TRUE(cpu_line("cpu family", family, sizeof(family)));
	ASSERT_TRUE(cpu_line("model", model, sizeof(model)));
	ASSERT_TRUE(cpu_line("stepping", stepping, sizeof(stepping)));
	snprintf(want, sizeof(want), "%s %s-%s-%s", vendor, family, model, stepping);
	EXPECT_STREQ(want, record.name);
	ASSERT_EQ(sizeof(value), record.data_len);
	memcpy(&value, record.data, sizeof(value));
	/* The kernel leaves the line out where there is no revision. */
	if (cpu_line("microcode", revision, sizeof(revision))) {
		EXPECT_EQ(strtoul(revision, NULL, 16), value);
	} else {
		EXPECT_EQ(0, value);
	}
}

/* Nobody takes the hooks away by switching ftrace off. */
TEST_F(state, ftrace_stays)
{
	int fd = open("/proc/sys/kernel/ftrace_enabled", O_RDWR | O_CLOEXEC);
	char still = 0;

	ASSERT_GE(fd, 0);
	EXPECT_EQ(-1, write(fd, "0", 1));
	/* 7.3.4 says the second. */
	EXPECT_TRUE(errno == EBUSY || errno == EOPNOTSUPP);
	EXPECT_EQ(1, pread(fd, &still, 1, 0));
	EXPECT_EQ('1', still);
	close(fd);
}

/* Nor those probes that see the state change. */
TEST_F(state, probes_stay)
{
	static const char path[] = "/proc/1/root/sys/kernel/debug/kprobes/enabled";
	int kmsg = kmsg_open();
	char text[8] = "";

	if (access(path, W_OK))
		SKIP(return, "no debugfs");
	ASSERT_GE(kmsg, 0);
	EXPECT_EQ(-EBUSY, text_write(path, "0"));
	EXPECT_TRUE(kmsg_says(kmsg, "vouch: refused to switch kprobes off"));
	close(kmsg);
	EXPECT_EQ(-EINVAL, text_write(path, "?"));
	EXPECT_EQ(0, text_write(path, "1"));
	ASSERT_GT(content_read(path, text, sizeof(text) - 1), 0);
	EXPECT_EQ('1', text[0]);
}

int main(int argc, char **argv)
{
	if (!card_is_there())
		ksft_exit_skip("no card\n");
	return test_harness_run(argc, argv);
}
