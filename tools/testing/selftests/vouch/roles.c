// SPDX-License-Identifier: GPL-2.0-only
/* Who may do what: without CAP_SYS_ADMIN, as a guest, without an instance. */

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <kselftest_harness.h>

#include "common.h"

TEST(admin_only)
{
	struct vouch_ioc_measure measure = {
		.size = sizeof(measure), .name = (uintptr_t)"x", .name_len = 1,
	};
	struct vouch_ioc_assign assign = { .size = sizeof(assign), .function = 1 };
	struct vouch_ioc_info info = { .size = sizeof(info) };
	char name[32];
	int fd;

	if (!card_find("host", name))
		SKIP(return, "no host function");
	fd = card_open(name);
	ASSERT_GE(fd, 0);
	EXPECT_EQ(-EPERM, call_without_admin(fd, VOUCH_IOC_MEASURE, &measure));
	EXPECT_EQ(-EPERM, call_without_admin(fd, VOUCH_IOC_ASSIGN, &assign));
	EXPECT_EQ(-EPERM, call_without_admin(fd, VOUCH_IOC_WITHDRAW, &assign));
	EXPECT_EQ(0, call_without_admin(fd, VOUCH_IOC_INFO, &info));
	close(fd);
}

TEST(host_assigns)
{
	struct vouch_ioc_assign arg = { .size = sizeof(arg) };
	struct vouch_ioc_info info = { .size = sizeof(info) };
	uint8_t first[VOUCH_INSTANCE_SIZE];
	char name[32];
	int fd;

	if (!card_find("host", name))
		SKIP(return, "no host function");
	fd = card_open(name);
	ASSERT_GE(fd, 0);
	EXPECT_EQ(-EINVAL, call(fd, VOUCH_IOC_ASSIGN, &arg));
	EXPECT_EQ(-EINVAL, call(fd, VOUCH_IOC_WITHDRAW, &arg));
	ASSERT_EQ(0, call(fd, VOUCH_IOC_INFO, &info));
	arg.function = info.identity.functions + 7;
	EXPECT_EQ(-ENOENT, call(fd, VOUCH_IOC_ASSIGN, &arg));
	EXPECT_EQ(-ENOENT, call(fd, VOUCH_IOC_WITHDRAW, &arg));
	if (info.identity.functions < 2)
		SKIP(return, "the card has no guest function");
	arg.function = 1;
	ASSERT_EQ(0, call(fd, VOUCH_IOC_ASSIGN, &arg));
	memcpy(first, arg.assigned.instance, sizeof(first));
	memset(&arg.assigned, 0, sizeof(arg.assigned));
	EXPECT_EQ(0, call(fd, VOUCH_IOC_WITHDRAW, &arg));
	EXPECT_EQ(0, call(fd, VOUCH_IOC_ASSIGN, &arg));
	EXPECT_NE(0, memcmp(first, arg.assigned.instance, sizeof(first)));
	close(fd);
}

TEST(guest_does_not_assign)
{
	struct vouch_ioc_assign arg = { .size = sizeof(arg), .function = 1 };
	char name[32];
	int fd;

	if (!card_find("guest", name))
		SKIP(return, "no guest function");
	fd = card_open(name);
	ASSERT_GE(fd, 0);
	EXPECT_EQ(-EACCES, call(fd, VOUCH_IOC_ASSIGN, &arg));
	EXPECT_EQ(-EACCES, call(fd, VOUCH_IOC_WITHDRAW, &arg));
	close(fd);
}

/* A guest sees its own log and, up to its evidence, the host's; not another's. */
TEST(guest_reads_what_it_signed_for)
{
	static uint8_t out[VOUCH_TRANSFER_MAX];
	struct vouch_ioc_log_read arg = {
		.size = sizeof(arg), .out = (uintptr_t)out, .out_len = sizeof(out),
	};
	struct vouch_ioc_assign assign = { .size = sizeof(assign) };
	char guest[32], host[32];
	struct vouch_ioc_measure measure;
	struct vouch_ioc_attest attest;
	uint64_t last = 0;
	int guest_fd, host_fd;

	if (!card_find("guest", guest) || !card_find("host", host))
		SKIP(return, "needs a host and a guest function");
	guest_fd = card_open(guest);
	host_fd = card_open(host);
	ASSERT_GE(guest_fd, 0);
	ASSERT_GE(host_fd, 0);
	assign.function = attr_number(guest, "function");
	ASSERT_EQ(0, call(host_fd, VOUCH_IOC_ASSIGN, &assign));
	ASSERT_EQ(0, card_attest(guest_fd, 1, out, &attest));
	ASSERT_EQ(0, card_measure(host_fd, "after the evidence", &measure));
	do {
		last = arg.next;
		arg.from = last;
		arg.out_len = sizeof(out);
		ASSERT_EQ(0, call(guest_fd, VOUCH_IOC_LOG_READ, &arg));
	} while (arg.next != last);
	EXPECT_LE(arg.next, measure.number);
	EXPECT_GT(arg.next, 0);

	/* Nothing that a guest appends gets into the host's log. */
	ASSERT_EQ(0, card_measure(guest_fd, "by the guest", &measure));
	EXPECT_LT(measure.number, 100);
	arg.log = assign.function;
	arg.from = measure.number;
	arg.out_len = sizeof(out);
	ASSERT_EQ(0, call(guest_fd, VOUCH_IOC_LOG_READ, &arg));
	EXPECT_NE(NULL, memmem(out, arg.out_len, measure.record, VOUCH_DIGEST_SIZE));
	arg.log = assign.function + 1;
	EXPECT_NE(0, call(guest_fd, VOUCH_IOC_LOG_READ, &arg));
	close(guest_fd);
	close(host_fd);
}

/* After a withdrawal the guest's function has no log and no evidence. */
TEST(guest_without_instance)
{
	struct vouch_ioc_assign arg = { .size = sizeof(arg) };
	char guest[32], host[32];
	struct vouch_ioc_log_state state;
	struct vouch_ioc_attest attest;
	uint8_t out[VOUCH_EVIDENCE_MAX];
	int guest_fd, host_fd;

	if (!card_find("guest", guest) || !card_find("host", host))
		SKIP(return, "needs a host and a guest function");
	guest_fd = card_open(guest);
	host_fd = card_open(host);
	ASSERT_GE(guest_fd, 0);
	ASSERT_GE(host_fd, 0);
	arg.function = attr_number(guest, "function");
	ASSERT_EQ(0, call(host_fd, VOUCH_IOC_ASSIGN, &arg));
	EXPECT_EQ(0, card_state(guest_fd, arg.function, &state));
	memset(&arg.assigned, 0, sizeof(arg.assigned));
	ASSERT_EQ(0, call(host_fd, VOUCH_IOC_WITHDRAW, &arg));
	EXPECT_EQ(-ENOLINK, card_state(guest_fd, arg.function, &state));
	EXPECT_EQ(-ENOLINK, card_attest(guest_fd, 1, out, &attest));
	close(guest_fd);
	close(host_fd);
}

int main(int argc, char **argv)
{
	if (!card_is_there())
		ksft_exit_skip("no card\n");
	return test_harness_run(argc, argv);
}
