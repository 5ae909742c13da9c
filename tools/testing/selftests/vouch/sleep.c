// SPDX-License-Identifier: GPL-2.0-only
/*
 * The host's sleep, as far as tests can take it in any machine: no device stops.
 * tools/testing/vm/sleep_test.py goes all the way.
 */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <kselftest_harness.h>

#include "common.h"
#include "log.h"
#include "vms.h"

#define POWER "/sys/power/"

FIXTURE(sleep) {
	char card[32];
	uint64_t from;		/* first record that this test may cause */
};

FIXTURE_SETUP(sleep)
{
	if (access(POWER "pm_test", F_OK))
		SKIP(return, "this kernel has no test of sleep");
	ASSERT_TRUE(vms_ready(self->card));
	ASSERT_EQ(0, text_write(POWER "pm_test", "freezer"));
	ASSERT_EQ(0, text_write("/sys/module/suspend/parameters/pm_test_delay", "0"));
	self->from = attr_number(self->card, "count");
}

FIXTURE_TEARDOWN(sleep)
{
	text_write(POWER "pm_test", "none");
	text_write("/sys/bus/pci/rescan", "1");
	vms_ready(self->card);
	text_write(PARAMETERS "/fail_closed", "0");
}

/* Processes stop, and go on. */
static int suspend(void)
{
	return text_write(POWER "state", "freeze");
}

/* What a process that writes or reads the image itself begins with: 0 or -errno. */
static int image_take(int flags)
{
	int fd = open("/dev/snapshot", flags | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	close(fd);
	return 0;
}

/* What the log has of it, in its order. */
static const char *said(const char *card, uint64_t from)
{
	static char text[512];
	struct record record;
	uint8_t *log;
	const uint8_t *at;
	size_t size;

	log = log_slurp(card, &size);
	text[0] = 0;
	for (at = log; at && log_next(&at, log + size, &record) == 1;)
		if (record.number >= from && record.type == VOUCH_REC_SLEEP &&
		    strlen(text) + strlen(record.name) + 2 < sizeof(text))
			strcat(strcat(text, record.name), ",");
	free(log);
	return text;
}

TEST_F(sleep, told)
{
	ASSERT_EQ(0, suspend());
	EXPECT_STREQ("suspend,resume,", said(self->card, self->from));
}

/* Image out, image in: each is said before it can happen. */
TEST_F(sleep, image)
{
	int fd = open("/dev/snapshot", O_RDONLY | O_CLOEXEC);

	ASSERT_GE(fd, 0);
	EXPECT_STREQ("hibernate,", said(self->card, self->from));
	close(fd);
	EXPECT_STREQ("hibernate,resume,", said(self->card, self->from));
	fd = open("/dev/snapshot", O_WRONLY | O_CLOEXEC);
	ASSERT_GE(fd, 0);
	EXPECT_STREQ("hibernate,resume,restore,", said(self->card, self->from));
	close(fd);
	EXPECT_STREQ("hibernate,resume,restore,restore failed,",
		     said(self->card, self->from));
}

TEST_F(sleep, card_away)
{
	int kmsg = kmsg_open();

	ASSERT_GE(kmsg, 0);
	ASSERT_EQ(0, text_write(PARAMETERS "/fail_closed", "1"));
	EXPECT_EQ(0, suspend());
	EXPECT_STREQ("suspend,resume,", said(self->card, self->from));
	ASSERT_EQ(0, card_remove(self->card));
	EXPECT_EQ(-EPERM, suspend());
	EXPECT_TRUE(kmsg_says(kmsg, "vouch: refused sleep 'suspend': cannot be recorded: -ENODEV"));
	EXPECT_EQ(-EPERM, image_take(O_RDONLY));
	EXPECT_TRUE(kmsg_says(kmsg, "vouch: refused sleep 'hibernate': cannot be recorded"));
	EXPECT_EQ(-EPERM, image_take(O_WRONLY));
	EXPECT_TRUE(kmsg_says(kmsg, "vouch: refused sleep 'restore': cannot be recorded"));
	close(kmsg);

	ASSERT_EQ(0, text_write("/sys/bus/pci/rescan", "1"));
	ASSERT_TRUE(vms_ready(self->card));
	EXPECT_EQ(0, suspend());
	EXPECT_STREQ("suspend,resume,suspend,resume,", said(self->card, self->from));
}

TEST_F(sleep, card_away_open)
{
	long long lost = parameter_number("unrecorded");
	struct record record;

	ASSERT_EQ(0, card_remove(self->card));
	EXPECT_EQ(0, suspend());
	EXPECT_EQ(lost + 2, parameter_number("unrecorded"));
	ASSERT_EQ(0, text_write("/sys/bus/pci/rescan", "1"));
	ASSERT_TRUE(vms_ready(self->card));
	ASSERT_GE(log_find(self->card, self->from, VOUCH_REC_UNMEASURED, &record), 1);
	EXPECT_STREQ("2 not recorded, first: sleep 'suspend': -ENODEV", record.name);
}

int main(int argc, char **argv)
{
	if (!card_is_there())
		ksft_exit_skip("no card\n");
	return test_harness_run(argc, argv);
}
