// SPDX-License-Identifier: GPL-2.0-only
/* VOUCH_IOC_PROXIMITY: what it refuses, and that its lists are the protocol's. */

#include <endian.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <openssl/sha.h>

#include <kselftest_harness.h>

#include "common.h"

#define ROUNDS	VOUCH_ROUNDS_MAX
#define TRIES	200

struct near {
	struct vouch_ioc_proximity arg;
	struct vouch_ioc_round rounds[ROUNDS + 1];
	uint8_t out[VOUCH_PROXIMITY_MAX + 1];
};

static int near_run(int fd, struct near *near, uint32_t count)
{
	memset(near, 0, sizeof(*near));
	near->arg.size = sizeof(near->arg);
	near->arg.count = count;
	near->arg.out_len = VOUCH_PROXIMITY_MAX;
	near->arg.rounds = (uintptr_t)near->rounds;
	near->arg.out = (uintptr_t)near->out;
	memset(near->arg.nonce, 0x77, sizeof(near->arg.nonce));
	memset(near->rounds, 0xee, sizeof(near->rounds));
	memset(near->out, 0xee, sizeof(near->out));
	return call(fd, VOUCH_IOC_PROXIMITY, &near->arg);
}

/* The next byte string of a CBOR array; lists are longer than 255 bytes here. */
static const uint8_t *string(const uint8_t **at, size_t *len)
{
	const uint8_t *found = *at;

	if (found[0] == 0x58) {
		*len = found[1];
		found += 2;
	} else {
		*len = (size_t)found[1] << 8 | found[2];
		found += 3;
	}
	*at = found + *len;
	return found;
}

static uint64_t word(const uint8_t *list, size_t i)
{
	uint64_t value;

	memcpy(&value, list + 8 * i, 8);
	return le64toh(value);
}

FIXTURE(near) {
	int host;
	int fd;
	uint32_t function;
};

FIXTURE_SETUP(near)
{
	struct vouch_ioc_assign arg = { .size = sizeof(arg) };
	char guest[32], host[32];

	self->host = -1;
	self->fd = -1;
	if (!card_find("guest", guest) || !card_find("host", host))
		SKIP(return, "needs a host and a guest function");
	self->host = card_open(host);
	self->fd = card_open(guest);
	ASSERT_GE(self->host, 0);
	ASSERT_GE(self->fd, 0);
	self->function = attr_number(guest, "function");
	arg.function = self->function;
	ASSERT_EQ(0, call(self->host, VOUCH_IOC_ASSIGN, &arg));
}

FIXTURE_TEARDOWN(near)
{
	close(self->host);
	close(self->fd);
}

TEST_F(near, refusals)
{
	static struct near near;
	struct vouch_ioc_assign assign = { .size = sizeof(assign), .function = self->function };

	EXPECT_EQ(-EACCES, near_run(self->host, &near, 16));
	EXPECT_EQ(-EINVAL, near_run(self->fd, &near, 0));
	EXPECT_EQ(-EINVAL, near_run(self->fd, &near, VOUCH_ROUNDS_MIN - 1));
	EXPECT_EQ(-EINVAL, near_run(self->fd, &near, VOUCH_ROUNDS_MAX + 1));
	EXPECT_EQ(-EINVAL, near_run(self->fd, &near, ~0U));
	near.arg.count = 16;
	near.arg.out_len--;
	EXPECT_EQ(-EINVAL, call(self->fd, VOUCH_IOC_PROXIMITY, &near.arg));
	near.arg.out_len++;
	near.arg.flags = 1;
	EXPECT_EQ(-EINVAL, call(self->fd, VOUCH_IOC_PROXIMITY, &near.arg));
	near.arg.flags = 0;
	near.arg.rounds = 8;
	EXPECT_EQ(-EFAULT, call(self->fd, VOUCH_IOC_PROXIMITY, &near.arg));
	near.arg.rounds = (uintptr_t)near.rounds;
	near.arg.out = 8;
	EXPECT_EQ(-EFAULT, call(self->fd, VOUCH_IOC_PROXIMITY, &near.arg));
	near.arg.out = (uintptr_t)near.out;
	ASSERT_EQ(0, call(self->host, VOUCH_IOC_WITHDRAW, &assign));
	EXPECT_EQ(-ENOLINK, call(self->fd, VOUCH_IOC_PROXIMITY, &near.arg));
	EXPECT_EQ(0xee, near.out[0]);
}

/* SHA384() would take half a libcrypto along. */
static void sha384(const void *data, size_t len, uint8_t *digest)
{
	SHA512_CTX ctx;

	SHA384_Init(&ctx);
	SHA384_Update(&ctx, data, len);
	SHA384_Final(digest, &ctx);
}

static void check_chain(struct __test_metadata *_metadata, const struct near *near, size_t count)
{
	uint8_t digest[SHA384_DIGEST_LENGTH], link[77] = "vouch/challenge/1", chain[93];
	uint64_t response = 0, challenge;
	uint32_t number;

	memcpy(chain, "vouch/chain/1", 13);
	memcpy(chain + 13, near->arg.secret, 32);
	memcpy(chain + 45, near->arg.commitment, 48);
	sha384(chain, sizeof(chain), link + 17);
	for (size_t i = 0; i < count; i++) {
		number = htole32(i);
		memcpy(link + 65, &number, 4);
		response = htole64(response);
		memcpy(link + 69, &response, 8);
		sha384(link, sizeof(link), digest);
		challenge = word(digest, 0);
		ASSERT_EQ(challenge, near->rounds[i].challenge);
		response = near->rounds[i].response;
	}
}

