// SPDX-License-Identifier: GPL-2.0-only
/*
 * Firmware by every way that the kernel's loader knows, asked for by the
 * kernel's own test driver: hashed here and looked up in the log.
 */

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <string.h>
#include <unistd.h>

#include <kselftest_harness.h>

#include "common.h"
#include "kernel.h"
#include "log.h"

/* The loader's root is init's; these tests may run in a chroot. */
#define ROOT "/proc/1/root"
#define FOLDER "/lib/firmware/"
#define DRIVER "/sys/devices/virtual/misc/test_firmware/"
#define CLASS_FIRMWARE "/sys/class/firmware/"
#define SIZE 10000
/* What the driver has room for, whatever 6.12 lets its size be set to. */
#define ROOM 1024
#define UPLOAD 2000

static uint8_t content[SIZE];
/* Of each test's own: the kernel keeps what was asked for by name. */
static char name[64], path[128];

/* The content, up to this size: 0 or -errno. */
static int file_write(const char *to, size_t size)
{
	int fd = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	ssize_t done = 0;

	if (fd < 0)
		return -errno;
	/* A file in sysfs takes a page at a time. */
	for (size_t at = 0; done >= 0 && at < size; at += done)
		done = write(fd, content + at, size - at);
	done = done < 0 ? -errno : 0;
	close(fd);
	return done;
}

