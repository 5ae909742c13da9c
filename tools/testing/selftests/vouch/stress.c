// SPDX-License-Identifier: GPL-2.0-only
/* More askers than the queue has slots, of both kinds, and one that dies. */

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <kselftest_harness.h>

#include "common.h"
#include "log.h"

#define THREADS	40	/* the driver has 32 slots */
#define ROUNDS	6

struct worker {
	pthread_t thread;
	int fd;
	unsigned int id;
	int error;
	const char *what;
	uint64_t numbers[ROUNDS];
	uint64_t slowest;
};

FIXTURE(stress) {
	char name[32];
	int fd;
	struct worker workers[THREADS];
};

FIXTURE_SETUP(stress)
{
	self->fd = -1;
	if (!card_find("host", self->name))
		SKIP(return, "no host function");
	self->fd = card_open(self->name);
	ASSERT_GE(self->fd, 0);
}

FIXTURE_TEARDOWN(stress)
{
	if (self->fd >= 0)
		close(self->fd);
}

static void fail(struct worker *worker, int error, const char *what)
{
	worker->error = error;
	worker->what = what;
}

static void *append_many(void *data)
{
	struct vouch_ioc_measure arg;
	struct worker *worker = data;
	char name[32];

	for (int i = 0; i < ROUNDS; i++) {
		int rc;

		snprintf(name, sizeof(name), "stress %u %d", worker->id, i);
		rc = card_measure(worker->fd, name, &arg);
		if (rc) {
			fail(worker, rc, "measure");
			break;
		}
		worker->numbers[i] = arg.number;
	}
	return NULL;
}

static void *attest_many(void *data)
{
	uint8_t out[VOUCH_EVIDENCE_MAX], nonce[VOUCH_DIGEST_SIZE];
	struct vouch_ioc_attest arg;
	struct worker *worker = data;

	for (int i = 0; i < ROUNDS; i++) {
		uint8_t fill = worker->id * ROUNDS + i;
		int rc = card_attest(worker->fd, fill, out, &arg);

		memset(nonce, fill, sizeof(nonce));
		if (rc) {
			fail(worker, rc, "attest");
			break;
		}
		if (!memmem(out, arg.out_len, nonce, sizeof(nonce))) {
			fail(worker, -EBADMSG, "attest: another's answer");
			break;
		}
		if (arg.t_interrupt - arg.t_doorbell > worker->slowest)
			worker->slowest = arg.t_interrupt - arg.t_doorbell;
	}
	return NULL;
}

