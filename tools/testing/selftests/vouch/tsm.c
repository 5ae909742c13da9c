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
#include <sys/wait.h>
#include <unistd.h>
#include <vouch/report.h>

#include <kselftest_harness.h>

#include "common.h"
#include "report.h"

#define CONFIG	"/sys/kernel/config"
#define REPORTS	CONFIG "/tsm/report"
#define REPORT	REPORTS "/vouch-test"
#define ASKERS	8
#define ROUNDS	8

static uint8_t evidence[VOUCH_EVIDENCE_MAX + 1], again[VOUCH_EVIDENCE_MAX + 1];
static uint8_t logs[1 << 20], own[1 << 20];

FIXTURE(report) { uint8_t in[VOUCH_REPORT_INBLOB_MAX]; };

FIXTURE_SETUP(report)
{
	report_folder = REPORT;
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

	EXPECT_EQ(6, report_read("provider", text, sizeof(text) - 1));
	EXPECT_STREQ("vouch\n", text);
	first = report_generation();
	ASSERT_EQ(0, report_write("inblob", self->in, sizeof(self->in)));
	EXPECT_EQ(first + 1, report_generation());
	EXPECT_GT(report_read("auxblob", logs, sizeof(logs)), 0);
	EXPECT_EQ(first + 1, report_generation());
	len = report_read("outblob", evidence, sizeof(evidence));
	ASSERT_GT(len, 0);
	EXPECT_TRUE(report_is_for(evidence, len, self->in, sizeof(self->in)));
	EXPECT_EQ(first + 1, report_generation());
	/* Read again it is the same report; written again, another. */
	EXPECT_EQ(len, report_read("outblob", again, sizeof(again)));
	EXPECT_EQ(0, memcmp(evidence, again, len));
	ASSERT_EQ(0, report_write("inblob", self->in, VOUCH_REPORT_INBLOB_MIN));
	EXPECT_EQ(first + 2, report_generation());
	len = report_read("outblob", again, sizeof(again));
	ASSERT_GT(len, 0);
	EXPECT_TRUE(report_is_for(again, len, self->in, VOUCH_REPORT_INBLOB_MIN));
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

	ASSERT_EQ(0, report_write("inblob", self->in, sizeof(self->in)));
	len = report_read("auxblob", logs, sizeof(logs));
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

/* An inblob is taken as it was written, or not at all. */
TEST_F(report, sizes)
{
	static const size_t bad[] = { 1, VOUCH_REPORT_INBLOB_MIN - 1 }, good[] = {
		VOUCH_REPORT_INBLOB_MIN, VOUCH_REPORT_INBLOB_MIN + 1,
		VOUCH_REPORT_INBLOB_MAX - 1, VOUCH_REPORT_INBLOB_MAX };
	ssize_t len;

	EXPECT_EQ(-EINVAL, report_read("outblob", evidence, sizeof(evidence)));
	EXPECT_EQ(-EINVAL, report_read("auxblob", evidence, sizeof(evidence)));
	/* Of nothing configfs makes an error, or nothing. */
	report_write("inblob", self->in, 0);
	EXPECT_EQ(-EINVAL, report_read("outblob", evidence, sizeof(evidence)));
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		ASSERT_EQ(0, report_write("inblob", self->in, bad[i]));
		EXPECT_EQ(-EINVAL, report_read("outblob", evidence, sizeof(evidence)));
		EXPECT_EQ(-EINVAL, report_read("auxblob", evidence, sizeof(evidence)));
	}
	for (size_t i = 0; i < ARRAY_SIZE(good); i++) {
		ASSERT_EQ(0, report_write("inblob", self->in, good[i]));
		len = report_read("outblob", evidence, sizeof(evidence));
		ASSERT_GT(len, 0);
		EXPECT_TRUE(report_is_for(evidence, len, self->in, good[i]));
	}
	EXPECT_EQ(-EFBIG, report_write("inblob", self->in, VOUCH_REPORT_INBLOB_MAX + 1));
	EXPECT_EQ(-EINVAL, report_read("outblob", evidence, sizeof(evidence)));
}

