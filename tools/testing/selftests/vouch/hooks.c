// SPDX-License-Identifier: GPL-2.0-only
/* What the kernel is given to run, hashed here and looked up in the log. */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>
#include <linux/module.h>

#include <kselftest_harness.h>

#include "common.h"
#include "kernel.h"
#include "log.h"

FIXTURE(hooks) {
	char card[32];
	uint64_t from;		/* first record that this test may cause */
};

/* As find() has read it last. */
static uint8_t *log_bytes;
static size_t log_size;

FIXTURE_SETUP(hooks)
{
	if (!card_find("host", self->card))
		SKIP(return, "no host function");
	self->from = attr_number(self->card, "count");
}

FIXTURE_TEARDOWN(hooks)
{
}

/* The last record of that type from @from on; returns how many there are. */
static int find(const char *card, uint64_t from, unsigned int type, struct record *found)
{
	struct record record;
	const uint8_t *at;
	int n = 0, rc;

	free(log_bytes);
	log_bytes = log_slurp(card, &log_size);
	if (!log_bytes)
		return -1;
	at = log_bytes;
	while ((rc = log_next(&at, log_bytes + log_size, &record)) == 1) {
		if (record.number < from || record.type != type)
			continue;
		*found = record;
		n++;
	}
	return rc ? -1 : n;
}

static bool is_digest(const struct record *record, const void *content, size_t size)
{
	uint8_t digest[VOUCH_DIGEST_SIZE];

	log_digest(content, size, digest);
	return !memcmp(record->measured, digest, sizeof(digest));
}

/* The build-id among ELF notes. */
static const uint8_t *build_id(const uint8_t *notes, size_t size, size_t *len)
{
	for (size_t at = 0; at + 16 <= size;) {
		uint32_t head[3];

		memcpy(head, notes + at, sizeof(head));
		if (head[2] == 3 && head[0] == 4 && !memcmp(notes + at + 12, "GNU", 4)) {
			*len = head[1];
			return notes + at + 16;
		}
		at += 12 + ((head[0] + 3) & ~3U) + ((head[1] + 3) & ~3U);
	}
	return NULL;
}

TEST_F(hooks, this_kernel)
{
	struct record record;
	struct utsname uts;
	const uint8_t *id;
	uint8_t text[8192];
	ssize_t len;
	size_t id_len;

	ASSERT_GE(find(self->card, 0, VOUCH_REC_KERNEL, &record), 1);
	uname(&uts);
	EXPECT_STREQ(uts.release, record.name);
	len = content_read("/sys/kernel/notes", text, sizeof(text));
	ASSERT_GT(len, 0);
	id = build_id(text, len, &id_len);
	ASSERT_NE(NULL, id);
	ASSERT_EQ(id_len, record.data_len);
	EXPECT_EQ(0, memcmp(id, record.data, id_len));

	ASSERT_GE(find(self->card, record.number, VOUCH_REC_CMDLINE, &record), 1);
	len = content_read("/proc/cmdline", text, sizeof(text));
	ASSERT_GT(len, 0);
	EXPECT_TRUE(is_digest(&record, text, len - 1));
}

/* The line of /proc/modules must be in the log, with the build-id of sysfs. */
static bool is_present(uint64_t from, const char *name)
{
	const uint8_t *at = log_bytes, *id;
	struct record record;
	uint8_t notes[1024];
	char path[256];
	size_t id_len;
	ssize_t len;

	snprintf(path, sizeof(path), "/sys/module/%s/notes/.note.gnu.build-id", name);
	len = content_read(path, notes, sizeof(notes));
	id = len > 0 ? build_id(notes, len, &id_len) : NULL;
	while (id && log_next(&at, log_bytes + log_size, &record) == 1)
		if (record.number > from && record.type == VOUCH_REC_MODULE_PRESENT &&
		    !strcmp(record.name, name))
			return record.data_len == id_len && !memcmp(record.data, id, id_len);
	return false;
}

static bool is_same_name(const char *file, const char *name)
{
	for (; *name; file++, name++)
		if (*file != *name && !(*file == '-' && *name == '_'))
			return false;
	return !strncmp(file, ".ko", 3);
}

