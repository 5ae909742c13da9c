// SPDX-License-Identifier: GPL-2.0-only
/* Every ioctl: the good path, sizes, flags, pointers, permissions, roles. */

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <kselftest_harness.h>

#include "common.h"
#include "log.h"

FIXTURE(ioctl) {
	char name[32];
	int fd;
	uint8_t out[VOUCH_TRANSFER_MAX];
};

FIXTURE_VARIANT(ioctl) {
	const char *role;
	uint32_t function;
};

FIXTURE_VARIANT_ADD(ioctl, host) {
	.role = "host",
};

FIXTURE_VARIANT_ADD(ioctl, guest) {
	.role = "guest",
};

FIXTURE_SETUP(ioctl)
{
	struct vouch_ioc_assign arg = { .size = sizeof(arg) };
	char host[32];
	int fd;

	self->fd = -1;
	if (!card_find(variant->role, self->name))
		SKIP(return, "no %s function", variant->role);
	self->fd = card_open(self->name);
	ASSERT_GE(self->fd, 0);
	/* A guest's function answers only while it has an instance. */
	if (!strcmp(variant->role, "guest") && card_find("host", host)) {
		fd = card_open(host);
		ASSERT_GE(fd, 0);
		arg.function = attr_number(self->name, "function");
		ASSERT_EQ(0, call(fd, VOUCH_IOC_ASSIGN, &arg));
		close(fd);
	}
}

FIXTURE_TEARDOWN(ioctl)
{
	if (self->fd >= 0)
		close(self->fd);
}

TEST_F(ioctl, info)
{
	struct vouch_ioc_info arg = { .size = sizeof(arg) };
	uint8_t zero[VOUCH_CARD_ID_SIZE] = {};

	ASSERT_EQ(0, call(self->fd, VOUCH_IOC_INFO, &arg));
	EXPECT_EQ(sizeof(arg), arg.size);
	EXPECT_NE(0, memcmp(zero, arg.identity.card_id, sizeof(zero)));
	EXPECT_EQ(attr_number(self->name, "function"), arg.identity.function);
	EXPECT_EQ(!strcmp(variant->role, "guest"), arg.identity.role);
	EXPECT_EQ(attr_number(self->name, "boot_count"), arg.identity.boot_count);
	EXPECT_EQ(VOUCH_ATTACH_ATTACHED, arg.identity.attach);
}

TEST_F(ioctl, size)
{
	struct {
		struct vouch_ioc_info info;
		uint8_t tail[16];
	} arg = { .info.size = sizeof(arg) };

	EXPECT_EQ(0, call(self->fd, VOUCH_IOC_INFO, &arg));
	EXPECT_EQ(sizeof(arg), arg.info.size);
	arg.tail[15] = 1;
	EXPECT_EQ(-E2BIG, call(self->fd, VOUCH_IOC_INFO, &arg));
	arg.info.size = sizeof(arg.info);
	EXPECT_EQ(0, call(self->fd, VOUCH_IOC_INFO, &arg));
	arg.info.size = sizeof(arg.info) - 1;
	EXPECT_EQ(-EINVAL, call(self->fd, VOUCH_IOC_INFO, &arg));
	arg.info.size = 0;
	EXPECT_EQ(-EINVAL, call(self->fd, VOUCH_IOC_INFO, &arg));
	arg.info.size = UINT32_MAX;
	EXPECT_EQ(-E2BIG, call(self->fd, VOUCH_IOC_INFO, &arg));
}

/* Every call refuses the same mistakes. */
TEST_F(ioctl, every_call_checks)
{
	static const struct {
		unsigned long cmd;
		uint32_t size;
	} calls[] = {
		{ VOUCH_IOC_INFO, sizeof(struct vouch_ioc_info) },
		{ VOUCH_IOC_LOG_STATE, sizeof(struct vouch_ioc_log_state) },
		{ VOUCH_IOC_CERTS, sizeof(struct vouch_ioc_certs) },
		{ VOUCH_IOC_ATTEST, sizeof(struct vouch_ioc_attest) },
		{ VOUCH_IOC_RECEIPT, sizeof(struct vouch_ioc_receipt) },
		{ VOUCH_IOC_LOG_READ, sizeof(struct vouch_ioc_log_read) },
		{ VOUCH_IOC_MEASURE, sizeof(struct vouch_ioc_measure) },
		{ VOUCH_IOC_ASSIGN, sizeof(struct vouch_ioc_assign) },
		{ VOUCH_IOC_WITHDRAW, sizeof(struct vouch_ioc_assign) },
		{ VOUCH_IOC_RECORD, sizeof(struct vouch_ioc_record) },
	};
	uint32_t arg[256];

	for (size_t i = 0; i < ARRAY_SIZE(calls); i++) {
		TH_LOG("call %#lx", calls[i].cmd);
		memset(arg, 0, sizeof(arg));
		arg[0] = calls[i].size;
		arg[1] = 1u << 31;
		EXPECT_EQ(-EINVAL, call(self->fd, calls[i].cmd, arg));
		arg[0] = calls[i].size - 4;
		arg[1] = 0;
		EXPECT_EQ(-EINVAL, call(self->fd, calls[i].cmd, arg));
		arg[0] = sizeof(arg);
		arg[255] = 1;
		EXPECT_EQ(-E2BIG, call(self->fd, calls[i].cmd, arg));
		EXPECT_EQ(-EFAULT, call(self->fd, calls[i].cmd, NULL));
		EXPECT_EQ(-EFAULT, call(self->fd, calls[i].cmd, (void *)-4096L));
	}
	EXPECT_EQ(-ENOTTY, call(self->fd, _IO(VOUCH_IOC_TYPE, 0x7f), arg));
}