static int by_number(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

TEST_F_TIMEOUT(stress, mixed, 240)
{
	uint64_t numbers[THREADS / 2 * ROUNDS], slowest = 0;
	struct vouch_ioc_log_state before, after;
	unsigned int n = 0;

	ASSERT_EQ(0, card_state(self->fd, 0, &before));
	for (unsigned int i = 0; i < THREADS; i++) {
		self->workers[i] = (struct worker){ .fd = self->fd, .id = i };
		ASSERT_EQ(0, pthread_create(&self->workers[i].thread, NULL,
					    i & 1 ? attest_many : append_many,
					    &self->workers[i]));
	}
	for (unsigned int i = 0; i < THREADS; i++) {
		struct worker *worker = &self->workers[i];

		pthread_join(worker->thread, NULL);
		EXPECT_EQ(0, worker->error) {
			TH_LOG("worker %u: %s: %d", i, worker->what, worker->error);
		}
		if (worker->slowest > slowest)
			slowest = worker->slowest;
		for (int k = 0; !(i & 1) && k < ROUNDS; k++)
			numbers[n++] = worker->numbers[k];
	}
	ASSERT_EQ(0, card_state(self->fd, 0, &after));
	TH_LOG("slowest evidence of %d at once: %llu us", THREADS / 2,
	       (unsigned long long)slowest / 1000);

	/* Each append has a number of its own, in the range that was added. */
	qsort(numbers, n, sizeof(numbers[0]), by_number);
	EXPECT_GE(numbers[0], before.state.count);
	EXPECT_LT(numbers[n - 1], after.state.count);
	EXPECT_GE(after.state.count, before.state.count + n);
	for (unsigned int i = 1; i < n; i++)
		EXPECT_NE(numbers[i - 1], numbers[i]);
}

/* Slots of killed processes come back, and their late answers hurt no one. */
TEST_F_TIMEOUT(stress, killed, 120)
{
	uint8_t out[VOUCH_EVIDENCE_MAX];
	struct vouch_ioc_attest arg;
	pid_t children[12];

	for (int round = 0; round < 5; round++) {
		for (size_t i = 0; i < 12; i++) {
			children[i] = fork();
			ASSERT_GE(children[i], 0);
			if (!children[i]) {
				for (;;)
					card_attest(self->fd, 1, out, &arg);
			}
		}
		usleep(30000);
		for (size_t i = 0; i < 12; i++) {
			kill(children[i], SIGKILL);
			ASSERT_EQ(children[i], waitpid(children[i], NULL, 0));
		}
		ASSERT_EQ(0, card_attest(self->fd, 0xee, out, &arg));
	}
}

static bool timeout_set(const char *ms)
{
	int fd = open("/sys/module/vouch/parameters/timeout_ms", O_WRONLY | O_CLOEXEC);
	bool ok = fd >= 0 && write(fd, ms, strlen(ms)) == (ssize_t)strlen(ms);

	close(fd);
	return ok;
}

static void *attest_hastily(void *data)
{
	uint8_t out[VOUCH_EVIDENCE_MAX];
	struct worker *worker = data;
	time_t end = time(NULL) + 8;

	while (time(NULL) < end) {
		struct vouch_ioc_attest arg = {
			.size = sizeof(arg), .out = (uintptr_t)out,
			.out_len = sizeof(out), .timeout_ms = 1,
		};
		int rc = call(worker->fd, VOUCH_IOC_ATTEST, &arg);

		if (rc == -ETIMEDOUT)
			worker->numbers[0]++;
		else if (rc)
			fail(worker, rc, "attest");
	}
	return NULL;
}

/* Whoever will not wait is no reason to reset a card that answers. */
TEST_F_TIMEOUT(stress, impatient, 120)
{
	long long epoch = attr_number(self->name, "epoch");
	uint64_t timeouts = 0;

	ASSERT_TRUE(timeout_set("250"));
	for (unsigned int i = 0; i < THREADS; i++) {
		self->workers[i] = (struct worker){ .fd = self->fd, .id = i };
		ASSERT_EQ(0, pthread_create(&self->workers[i].thread, NULL, attest_hastily,
					    &self->workers[i]));
	}
	for (unsigned int i = 0; i < THREADS; i++) {
		pthread_join(self->workers[i].thread, NULL);
		EXPECT_EQ(0, self->workers[i].error);
		timeouts += self->workers[i].numbers[0];
	}
	sleep(2);
	EXPECT_TRUE(timeout_set("5000"));
	EXPECT_EQ(epoch, attr_number(self->name, "epoch"));
	TH_LOG("%llu time-outs", (unsigned long long)timeouts);
}

/* A rough figure for people; it is no test. */
TEST_F_TIMEOUT(stress, round_trip, 120)
{
	uint64_t best_state = ~0ULL, best_append = ~0ULL;
	struct vouch_ioc_log_state state;
	struct vouch_ioc_measure measure;
	struct timespec a, b;

	for (int i = 0; i < 50; i++) {
		uint64_t ns;

		clock_gettime(CLOCK_MONOTONIC_RAW, &a);
		ASSERT_EQ(0, card_state(self->fd, 0, &state));
		clock_gettime(CLOCK_MONOTONIC_RAW, &b);
		ns = (b.tv_sec - a.tv_sec) * 1000000000ULL + b.tv_nsec - a.tv_nsec;
		if (ns < best_state)
			best_state = ns;
		clock_gettime(CLOCK_MONOTONIC_RAW, &a);
		ASSERT_EQ(0, card_measure(self->fd, "round trip", &measure));
		clock_gettime(CLOCK_MONOTONIC_RAW, &b);
		ns = (b.tv_sec - a.tv_sec) * 1000000000ULL + b.tv_nsec - a.tv_nsec;
		if (ns < best_append)
			best_append = ns;
	}
	TH_LOG("best round trip: log state %llu us, append %llu us",
	       (unsigned long long)best_state / 1000, (unsigned long long)best_append / 1000);
}

int main(int argc, char **argv)
{
	if (!card_is_there())
		ksft_exit_skip("no card\n");
	return test_harness_run(argc, argv);
}
