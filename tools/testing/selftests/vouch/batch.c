// SPDX-License-Identifier: GPL-2.0-only
/* Many who ask for evidence at once, through one function. */

#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <kselftest_harness.h>

#include "common.h"

#define TOGETHER	8
#define REQUESTS	25

struct asker {
	int fd;
	uint8_t fill;
	uint32_t flags;
	unsigned int shared;
	int error;
	uint8_t out[VOUCH_EVIDENCE_MAX];
};

/* Batched evidence is an array (Documentation/formats.rst), and no tag. */
static void *ask_often(void *arg)
{
	struct asker *asker = arg;
	struct vouch_ioc_attest attest;
	uint8_t nonce[VOUCH_DIGEST_SIZE];

	memset(nonce, asker->fill, sizeof(nonce));
	for (int i = 0; !asker->error && i < REQUESTS; i++) {
		memset(&attest, 0, sizeof(attest));
		attest.size = sizeof(attest);
		attest.flags = asker->flags;
		attest.out = (uintptr_t)asker->out;
		attest.out_len = sizeof(asker->out);
		memcpy(attest.nonce, nonce, sizeof(nonce));
		asker->error = call(asker->fd, VOUCH_IOC_ATTEST, &attest);
		if (!asker->error && !memmem(asker->out, attest.out_len, nonce, sizeof(nonce)))
			asker->error = -EBADMSG;
		asker->shared += asker->out[0] >> 5 == 4;
	}
	return NULL;
}

FIXTURE(batch) {
	int fd;
};

FIXTURE_SETUP(batch)
{
	char name[32];

	ASSERT_TRUE(card_find("host", name));
	self->fd = card_open(name);
	ASSERT_GE(self->fd, 0);
}

FIXTURE_TEARDOWN(batch)
{
	close(self->fd);
}

/* Those that wait together may share a signature, but for who insists. */
TEST_F(batch, attest_together)
{
	static struct asker askers[TOGETHER];
	pthread_t threads[TOGETHER];
	unsigned int shared = 0;

	for (int i = 0; i < TOGETHER; i++) {
		askers[i] = (struct asker) { .fd = self->fd, .fill = 0x40 + i };
		askers[i].flags = i ? 0 : VOUCH_ATTEST_OWN_SIGNATURE;
		ASSERT_EQ(0, pthread_create(&threads[i], NULL, ask_often, &askers[i]));
	}
	for (int i = 0; i < TOGETHER; i++) {
		ASSERT_EQ(0, pthread_join(threads[i], NULL));
		EXPECT_EQ(0, askers[i].error);
		shared += askers[i].shared;
	}
	EXPECT_EQ(0, askers[0].shared);
	EXPECT_GT(shared, 0);
	TH_LOG("%u of %u answers shared a signature", shared, (TOGETHER - 1) * REQUESTS);
}

int main(int argc, char **argv)
{
	if (!card_is_there())
		ksft_exit_skip("no card\n");
	return test_harness_run(argc, argv);
}