TEST_F(ioctl, reserved_fields)
{
	struct vouch_ioc_log_state state = { .size = sizeof(state), .rsv = 1 };
	struct vouch_ioc_certs certs = { .size = sizeof(certs), .rsv = 1 };
	struct vouch_ioc_receipt receipt = { .size = sizeof(receipt), .rsv = 1 };
	struct vouch_ioc_measure measure = {
		.size = sizeof(measure), .name = (uintptr_t)"x", .name_len = 1, .rsv = 1,
	};
	struct vouch_ioc_assign assign = { .size = sizeof(assign), .function = 1, .rsv = 1 };

	EXPECT_EQ(-EINVAL, call(self->fd, VOUCH_IOC_LOG_STATE, &state));
	EXPECT_EQ(-EINVAL, call(self->fd, VOUCH_IOC_CERTS, &certs));
	EXPECT_EQ(-EINVAL, call(self->fd, VOUCH_IOC_RECEIPT, &receipt));
	EXPECT_EQ(-EINVAL, call(self->fd, VOUCH_IOC_MEASURE, &measure));
	EXPECT_EQ(-EINVAL, call(self->fd, VOUCH_IOC_ASSIGN, &assign));
	EXPECT_EQ(-EINVAL, call(self->fd, VOUCH_IOC_WITHDRAW, &assign));
}

TEST_F(ioctl, log_state)
{
	uint32_t own = attr_number(self->name, "function");
	struct vouch_ioc_log_state arg;

	ASSERT_EQ(0, card_state(self->fd, own, &arg));
	EXPECT_EQ(own, arg.state.log);
	EXPECT_GE((long long)arg.state.count, own ? 0 : 3);
	EXPECT_NE(0, card_state(self->fd, 999, &arg));
}

TEST_F(ioctl, certs)
{
	struct vouch_ioc_certs arg = {
		.size = sizeof(arg), .out = (uintptr_t)self->out, .out_len = 16,
	};
	uint32_t needed;

	ASSERT_EQ(-ENOBUFS, call(self->fd, VOUCH_IOC_CERTS, &arg));
	needed = arg.out_len;
	EXPECT_GT(needed, 200);
	EXPECT_LE(needed, VOUCH_EVIDENCE_MAX);
	ASSERT_EQ(0, call(self->fd, VOUCH_IOC_CERTS, &arg));
	EXPECT_EQ(needed, arg.out_len);
	EXPECT_EQ(0x30, self->out[0]);
	arg.out = 8;
	EXPECT_EQ(-EFAULT, call(self->fd, VOUCH_IOC_CERTS, &arg));
}

TEST_F(ioctl, attest)
{
	struct vouch_ioc_attest arg;
	uint8_t nonce[VOUCH_DIGEST_SIZE];

	memset(nonce, 0xc3, sizeof(nonce));
	ASSERT_EQ(0, card_attest(self->fd, 0xc3, self->out, &arg));
	EXPECT_GT(arg.out_len, 500);
	EXPECT_LE(arg.out_len, VOUCH_EVIDENCE_MAX);
	EXPECT_NE(NULL, memmem(self->out, arg.out_len, nonce, sizeof(nonce)));
	EXPECT_GT(arg.t_doorbell, 0);
	EXPECT_GT(arg.t_interrupt, arg.t_doorbell);
	EXPECT_GT(arg.t_rx, 0);
	TH_LOG("doorbell to interrupt: %llu us",
	       (unsigned long long)(arg.t_interrupt - arg.t_doorbell) / 1000);
}