/* What the card signed is what the guest did, by hashes made out here. */
TEST_F(near, lists)
{
	static struct near near;
	const uint8_t *at = near.out + 1, *table, *seen;
	struct timespec before, after;
	uint64_t sum = 0;
	size_t len;

	clock_gettime(CLOCK_MONOTONIC_RAW, &before);
	ASSERT_EQ(0, near_run(self->fd, &near, 128));
	clock_gettime(CLOCK_MONOTONIC_RAW, &after);
	ASSERT_EQ(0x84, near.out[0]);
	string(&at, &len);
	table = string(&at, &len);
	ASSERT_EQ(128 * 8, len);
	seen = string(&at, &len);
	ASSERT_EQ(128 * 8, len);
	for (size_t i = 0; i < 128; i++) {
		EXPECT_EQ(near.rounds[i].challenge, word(seen, i));
		EXPECT_EQ(near.rounds[i].challenge ^ word(table, i), near.rounds[i].response);
		EXPECT_NE(0, near.rounds[i].ns);
		EXPECT_EQ(0, near.rounds[i].rsv);
		sum += near.rounds[i].ns;
	}
	string(&at, &len);
	EXPECT_EQ(near.arg.out_len, at - near.out);
	EXPECT_EQ(0xee, near.out[near.arg.out_len]);
	EXPECT_EQ(0xee, ((uint8_t *)&near.rounds[128])[0]);
	check_chain(_metadata, &near, 128);
	EXPECT_LE(sum, near.arg.end - near.arg.begin);
	EXPECT_LE(before.tv_sec * 1000000000ULL + before.tv_nsec, near.arg.begin);
	EXPECT_GE(after.tv_sec * 1000000000ULL + after.tv_nsec, near.arg.end);
}

TEST_F(near, fresh_each_time)
{
	static struct near a, b;

	ASSERT_EQ(0, near_run(self->fd, &a, VOUCH_ROUNDS_MIN));
	ASSERT_EQ(0, near_run(self->fd, &b, VOUCH_ROUNDS_MIN));
	EXPECT_NE(0, memcmp(a.arg.secret, b.arg.secret, sizeof(a.arg.secret)));
	EXPECT_NE(0, memcmp(a.arg.session, b.arg.session, sizeof(a.arg.session)));
	EXPECT_NE(0, memcmp(a.arg.commitment, b.arg.commitment, sizeof(a.arg.commitment)));
	EXPECT_NE(a.rounds[0].challenge, b.rounds[0].challenge);
}

static void *sessions(void *arg)
{
	static struct near near;
	long failed = 0;

	for (int i = 0; i < TRIES / 10; i++)
		if (near_run(*(int *)arg, &near, ROUNDS))
			failed++;
	return (void *)failed;
}

/* Requests through the queue do not wait for a session, and are not refused. */
TEST_F(near, others_go_on)
{
	static uint8_t out[VOUCH_EVIDENCE_MAX];
	struct vouch_ioc_attest attest;
	pthread_t thread;
	void *failed;

	ASSERT_EQ(0, pthread_create(&thread, NULL, sessions, &self->fd));
	for (int i = 0; i < TRIES / 10; i++)
		EXPECT_EQ(0, card_attest(self->fd, i, out, &attest));
	ASSERT_EQ(0, pthread_join(thread, &failed));
	EXPECT_EQ(NULL, failed);
}

static atomic_int turns;	/* of both */

static void *sessions_until_busy(void *arg)
{
	static __thread struct near near;
	int rc = 0;

	while (!rc && atomic_fetch_add(&turns, 1) < 20 * TRIES)
		rc = near_run(*(int *)arg, &near, ROUNDS);
	if (rc)
		atomic_store(&turns, 20 * TRIES);
	return (void *)(long)rc;
}

/* Two that never pause: the first to find the other gives up, and is told why. */
TEST_F(near, one_at_a_time)
{
	pthread_t thread;
	void *other;
	long mine;

	ASSERT_EQ(0, pthread_create(&thread, NULL, sessions_until_busy, &self->fd));
	mine = (long)sessions_until_busy(&self->fd);
	ASSERT_EQ(0, pthread_join(thread, &other));
	EXPECT_TRUE(mine == -EBUSY || (mine == 0 && (long)other == -EBUSY));
	EXPECT_TRUE((long)other == -EBUSY || (long)other == 0);
}

/* Killed at any time, a session leaves nothing behind that stops the next. */
TEST_F(near, killed)
{
	static struct near near;
	int status;
	pid_t child;

	for (int i = 0; i < TRIES / 10; i++) {
		child = fork();
		ASSERT_GE(child, 0);
		while (!child)
			near_run(self->fd, &near, ROUNDS);
		usleep(1000 * (i + 1));
		kill(child, SIGKILL);
		ASSERT_EQ(child, waitpid(child, &status, 0));
		EXPECT_TRUE(WIFSIGNALED(status));
		ASSERT_EQ(0, near_run(self->fd, &near, VOUCH_ROUNDS_MIN));
	}
}

int main(int argc, char **argv)
{
	if (!card_is_there())
		ksft_exit_skip("no card\n");
	return test_harness_run(argc, argv);
}