/* Who is reading when somebody else asks gets to the end of what was his. */
TEST_F(report, stale)
{
	uint8_t other[VOUCH_REPORT_INBLOB_MAX] = { 1 };
	ssize_t len;
	long first;
	int fd;

	ASSERT_EQ(0, report_write("inblob", self->in, sizeof(self->in)));
	first = report_generation();
	fd = report_open("outblob", O_RDONLY);
	ASSERT_GE(fd, 0);
	ASSERT_EQ(100, read(fd, evidence, 100));
	ASSERT_EQ(0, report_write("inblob", other, sizeof(other)));
	EXPECT_EQ(first + 1, report_generation());
	len = report_read("outblob", again, sizeof(again));
	ASSERT_GT(len, 0);
	EXPECT_TRUE(report_is_for(again, len, other, sizeof(other)));
	len = read(fd, evidence + 100, sizeof(evidence) - 100);
	close(fd);
	ASSERT_GT(len, 0);
	EXPECT_TRUE(report_is_for(evidence, len + 100, self->in, sizeof(self->in)));
}

/* One of many askers; returns how often it was answered, or -1. */
static int ask(uint8_t who, bool alone)
{
	uint8_t in[VOUCH_REPORT_INBLOB_MAX];
	int answered = 0;

	for (uint8_t i = 0; i < ROUNDS; i++) {
		long first = report_generation();
		ssize_t len;

		memset(in, who, sizeof(in));
		in[0] = i;
		if (report_write("inblob", in, sizeof(in)))
			return -1;
		len = report_read("outblob", evidence, sizeof(evidence));
		/* Not the only one who wrote: what it has may be another's. */
		if (len > 0 && !alone && report_generation() != first + 1)
			continue;
		if (len <= 0 || !report_is_for(evidence, len, in, sizeof(in)))
			return -1;
		answered++;
	}
	return answered;
}

static int ask_together(bool alone)
{
	pid_t askers[ASKERS];
	int status, good = 0;

	for (uint8_t i = 0; i < ASKERS; i++) {
		char folder[64];

		askers[i] = fork();
		if (askers[i])
			continue;
		snprintf(folder, sizeof(folder), REPORT "-%u", i);
		if (alone && mkdir(folder, 0700))
			_exit(1);
		report_folder = alone ? folder : REPORT;
		status = ask(i, alone);
		if (alone && (rmdir(folder) || status != ROUNDS))
			_exit(1);
		_exit(status < 0);
	}
	for (size_t i = 0; i < ASKERS; i++)
		good += waitpid(askers[i], &status, 0) == askers[i] && !status;
	return good;
}

TEST_F(report, askers_apart)
{
	EXPECT_EQ(ASKERS, ask_together(true));
}

/* Where they share a folder, the generation tells whose report it is. */
TEST_F(report, askers_sharing)
{
	EXPECT_EQ(ASKERS, ask_together(false));
}

/* What this provider does not have is not there. */
TEST_F(report, attributes)
{
	EXPECT_TRUE(report_has("inblob"));
	EXPECT_TRUE(report_has("outblob"));
	EXPECT_TRUE(report_has("auxblob"));
	EXPECT_FALSE(report_has("manifestblob"));
	EXPECT_FALSE(report_has("privlevel"));
	EXPECT_FALSE(report_has("privlevel_floor"));
	EXPECT_FALSE(report_has("service_provider"));
	EXPECT_FALSE(report_has("service_guid"));
	EXPECT_FALSE(report_has("service_manifest_version"));
	EXPECT_EQ(-ENOENT, report_open("privlevel", O_WRONLY));
	EXPECT_GT(0, report_write("privlevel", "0", 1));
}

int main(int argc, char **argv)
{
	if (!card_is_there())
		ksft_exit_skip("no card\n");
	return test_harness_run(argc, argv);
}
