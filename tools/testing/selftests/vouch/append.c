// SPDX-License-Identifier: GPL-2.0-only
/* VOUCH_IOC_RECORD: what user space may write, and nothing else. */

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <kselftest_harness.h>

#include "common.h"
#include "log.h"

FIXTURE(append) {
	char card[32];
	int fd;
};

FIXTURE_SETUP(append)
{
	self->fd = -1;
	if (!card_find("host", self->card))
		SKIP(return, "no host function");
	self->fd = card_open(self->card);
	ASSERT_GE(self->fd, 0);
}

FIXTURE_TEARDOWN(append)
{
	close(self->fd);
}

/* What only a hook or the card writes cannot come from here. */
TEST_F(append, of_others)
{
	static const uint32_t types[] = { 0, VOUCH_REC_ATTACH, VOUCH_REC_KERNEL,
		VOUCH_REC_HOOK_LAST, VOUCH_REC_LAST + 1, 1 << 16 | VOUCH_REC_USER };
	struct vouch_ioc_record arg = {
		.size = sizeof(arg), .type = VOUCH_REC_TPM_EVENTS, .ref = VOUCH_NO_REF,
		.digest = { 1 },
	};

	/* A digest that is not announced. */
	EXPECT_EQ(-EINVAL, call(self->fd, VOUCH_IOC_RECORD, &arg));
	arg.flags = VOUCH_APPEND_DIGEST;
	for (size_t i = 0; i < ARRAY_SIZE(types); i++) {
		arg.type = types[i];
		EXPECT_EQ(-EINVAL, call(self->fd, VOUCH_IOC_RECORD, &arg));
	}
	arg.type = VOUCH_REC_TPM_EVENTS;
	arg.data_len = VOUCH_DATA_MAX + 1;
	EXPECT_EQ(-EINVAL, call(self->fd, VOUCH_IOC_RECORD, &arg));
	arg.data_len = 1;
	EXPECT_EQ(-EFAULT, call(self->fd, VOUCH_IOC_RECORD, &arg));
	EXPECT_EQ(-EPERM, call_without_admin(self->fd, VOUCH_IOC_RECORD, &arg));
}

TEST_F(append, whole)
{
	static const uint8_t data[3] = { 7, 8, 9 };
	struct vouch_ioc_record arg = {
		.size = sizeof(arg), .flags = VOUCH_APPEND_DIGEST, .type = VOUCH_REC_TPM_QUOTE,
		.data = (uintptr_t)data, .data_len = sizeof(data), .ref = VOUCH_NO_REF,
	};
	uint64_t from = attr_number(self->card, "count");
	struct record record;

	log_digest(data, sizeof(data), arg.digest);
	ASSERT_EQ(0, call(self->fd, VOUCH_IOC_RECORD, &arg));
	EXPECT_LE(from, arg.number);
	ASSERT_EQ(1, log_find(self->card, from, VOUCH_REC_TPM_QUOTE, &record));
	EXPECT_EQ(arg.number, record.number);
	EXPECT_EQ(0, memcmp(arg.digest, record.measured, sizeof(arg.digest)));
	EXPECT_EQ(0, memcmp(arg.record, record.digest, sizeof(arg.record)));
	ASSERT_EQ(sizeof(data), record.data_len);
	EXPECT_EQ(0, memcmp(data, record.data, sizeof(data)));
}

int main(int argc, char **argv)
{
	if (!card_is_there())
		ksft_exit_skip("no card\n");
	return test_harness_run(argc, argv);
}
