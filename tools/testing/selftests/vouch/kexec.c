// SPDX-License-Identifier: GPL-2.0-only
/*
 * What kexec loads, and lets go of. The image of kexec_load(2) is known here to
 * the last byte, so its digest is; of kexec_file_load(2) the files are.
 */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <kselftest_harness.h>

#include "common.h"
#include "images.h"
#include "kernel.h"
#include "log.h"

FIXTURE(kexec) {
	char card[32];
	uint64_t from;		/* first record that this test may cause */
	unsigned long crash;
};

FIXTURE_SETUP(kexec)
{
	if (!card_find("host", self->card))
		SKIP(return, "no host function");
	self->crash = crash_base();
	kexec_unload(0);
	if (self->crash)
		kexec_unload(KEXEC_FILE_ON_CRASH);
	self->from = attr_number(self->card, "count");
}

FIXTURE_TEARDOWN(kexec)
{
	kexec_unload(0);
	if (self->crash)
		kexec_unload(KEXEC_FILE_ON_CRASH);
}

#define FIND(type, found) log_find(self->card, self->from, VOUCH_REC_KEXEC_##type, found)

TEST_F(kexec, from_files)
{
	static uint8_t image[KERNEL_SIZE];
	struct record kernel, loaded, record;

	kernel_make(image);
	ASSERT_EQ(0, files_load(cmdline, 0));
	ASSERT_EQ(1, FIND(KERNEL, &kernel));
	EXPECT_TRUE(log_measured(&kernel, image, sizeof(image)));
	ASSERT_EQ(1, FIND(INITRAMFS, &record));
	EXPECT_TRUE(log_measured(&record, initrd, sizeof(initrd)));
	ASSERT_EQ(1, FIND(CMDLINE, &record));
	EXPECT_TRUE(log_measured(&record, cmdline, strlen(cmdline)));
	ASSERT_EQ(1, FIND(IMAGE, &loaded));
	EXPECT_EQ(kernel.number, loaded.ref);
	EXPECT_STREQ("", loaded.name);
	EXPECT_EQ(0, FIND(DROP, &record));

	EXPECT_EQ(0, kexec_unload(0));
	ASSERT_EQ(1, FIND(DROP, &record));
	EXPECT_EQ(loaded.number, record.ref);
	EXPECT_STREQ("unloaded", record.name);
	EXPECT_EQ(0, FIND(EXEC, &record));
}

/* Absent or empty, it is in the log as empty. */
TEST_F(kexec, without_command_line)
{
	struct record record;

	ASSERT_EQ(0, files_load(NULL, 0));
	ASSERT_EQ(1, FIND(CMDLINE, &record));
	EXPECT_TRUE(log_measured(&record, "", 0));
	ASSERT_EQ(0, files_load("", 0));
	ASSERT_EQ(2, FIND(CMDLINE, &record));
	EXPECT_TRUE(log_measured(&record, "", 0));
}

/* No file is named that there was none of, also after a load of files. */
TEST_F(kexec, from_memory)
{
	struct segments segments;
	struct record record;

	ASSERT_EQ(0, files_load(cmdline, 0));
	segments_make(&segments, 0x8000000, 1);
	ASSERT_EQ(0, segments_load(&segments, 0));
	ASSERT_EQ(2, FIND(IMAGE, &record));
	EXPECT_TRUE(segments_are(&segments, &record));
	EXPECT_STREQ("(no file)", record.name);
	EXPECT_EQ(VOUCH_NO_REF, record.ref);

	/* The address of a segment and the entry point count. */
	segments.entry++;
	EXPECT_FALSE(segments_are(&segments, &record));
	ASSERT_EQ(0, segments_load(&segments, 0));
	ASSERT_EQ(3, FIND(IMAGE, &record));
	EXPECT_TRUE(segments_are(&segments, &record));
	EXPECT_EQ(1, FIND(CMDLINE, &record));
}