TEST_F(ioctl, attest_short_and_bad_buffer)
{
	struct vouch_ioc_attest arg = { .size = sizeof(arg), .out_len = 0 };

	ASSERT_EQ(-ENOBUFS, call(self->fd, VOUCH_IOC_ATTEST, &arg));
	EXPECT_GT(arg.out_len, 500);
	arg.out = 8;
	EXPECT_EQ(-EFAULT, call(self->fd, VOUCH_IOC_ATTEST, &arg));
}

TEST_F(ioctl, receipt)
{
	struct vouch_ioc_receipt arg = {
		.size = sizeof(arg), .out = (uintptr_t)self->out, .out_len = VOUCH_RECEIPT_MAX,
	};
	struct vouch_ioc_attest attest;

	ASSERT_EQ(0, card_attest(self->fd, 7, self->out, &attest));
	EXPECT_EQ(-ENOENT, call(self->fd, VOUCH_IOC_RECEIPT, &arg));
	log_digest(self->out, attest.out_len, arg.evidence);
	arg.out_len = 8;
	EXPECT_EQ(-ENOBUFS, call(self->fd, VOUCH_IOC_RECEIPT, &arg));
	EXPECT_GT(arg.out_len, 100);
	ASSERT_EQ(0, call(self->fd, VOUCH_IOC_RECEIPT, &arg));
	EXPECT_NE(NULL, memmem(self->out, arg.out_len, arg.evidence, sizeof(arg.evidence)));
}

TEST_F(ioctl, log_read)
{
	struct vouch_ioc_log_read arg = {
		.size = sizeof(arg), .out = (uintptr_t)self->out,
		.log = attr_number(self->name, "function"),
		.out_len = VOUCH_RECORD_MAX - 1,
	};
	struct vouch_ioc_measure measure;
	struct vouch_ioc_log_state state;
	uint64_t next = 0;

	EXPECT_EQ(-EINVAL, call(self->fd, VOUCH_IOC_LOG_READ, &arg));
	ASSERT_EQ(0, card_measure(self->fd, "log_read", &measure));
	ASSERT_EQ(0, card_state(self->fd, arg.log, &state));
	do {
		arg.from = next;
		arg.out_len = VOUCH_RECORD_MAX;
		ASSERT_EQ(0, call(self->fd, VOUCH_IOC_LOG_READ, &arg));
		next = arg.next;
	} while (next != arg.from);
	EXPECT_EQ(0, arg.out_len);
	EXPECT_GE(next, state.state.count);

	arg.from = measure.number;
	arg.out_len = sizeof(self->out);
	ASSERT_EQ(0, call(self->fd, VOUCH_IOC_LOG_READ, &arg));
	EXPECT_NE(NULL, memmem(self->out, arg.out_len, measure.record, VOUCH_DIGEST_SIZE));
	EXPECT_NE(NULL, memmem(self->out, arg.out_len, "log_read", 8));

	arg.log = 999;
	arg.from = 0;
	arg.out_len = sizeof(self->out);
	EXPECT_NE(0, call(self->fd, VOUCH_IOC_LOG_READ, &arg));
}

TEST_F(ioctl, measure)
{
	char name[VOUCH_NAME_MAX + 2];
	struct vouch_ioc_log_state before, after;
	struct vouch_ioc_measure arg;
	uint32_t own = attr_number(self->name, "function");

	ASSERT_EQ(0, card_state(self->fd, own, &before));
	ASSERT_EQ(0, card_measure(self->fd, "caf\xc3\xa9", &arg));
	ASSERT_EQ(0, card_state(self->fd, own, &after));
	EXPECT_GE(arg.number, before.state.count);
	EXPECT_LT(arg.number, after.state.count);
	EXPECT_NE(0, memcmp(before.state.pcr, after.state.pcr, VOUCH_DIGEST_SIZE));

	memset(name, 'a', sizeof(name));
	name[VOUCH_NAME_MAX] = '\0';
	EXPECT_EQ(0, card_measure(self->fd, name, &arg));
	name[VOUCH_NAME_MAX] = 'a';
	name[VOUCH_NAME_MAX + 1] = '\0';
	EXPECT_EQ(-EINVAL, card_measure(self->fd, name, &arg));
	EXPECT_EQ(-EINVAL, card_measure(self->fd, "", &arg));
	EXPECT_EQ(-EINVAL, card_measure(self->fd, "\xff\xfe", &arg));

	arg.name = (uintptr_t)"nul\0nul";
	arg.name_len = 7;
	EXPECT_EQ(-EINVAL, call(self->fd, VOUCH_IOC_MEASURE, &arg));
	arg.name = 8;
	EXPECT_EQ(-EFAULT, call(self->fd, VOUCH_IOC_MEASURE, &arg));
}

int main(int argc, char **argv)
{
	if (!card_is_there())
		ksft_exit_skip("no card\n");
	return test_harness_run(argc, argv);
}