/* 0 or -errno. */
static int attribute_write(const char *folder, const char *attribute, const char *text)
{
	char file[256];
	int fd, rc;

	snprintf(file, sizeof(file), "%s%s", folder, attribute);
	fd = open(file, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	rc = write(fd, text, strlen(text)) < 0 ? -errno : 0;
	close(fd);
	return rc;
}

static int driver(const char *attribute, const char *text)
{
	return attribute_write(DRIVER, attribute, text);
}

static void content_make(void)
{
	snprintf(name, sizeof(name), "vouch-test-%d.bin", getpid());
	snprintf(path, sizeof(path), ROOT FOLDER "%s", name);
	for (size_t i = 0; i < SIZE; i++)
		content[i] = i * 7 ^ getpid() >> i % 16;
}

FIXTURE(firmware) {
	char card[32];
	uint64_t from;		/* first record that this test may cause */
};

FIXTURE_SETUP(firmware)
{
	if (!card_find("host", self->card))
		SKIP(return, "no host function");
	if (access(DRIVER, F_OK) && system("chroot " ROOT " modprobe test_firmware"))
		SKIP(return, "no test_firmware");
	if (system("mkdir -p " ROOT FOLDER))
		SKIP(return, "no " FOLDER);
	driver("reset", "1");
	content_make();
	self->from = attr_number(self->card, "count");
}

FIXTURE_TEARDOWN(firmware)
{
	if (system("rm -f " ROOT FOLDER "vouch-test-*"))
		perror("rm");
}

static bool is_content(const struct record *record, size_t at, size_t size)
{
	return log_measured(record, content + at, size);
}

/* Is there one record since, and is it of the whole content and the name? */
static bool one_recorded(const char *card, uint64_t from)
{
	struct record record;

	return log_find(card, from, VOUCH_REC_FIRMWARE_LOAD, &record) == 1 &&
	       !strcmp(record.name, name) && is_content(&record, 0, SIZE);
}

TEST_F(firmware, from_file)
{
	ASSERT_EQ(0, file_write(path, SIZE));
	ASSERT_EQ(0, driver("trigger_request", name));
	EXPECT_TRUE(one_recorded(self->card, self->from));
}

TEST_F(firmware, asynchronous)
{
	ASSERT_EQ(0, file_write(path, SIZE));
	ASSERT_EQ(0, driver("trigger_async_request", name));
	EXPECT_TRUE(one_recorded(self->card, self->from));
}

TEST_F(firmware, that_is_not_there)
{
	struct record record;

	EXPECT_GT(0, driver("trigger_request", name));
	EXPECT_EQ(0, log_find(self->card, self->from, VOUCH_REC_FIRMWARE_LOAD, &record));
}

/* A file that only its compressed form is left of: 0, or something else. */
static int file_compress(const char *command)
{
	char line[512];
	int rc = file_write(path, SIZE);

	snprintf(line, sizeof(line), command, path);
	rc = rc ?: system(line);
	return rc ?: !access(path, F_OK);
}

/* What the driver gets is recorded, not what is on the disk. */
TEST_F(firmware, compressed_xz)
{
	if (system("grep -qw fw_decompress_xz /proc/kallsyms"))
		SKIP(return, "this kernel does not decompress xz");
	ASSERT_EQ(0, file_compress("cd /tmp && f=%s && xz --check=crc32 -c < $f > $f.xz && rm $f"));
	ASSERT_EQ(0, driver("trigger_request", name));
	EXPECT_TRUE(one_recorded(self->card, self->from));
}

TEST_F(firmware, compressed_zstd)
{
	if (system("grep -qw fw_decompress_zstd /proc/kallsyms"))
		SKIP(return, "this kernel does not decompress zstd");
	ASSERT_EQ(0, file_compress("zstd -q --rm %s"));
	ASSERT_EQ(0, driver("trigger_request", name));
	EXPECT_TRUE(one_recorded(self->card, self->from));
}

/* Into a buffer of the driver's, of this size and from this place of the file on. */
static int into_buffer(const char *size, const char *offset)
{
	int rc = driver("config_name", name);

	rc = rc ?: driver("config_into_buf", "1");
	rc = rc ?: driver("config_buf_size", size);
	rc = rc ?: driver("config_partial", offset ? "1" : "0");
	rc = rc ?: driver("config_file_offset", offset ?: "0");
	rc = rc ?: driver("config_num_requests", "1");
	return rc ?: driver("trigger_batched_requests", "1");
}

TEST_F(firmware, into_a_buffer)
{
	struct record record;

	ASSERT_EQ(0, file_write(path, ROOM - 24));
	ASSERT_EQ(0, into_buffer("1024", NULL));
	ASSERT_EQ(1, log_find(self->card, self->from, VOUCH_REC_FIRMWARE_LOAD, &record));
	EXPECT_STREQ(name, record.name);
	EXPECT_TRUE(is_content(&record, 0, ROOM - 24));
	driver("release_all_firmware", "1");
}

TEST_F(firmware, in_parts)
{
	struct record record;
	char text[128];

	ASSERT_EQ(0, file_write(path, SIZE));
	ASSERT_EQ(0, into_buffer("1024", "0"));
	ASSERT_EQ(1, log_find(self->card, self->from, VOUCH_REC_FIRMWARE_LOAD, &record));
	snprintf(text, sizeof(text), "%s (1024 bytes at 0)", name);
	EXPECT_STREQ(text, record.name);
	EXPECT_TRUE(is_content(&record, 0, 1024));

	ASSERT_EQ(0, driver("release_all_firmware", "1"));
	ASSERT_EQ(0, into_buffer("1024", "9216"));
	ASSERT_EQ(2, log_find(self->card, self->from, VOUCH_REC_FIRMWARE_LOAD, &record));
	snprintf(text, sizeof(text), "%s (784 bytes at 9216)", name);
	EXPECT_STREQ(text, record.name);
	EXPECT_TRUE(is_content(&record, 9216, SIZE - 9216));
	driver("release_all_firmware", "1");
	EXPECT_EQ(0, log_find(self->card, self->from, VOUCH_REC_UNMEASURED, &record));
}

/* The kernel's test has bytes of its own for this. */
TEST_F(firmware, from_the_platform)
{
	static const uint8_t embedded[] = {
		0x55, 0xaa, 0x55, 0xaa, 0x01, 0x02, 0x03, 0x04,
		0x55, 0xaa, 0x55, 0xaa, 0x05, 0x06, 0x07, 0x08,
		0x55, 0xaa, 0x55, 0xaa, 0x10, 0x20, 0x30, 0x40,
		0x55, 0xaa, 0x55, 0xaa, 0x50, 0x60, 0x70, 0x80
	};
	struct record record;

	if (access(DRIVER "trigger_request_platform", F_OK))
		SKIP(return, "this kernel takes no firmware from EFI");
	ASSERT_EQ(0, driver("trigger_request_platform", name));
	ASSERT_EQ(1, log_find(self->card, self->from, VOUCH_REC_FIRMWARE_LOAD, &record));
	EXPECT_STREQ(name, record.name);
	EXPECT_TRUE(log_measured(&record, embedded, sizeof(embedded)));
}

static void *ask(void *what)
{
	return (void *)(intptr_t)driver(what, name);
}

/* By user space, into the files of this folder of the loader's: 0 or -errno. */
static int supply(const char *what, size_t size)
{
	char folder[128], file[256];
	int rc;

	snprintf(folder, sizeof(folder), CLASS_FIRMWARE "%s/", what);
	snprintf(file, sizeof(file), "%sloading", folder);
	for (int i = 0; access(file, F_OK) && i < 600; i++)
		usleep(100000);
	rc = attribute_write(folder, "loading", "1");
	snprintf(file, sizeof(file), "%sdata", folder);
	rc = rc ?: file_write(file, size);
	return rc ?: attribute_write(folder, "loading", "0");
}

/* When user space has written it, and when the driver gets it. */
TEST_F(firmware, from_user_space)
{
	struct record record;
	pthread_t thread;
	void *result;

	ASSERT_EQ(0, pthread_create(&thread, NULL, ask, "trigger_custom_fallback"));
	EXPECT_EQ(0, supply(name, SIZE));
	pthread_join(thread, &result);
	EXPECT_EQ(0, (intptr_t)result);
	ASSERT_EQ(2, log_find(self->card, self->from, VOUCH_REC_FIRMWARE_LOAD, &record));
	EXPECT_STREQ(name, record.name);
	EXPECT_TRUE(is_content(&record, 0, SIZE));
}

TEST_F(firmware, uploaded)
{
	static uint8_t got[2 * UPLOAD];
	char status[32] = "";
	struct record record;

	ASSERT_EQ(0, driver("upload_register", "vouch-up"));
	EXPECT_EQ(0, supply("vouch-up", UPLOAD));
	ASSERT_EQ(1, log_find(self->card, self->from, VOUCH_REC_FIRMWARE_LOAD, &record));
	EXPECT_STREQ("vouch-up", record.name);
	EXPECT_TRUE(is_content(&record, 0, UPLOAD));
	for (int i = 0; strncmp(status, "idle", 4) && i < 600; i++) {
		content_read(CLASS_FIRMWARE "vouch-up/status", status, sizeof(status) - 1);
		usleep(100000);
	}
	EXPECT_EQ(0, driver("config_upload_name", "vouch-up"));
	EXPECT_EQ(UPLOAD, content_read(DRIVER "upload_read", got, sizeof(got)));
	EXPECT_EQ(0, memcmp(content, got, UPLOAD));
	EXPECT_EQ(0, driver("upload_unregister", "vouch-up"));
}

int main(int argc, char **argv)
{
	if (!card_is_there())
		ksft_exit_skip("no card\n");
	return test_harness_run(argc, argv);
}