TEST_F(kexec, replaced)
{
	struct record first, second, record;
	struct segments segments;

	segments_make(&segments, 0x8000000, 1);
	ASSERT_EQ(0, segments_load(&segments, 0));
	ASSERT_EQ(1, FIND(IMAGE, &first));
	ASSERT_EQ(0, files_load(cmdline, 0));
	ASSERT_EQ(2, FIND(IMAGE, &second));
	ASSERT_EQ(1, FIND(DROP, &record));
	EXPECT_STREQ("replaced", record.name);
	EXPECT_EQ(first.number, record.ref);

	/* One that is refused for its content changes nothing. */
	segments.list[0].buf = NULL;
	EXPECT_NE(0, segments_load(&segments, 0));
	EXPECT_EQ(EFAULT, errno);
	EXPECT_EQ(1, FIND(DROP, &record));

	ASSERT_EQ(0, kexec_load_segments(0, NULL, 0, 0));
	ASSERT_EQ(2, FIND(DROP, &record));
	EXPECT_STREQ("unloaded", record.name);
	EXPECT_EQ(second.number, record.ref);
	ASSERT_EQ(0, kexec_unload(0));
	EXPECT_EQ(2, FIND(DROP, &record));
}

TEST_F(kexec, for_a_crash)
{
	struct record image, crash, record;
	struct segments segments, other;

	if (!self->crash)
		SKIP(return, "no memory for a crash kernel: crashkernel=");
	segments_make(&other, 0x8000000, 3);
	ASSERT_EQ(0, segments_load(&other, 0));
	ASSERT_EQ(1, FIND(IMAGE, &image));

	segments_make(&segments, self->crash + 0x100000, 2);
	ASSERT_EQ(0, segments_load(&segments, KEXEC_ON_CRASH));
	ASSERT_EQ(1, FIND(CRASH, &crash));
	EXPECT_TRUE(segments_are(&segments, &crash));
	EXPECT_STREQ("(no file)", crash.name);
	EXPECT_EQ(VOUCH_NO_REF, crash.ref);
	EXPECT_EQ(0, FIND(DROP, &record));
	EXPECT_EQ(1, FIND(IMAGE, &record));

	/* The old one is given up before the new one is known. */
	segments.entry++;
	ASSERT_EQ(0, segments_load(&segments, KEXEC_ON_CRASH));
	ASSERT_EQ(1, FIND(DROP, &record));
	EXPECT_STREQ("unloaded", record.name);
	EXPECT_EQ(crash.number, record.ref);
	ASSERT_EQ(2, FIND(CRASH, &crash));
	EXPECT_TRUE(segments_are(&segments, &crash));
	EXPECT_LT(record.number, crash.number);
}

TEST_F(kexec, for_a_crash_from_files)
{
	struct record kernel, record;

	if (!self->crash)
		SKIP(return, "no memory for a crash kernel: crashkernel=");
	ASSERT_EQ(0, files_load(cmdline, KEXEC_FILE_ON_CRASH));
	ASSERT_EQ(1, FIND(KERNEL, &kernel));
	ASSERT_EQ(1, FIND(CMDLINE, &record));
	EXPECT_TRUE(log_measured(&record, cmdline, strlen(cmdline)));
	ASSERT_EQ(1, FIND(CRASH, &record));
	EXPECT_EQ(kernel.number, record.ref);
	EXPECT_EQ(0, FIND(IMAGE, &record));
}

/* The card begins to listen anew, and this kernel says again what it is. */
static bool function_reset(const char *card)
{
	char path[64];

	snprintf(path, sizeof(path), CLASS "/%s/device/reset", card);
	return !text_write(path, "1");
}

#define FIND_AGAIN(type, found) log_find(self->card, again, VOUCH_REC_KEXEC_##type, found)