/* It came later, and has been measured: its file is called as it is. */
static bool is_loaded(uint64_t from, const char *name)
{
	const uint8_t *at = log_bytes;
	struct record record;

	while (log_next(&at, log_bytes + log_size, &record) == 1)
		if (record.number > from && record.type == VOUCH_REC_MODULE_LOAD &&
		    is_same_name(record.name, name))
			return true;
	return false;
}

TEST_F(hooks, modules_present)
{
	FILE *modules = fopen("/proc/modules", "r");
	struct record kernel;
	char line[512];
	int here = 0;

	ASSERT_NE(NULL, modules);
	ASSERT_GE(find(self->card, 0, VOUCH_REC_KERNEL, &kernel), 1);
	while (fgets(line, sizeof(line), modules)) {
		const char *name = strtok(line, " ");

		here++;
		EXPECT_TRUE(is_present(kernel.number, name) || is_loaded(kernel.number, name))
			TH_LOG("%s", name);
	}
	fclose(modules);
	EXPECT_GE(here, 1);
}

/* Measured before the kernel finds out that it is no module. */
TEST_F(hooks, module_from_file)
{
	static const char content[] = "no module at all";
	struct record record;
	int fd = content_file("n\xff\x1b.ko", content, sizeof(content));

	ASSERT_GE(fd, 0);
	EXPECT_NE(0, syscall(SYS_finit_module, fd, "", 0));
	EXPECT_EQ(ENOEXEC, errno);
	close(fd);
	ASSERT_EQ(1, find(self->card, self->from, VOUCH_REC_MODULE_LOAD, &record));
	EXPECT_STREQ("memfd:n??.ko", record.name);
	EXPECT_TRUE(is_digest(&record, content, sizeof(content)));
}

TEST_F(hooks, module_from_memory)
{
	static const char content[4096] = "nor this";
	struct record record;

	EXPECT_NE(0, syscall(SYS_init_module, content, sizeof(content), ""));
	EXPECT_EQ(ENOEXEC, errno);
	ASSERT_EQ(1, find(self->card, self->from, VOUCH_REC_MODULE_LOAD, &record));
	EXPECT_TRUE(is_digest(&record, content, sizeof(content)));
}

/* Recorded once: decompressed, or as it is where the kernel says no more. Those
 * that do have an id of its own for the content that is still compressed.
 */
static bool is_decompressed_shown(void)
{
	return !system("grep -qa READING_MODULE_COMPRESSED /sys/kernel/btf/vmlinux");
}

TEST_F(hooks, module_compressed)
{
	static const char make[] =
		"cd /tmp && printf 'still no module' > v.ko && xz -fk --check=crc32 v.ko";
	char plain[64], packed[512];
	ssize_t plain_len, packed_len;
	struct record record;
	int fd;

	ASSERT_EQ(0, system(make));
	plain_len = content_read("/tmp/v.ko", plain, sizeof(plain));
	packed_len = content_read("/tmp/v.ko.xz", packed, sizeof(packed));
	ASSERT_GT(plain_len, 0);
	ASSERT_GT(packed_len, 0);
	fd = open("/tmp/v.ko.xz", O_RDONLY | O_CLOEXEC);
	ASSERT_GE(fd, 0);
	EXPECT_NE(0, syscall(SYS_finit_module, fd, "", MODULE_INIT_COMPRESSED_FILE));
	close(fd);
	ASSERT_EQ(1, find(self->card, self->from, VOUCH_REC_MODULE_LOAD, &record));
	EXPECT_STREQ("v.ko.xz", record.name);
	EXPECT_TRUE(is_decompressed_shown() ? is_digest(&record, plain, plain_len) :
					      is_digest(&record, packed, packed_len));
	unlink("/tmp/v.ko");
	unlink("/tmp/v.ko.xz");
}

int main(int argc, char **argv)
{
	if (!card_is_there())
		ksft_exit_skip("no card\n");
	return test_harness_run(argc, argv);
}
