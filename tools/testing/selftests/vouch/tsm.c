// SPDX-License-Identifier: GPL-2.0-only
/*
 * configfs-tsm as attestation agents use it: make a folder, write inblob, read
 * generation, outblob, auxblob and provider, remove the folder.
 */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>
#include <openssl/sha.h>
#include <vouch/report.h>

#include <kselftest_harness.h>

#include "common.h"

#define CONFIG	"/sys/kernel/config"
#define REPORTS	CONFIG "/tsm/report"
#define REPORT	REPORTS "/vouch-test"

static uint8_t evidence[VOUCH_EVIDENCE_MAX + 1], again[VOUCH_EVIDENCE_MAX + 1];
static uint8_t logs[1 << 20], own[1 << 20];

static int file_write(const char *name, const void *bytes, size_t len)
{
	char path[128];
	ssize_t put;
	int fd;

	snprintf(path, sizeof(path), REPORT "/%s", name);
	fd = open(path, O_WRONLY);
	if (fd < 0)
		return -errno;
	put = write(fd, bytes, len);
	/* The kernel takes it at the end. */
	if (close(fd) || put < 0)
		return -errno;
	return put == (ssize_t)len ? 0 : -EIO;
}

static ssize_t file_read(const char *name, void *bytes, size_t size)
{
	char path[128];
	size_t len = 0;
	ssize_t got;
	int fd, error;

	snprintf(path, sizeof(path), REPORT "/%s", name);
	fd = open(path, O_RDONLY);
	if (fd < 0)
		return -errno;
	while ((got = read(fd, (char *)bytes + len, size - len)) > 0)
		len += got;
	error = errno;
	close(fd);
	return got < 0 ? -error : (ssize_t)len;
}

static long generation(void)
{
	char text[32] = "";

	return file_read("generation", text, sizeof(text) - 1) > 0 ? atol(text) : -1;
}

static bool is_there(const char *name)
{
	char path[128];

	snprintf(path, sizeof(path), REPORT "/%s", name);
	return !access(path, F_OK);
}

/* Whether the evidence carries the nonce that Documentation/formats.rst says. */
static bool is_for(const uint8_t *bytes, size_t len, const void *in, size_t in_len)
{
	uint8_t nonce[VOUCH_DIGEST_SIZE];
	SHA512_CTX ctx;

	SHA384_Init(&ctx);
	SHA384_Update(&ctx, VOUCH_REPORT_CONTEXT, strlen(VOUCH_REPORT_CONTEXT));
	SHA384_Update(&ctx, in, in_len);
	SHA384_Final(nonce, &ctx);
	return memmem(bytes, len, nonce, sizeof(nonce));
}

FIXTURE(report) { uint8_t in[VOUCH_REPORT_INBLOB_MAX]; };

FIXTURE_SETUP(report)
{
	mount("none", CONFIG, "configfs", 0, NULL);
	rmdir(REPORT);
	memset(self->in, 0x5a, sizeof(self->in));
	ASSERT_EQ(0, mkdir(REPORT, 0700));
}

FIXTURE_TEARDOWN(report)
{
	EXPECT_EQ(0, rmdir(REPORT));
}

TEST_F(report, sequence)
{
	char text[32] = "";
	ssize_t len;
	long first;

	EXPECT_EQ(6, file_read("provider", text, sizeof(text) - 1));
	EXPECT_STREQ("vouch\n", text);
	first = generation();
	ASSERT_EQ(0, file_write("inblob", self->in, sizeof(self->in)));
	EXPECT_EQ(first + 1, generation());
	len = file_read("outblob", evidence, sizeof(evidence));
	ASSERT_GT(len, 0);
	EXPECT_TRUE(is_for(evidence, len, self->in, sizeof(self->in)));
	EXPECT_EQ(first + 1, generation());
	/* Read again it is the same report; written again, another. */
	EXPECT_EQ(len, file_read("outblob", again, sizeof(again)));
	EXPECT_EQ(0, memcmp(evidence, again, len));
	ASSERT_EQ(0, file_write("inblob", self->in, VOUCH_REPORT_INBLOB_MIN));
	EXPECT_EQ(first + 2, generation());
	len = file_read("outblob", again, sizeof(again));
	ASSERT_GT(len, 0);
	EXPECT_TRUE(is_for(again, len, self->in, VOUCH_REPORT_INBLOB_MIN));
}

/* The logs are those that sysfs shows, as far as the evidence counts. */
TEST_F(report, logs)
{
	struct vouch_report_head head;
	char name[32], path[64];
	ssize_t len, own_len;
	bool is_guest;
	size_t at, want;
	int fd;

	ASSERT_EQ(0, file_write("inblob", self->in, sizeof(self->in)));
	len = file_read("auxblob", logs, sizeof(logs));
	ASSERT_GT(len, (ssize_t)sizeof(head));
	memcpy(&head, logs, sizeof(head));
	EXPECT_EQ(0, memcmp(head.magic, VOUCH_REPORT_MAGIC, sizeof(head.magic)));
	ASSERT_EQ((uint64_t)len, sizeof(head) + head.log_len + head.own_len);
	is_guest = !card_find("host", name);
	if (is_guest)
		ASSERT_TRUE(card_find("guest", name));
	at = sizeof(head) + (is_guest ? head.log_len : 0);
	want = is_guest ? head.own_len : head.log_len;
	snprintf(path, sizeof(path), CLASS "/%s/log", name);
	fd = open(path, O_RDONLY);
	ASSERT_GE(fd, 0);
	for (own_len = 0; (len = read(fd, own + own_len, sizeof(own) - own_len)) > 0; )
		own_len += len;
	close(fd);
	EXPECT_GT(want, 0);
	ASSERT_LE((ssize_t)want, own_len);
	EXPECT_EQ(0, memcmp(own, logs + at, want));
	EXPECT_EQ(is_guest, head.own_len > 0);
}

TEST_F(report, refused)
{
	EXPECT_EQ(-EINVAL, file_read("outblob", evidence, sizeof(evidence)));
	ASSERT_EQ(0, file_write("inblob", self->in, VOUCH_REPORT_INBLOB_MIN - 1));
	EXPECT_EQ(-EINVAL, file_read("outblob", evidence, sizeof(evidence)));
	EXPECT_NE(0, file_write("inblob", again, VOUCH_REPORT_INBLOB_MAX + 1));
}

/* What this provider does not have is not there. */
TEST_F(report, attributes)
{
	EXPECT_TRUE(is_there("inblob"));
	EXPECT_TRUE(is_there("outblob"));
	EXPECT_TRUE(is_there("auxblob"));
	EXPECT_FALSE(is_there("manifestblob"));
	EXPECT_FALSE(is_there("privlevel"));
	EXPECT_FALSE(is_there("privlevel_floor"));
	EXPECT_FALSE(is_there("service_provider"));
	EXPECT_FALSE(is_there("service_guid"));
	EXPECT_FALSE(is_there("service_manifest_version"));
}

int main(int argc, char **argv)
{
	if (!card_is_there())
		ksft_exit_skip("no card\n");
	return test_harness_run(argc, argv);
}