TEST_F_TIMEOUT(kexec, after_a_reset, 120)
{
	static uint8_t image[KERNEL_SIZE];
	struct record first, kernel, second, record;
	uint64_t again;

	kernel_make(image);
	ASSERT_EQ(0, files_load(cmdline, 0));
	ASSERT_EQ(1, FIND(IMAGE, &first));
	again = attr_number(self->card, "count");
	ASSERT_TRUE(function_reset(self->card));

	ASSERT_EQ(1, FIND_AGAIN(KERNEL, &kernel));
	EXPECT_TRUE(log_measured(&kernel, image, sizeof(image)));
	EXPECT_STREQ("(present)", kernel.name);
	ASSERT_EQ(1, FIND_AGAIN(INITRAMFS, &record));
	EXPECT_TRUE(log_measured(&record, initrd, sizeof(initrd)));
	ASSERT_EQ(1, FIND_AGAIN(CMDLINE, &record));
	EXPECT_TRUE(log_measured(&record, cmdline, strlen(cmdline)));
	ASSERT_EQ(1, FIND_AGAIN(IMAGE, &second));
	EXPECT_EQ(0, memcmp(first.measured, second.measured, sizeof(first.measured)));
	EXPECT_EQ(kernel.number, second.ref);
	EXPECT_STREQ("", second.name);

	/* It is the later record that the rest refers to. */
	EXPECT_EQ(0, FIND(DROP, &record));
	EXPECT_EQ(0, kexec_unload(0));
	ASSERT_EQ(1, FIND(DROP, &record));
	EXPECT_EQ(second.number, record.ref);
	again = attr_number(self->card, "count");
	ASSERT_TRUE(function_reset(self->card));
	EXPECT_EQ(0, FIND_AGAIN(KERNEL, &record));
	EXPECT_EQ(0, FIND_AGAIN(IMAGE, &record));
}

TEST_F_TIMEOUT(kexec, for_a_crash_after_a_reset, 120)
{
	struct segments segments;
	struct record record;
	uint64_t again;

	if (!self->crash)
		SKIP(return, "no memory for a crash kernel: crashkernel=");
	segments_make(&segments, self->crash + 0x100000, 5);
	ASSERT_EQ(0, segments_load(&segments, KEXEC_ON_CRASH));
	again = attr_number(self->card, "count");
	ASSERT_TRUE(function_reset(self->card));
	ASSERT_EQ(1, FIND_AGAIN(CRASH, &record));
	EXPECT_TRUE(segments_are(&segments, &record));
	EXPECT_STREQ("(no file)", record.name);
	EXPECT_EQ(VOUCH_NO_REF, record.ref);
	EXPECT_EQ(0, FIND_AGAIN(KERNEL, &record));
}

/* For the scripts: load something, and say how that went. */
static int load(const char *what)
{
	unsigned long flags = strstr(what, "crash") ? KEXEC_ON_CRASH : 0;
	unsigned long base = flags ? crash_base() + 0x100000 : 0x8000000;
	struct segments segments;
	int rc;

	segments_make(&segments, base, 4);
	if (!strncmp(what, "files", 5))
		rc = files_load(cmdline, flags ? KEXEC_FILE_ON_CRASH : 0);
	else
		rc = segments_load(&segments, flags);
	puts(rc ? strerrorname_np(errno) : "ok");
	return 0;
}

/* For the scripts, too: a line for each record. */
static int print_log(void)
{
	struct record record;
	const uint8_t *at;
	uint8_t *log;
	char card[32];
	size_t size;

	log = card_find("host", card) ? log_slurp(card, &size) : NULL;
	if (!log)
		return 1;
	at = log;
	while (log_next(&at, log + size, &record) == 1) {
		printf("%llu %llu %lld ", (unsigned long long)record.number,
		       (unsigned long long)record.type, (long long)record.ref);
		for (size_t i = 0; i < sizeof(record.measured); i++)
			printf("%02x", record.measured[i]);
		printf(" %s\n", record.name);
	}
	free(log);
	return 0;
}

int main(int argc, char **argv)
{
	if (argc == 2 && !strcmp(argv[1], "--log"))
		return print_log();
	if (argc == 3 && !strcmp(argv[1], "--load"))
		return load(argv[2]);
	if (!card_is_there())
		ksft_exit_skip("no card\n");
	return test_harness_run(argc, argv);
}
