// SPDX-License-Identifier: GPL-2.0-only
/* The tracepoints that bpf/latency.bpf.c builds on: one doorbell and one
 * completion for a command, with its times.
 */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <kselftest_harness.h>

#include "common.h"

#define TRACING "/sys/kernel/tracing/instances/vouch-test"
#define COMPLETE "%*s %*s function=0 cid=%x opcode=%x status=%u t_doorbell=%llu ns=%llu " \
	"t_rx=%*u announced=%d"

static bool put(const char *file, const char *text)
{
	char path[128];
	bool ok;
	int fd;

	snprintf(path, sizeof(path), TRACING "/%s", file);
	fd = open(path, O_WRONLY | O_TRUNC);
	ok = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);
	if (fd >= 0)
		close(fd);
	return ok;
}

FIXTURE(trace) {
	char name[32];
	int fd;
};

FIXTURE_SETUP(trace)
{
	self->fd = -1;
	if (!card_find("host", self->name))
		SKIP(return, "no host function");
	if (mkdir(TRACING, 0700) && errno != EEXIST)
		SKIP(return, "no tracefs");
	self->fd = card_open(self->name);
	ASSERT_GE(self->fd, 0);
	ASSERT_TRUE(put("events/vouch/enable", "1"));
}

FIXTURE_TEARDOWN(trace)
{
	if (self->fd < 0)
		return;
	put("events/vouch/enable", "0");
	rmdir(TRACING);
	close(self->fd);
}

TEST_F(trace, doorbell_and_completion)
{
	unsigned long long doorbell = 0, began = 0, interrupt = 0, ns = 0;
	unsigned int cid = 0, opcode = 0, again = 0, status = 0;
	uint8_t out[VOUCH_EVIDENCE_MAX];
	struct vouch_ioc_attest arg;
	int announced = 0;
	bool sent = false, done = false, entered = false;
	char line[512];
	FILE *trace;

	ASSERT_EQ(0, card_attest(self->fd, 9, out, &arg));
	trace = fopen(TRACING "/trace", "r");
	ASSERT_NE(NULL, trace);
	while (fgets(line, sizeof(line), trace)) {
		char *at;

		at = strstr(line, "vouch_doorbell: vouch");
		if (at && sscanf(at, "%*s %*s function=0 cid=%x opcode=%x ns=%llu",
				 &cid, &opcode, &doorbell) == 3 &&
		    opcode == VOUCH_OP_ATTEST && doorbell == arg.t_doorbell)
			sent = true;
		at = strstr(line, "vouch_interrupt: vouch");
		if (at && sscanf(at, "%*s %*s function=0 ns=%llu", &ns) == 1 &&
		    ns == arg.t_interrupt)
			entered = true;
		at = strstr(line, "vouch_complete: vouch");
		if (at && sscanf(at, COMPLETE, &again, &opcode, &status, &began,
				 &interrupt, &announced) == 6 &&
		    again == cid && interrupt == arg.t_interrupt) {
			done = true;
			EXPECT_EQ(VOUCH_OP_ATTEST, opcode);
			EXPECT_EQ(0, status);
			EXPECT_EQ(doorbell, began);
			EXPECT_EQ(1, announced);
		}
	}
	fclose(trace);
	EXPECT_TRUE(sent);
	EXPECT_TRUE(entered);
	EXPECT_TRUE(done);
}

int main(int argc, char **argv)
{
	if (!card_is_there())
		ksft_exit_skip("no card\n");
	return test_harness_run(argc, argv);
}
