// SPDX-License-Identifier: GPL-2.0-only
/* Requests of every kind with sizes, pointers and fields at random, from many
 * threads, while the function is reset and the module's parameters change.
 * VOUCH_FUZZ_SEED and VOUCH_FUZZ_SECONDS choose another run than the short one.
 */

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include <kselftest_harness.h>

#include "common.h"
#include "log.h"
#include "request.h"

#define CALLERS		64
#define WRITERS		4
#define AREA		(256 * 1024)

static const int allowed[] = {
	0, -EINVAL, -EFAULT, -E2BIG, -ENOTTY, -EAGAIN, -ENODEV, -ETIMEDOUT, -EACCES,
	-ENOBUFS, -ENOSPC, -ENOLINK, -ENOENT, -EIO, -ENOMEM, -EBUSY,
};

static atomic_bool stop;
static atomic_int odd;		/* an errno that has no business here */
static atomic_uint asked, written, granted[REQUESTS];
static char card[32], guest[32], pci[128];
static uint8_t *area;		/* only the first half can be written */
static uint64_t seed = 1;

static uint64_t next(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

static uint64_t pointer(uint64_t *state)
{
	switch (next(state) % 6) {
	case 0:
		return next(state);
	case 1:
		return next(state) % 4096;
	case 2:		/* across the end of what can be written */
		return (uintptr_t)area + AREA / 2 - next(state) % 512;
	case 3:
		return 0xffff800000000000 + next(state) % (1ULL << 46);
	default:
		return (uintptr_t)area + next(state) % (AREA / 4);
	}
}

/* One word or pointer of the argument, as nobody would have it. */
static void spoil(uint64_t *state, union request_arg *arg, size_t size)
{
	uint32_t at = 4 * (next(state) % (size / 4)), word = next(state);
	uint64_t address = pointer(state);

	switch (next(state) % 4) {
	case 0:
		memcpy(arg->bytes + at, &word, sizeof(word));
		break;
	case 1:
		word %= 300;
		memcpy(arg->bytes + at, &word, sizeof(word));
		break;
	case 2:
		arg->bytes[at] ^= 1U << word % 8;
		break;
	case 3:		/* the pointers of all arguments are aligned */
		at = at / 8 * 8;
		if (at + 8 <= size)
			memcpy(arg->bytes + at, &address, sizeof(address));
		break;
	}
}

/* Mostly near what is right: what is refused at the door finds little. */
static void argument(uint64_t *state, const struct request *request, const uint8_t *evidence,
		     union request_arg *arg)
{
	uint8_t *out = area + next(state) % (AREA / 4);

	request_fill(request, next(state), out, evidence, arg);
	if (!(next(state) % 16))
		arg->info.size = next(state) % 4200;
	if (!(next(state) % 16))
		arg->info.flags = next(state);
	if (next(state) % 2)
		for (unsigned int n = next(state) % 4; n; n--)
			spoil(state, arg, request->size);
	/* Whoever waits ten minutes for a card that was reset has asked for it. */
	if (request->cmd == VOUCH_IOC_ATTEST)
		arg->attest.timeout_ms = next(state) % 3000;
}

static bool is_allowed(int rc)
{
	for (size_t i = 0; i < ARRAY_SIZE(allowed); i++)
		if (allowed[i] == rc)
			return true;
	return false;
}

static void *caller(void *data)
{
	uint64_t state = seed * 0x9e3779b97f4a7c15 + (uintptr_t)data + 1;
	int fd = card_open((uintptr_t)data % 4 ? card : guest);
	union request_arg arg;
	uint8_t evidence[VOUCH_DIGEST_SIZE] = { 0 };

	while (!stop) {
		unsigned int which = next(&state) % REQUESTS;
		unsigned long cmd = requests[which].cmd;
		int rc;

		argument(&state, &requests[which], evidence, &arg);
		if (!(next(&state) % 32))
			cmd ^= 1UL << next(&state) % 32;
		rc = call(fd, cmd, next(&state) % 16 ? (void *)&arg : (void *)pointer(&state));
		asked++;
		if (!rc && cmd == requests[which].cmd) {
			granted[which]++;
			request_done(&requests[which], &arg, evidence);
		}
		if (!is_allowed(rc))
			odd = rc;
	}
	close(fd);
	return NULL;
}

static void write_once(const char *folder, const char *name, const void *bytes, size_t size)
{
	char path[600];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	fd = open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return;
	written += write(fd, bytes, size) > 0;
	close(fd);
}

/* Every file of a folder: noise, a number, or what one of them takes. */
static void write_all(uint64_t *state, const char *folder)
{
	static const char *const good[] = { "all", "all,-firmware-load", "module-load,taint" };
	DIR *dir = opendir(folder);
	struct dirent *entry;
	char bytes[64];

	while (dir && (entry = readdir(dir))) {
		size_t size = next(state) % sizeof(bytes);

		if (entry->d_type != DT_REG)
			continue;
		for (size_t i = 0; i < size; i++)
			bytes[i] = next(state);
		if (next(state) % 2)
			size = snprintf(bytes, sizeof(bytes), "%llu",
					(unsigned long long)next(state) % 3000);
		else if (!(next(state) % 4))
			size = snprintf(bytes, sizeof(bytes), "%s", good[next(state) % 3]);
		write_once(folder, entry->d_name, bytes, size);
	}
	if (dir)
		closedir(dir);
}

static void *writer(void *data)
{
	uint64_t state = seed * 0xbf58476d1ce4e5b9 + (uintptr_t)data + 1;
	char folder[64];

	snprintf(folder, sizeof(folder), CLASS "/%s", card);
	while (!stop) {
		write_all(&state, next(&state) % 2 ? PARAMETERS : folder);
		usleep(next(&state) % 10000);
	}
	return NULL;
}

static void *resetter(void *data)
{
	uint64_t state = seed + (uintptr_t)data;

	while (!stop) {
		write_once(pci, "reset", "1", 1);
		usleep(200000 + next(&state) % 1000000);
	}
	return NULL;
}

static long variable(const char *name, long otherwise)
{
	const char *text = getenv(name);

	return text ? strtol(text, NULL, 0) : otherwise;
}

static bool setup(void)
{
	char path[64], *real;

	if (!card_find("host", card) || !card_find("guest", guest))
		return false;
	snprintf(path, sizeof(path), CLASS "/%s/device", card);
	real = realpath(path, NULL);
	snprintf(pci, sizeof(pci), "%s", real ? real : "");
	free(real);
	seed = variable("VOUCH_FUZZ_SEED", 1);
	area = mmap(NULL, AREA, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	return area != MAP_FAILED && !mprotect(area + AREA / 2, AREA / 2, PROT_READ);
}

FIXTURE(fuzz) { };
FIXTURE_SETUP(fuzz) { }
FIXTURE_TEARDOWN(fuzz) { }

TEST_F_TIMEOUT(fuzz, hostile_user, 7200)
{
	long seconds = variable("VOUCH_FUZZ_SECONDS", 15);
	pthread_t threads[CALLERS + WRITERS + 1];
	uint8_t out[VOUCH_EVIDENCE_MAX];
	struct vouch_ioc_measure measure;
	struct vouch_ioc_attest attest;
	struct parameter saved[32];
	unsigned int parameters;
	struct vouch_ioc_assign assign = { .size = sizeof(assign), .function = 1 };
	char text[32] = "";
	int fd;

	ASSERT_TRUE(setup());
	parameters = parameters_save(saved, 32);
	for (uintptr_t i = 0; i < CALLERS + WRITERS + 1; i++)
		ASSERT_EQ(0, pthread_create(&threads[i], NULL, i < CALLERS ? caller :
					    i < CALLERS + WRITERS ? writer : resetter, (void *)i));
	sleep(seconds);
	stop = true;
	for (unsigned int i = 0; i < CALLERS + WRITERS + 1; i++)
		pthread_join(threads[i], NULL);
	for (unsigned int i = 0; i < parameters; i++)
		text_write(saved[i].path, saved[i].text);

	TH_LOG("seed %llu, %ld s: %u requests, %u writes taken",
	       (unsigned long long)seed, seconds, asked, written);
	for (unsigned int i = 0; i < REQUESTS; i++) {
		TH_LOG("%s: granted %u times", requests[i].name, granted[i]);
		EXPECT_TRUE(granted[i]);
	}
	EXPECT_EQ(0, odd);
	EXPECT_TRUE(written > 0);
	/* A reset too early may have left it for gone; one more is the way back. */
	write_once(pci, "reset", "1", 1);
	for (int i = 0; i < 600 && strcmp(text, "ready"); i++, usleep(100000))
		attr_read(card, "state", text, sizeof(text));
	EXPECT_STREQ("ready", text);
	fd = card_open(card);
	EXPECT_EQ(0, call(fd, VOUCH_IOC_ASSIGN, &assign));
	EXPECT_EQ(0, card_measure(fd, "after the storm", &measure));
	EXPECT_EQ(0, card_attest(fd, 7, out, &attest));
	EXPECT_GE(log_find(card, measure.number, VOUCH_REC_USER, &(struct record){}), 1);
	close(fd);
}

int main(int argc, char **argv)
{
	if (!card_is_there())
		ksft_exit_skip("no card\n");
	return test_harness_run(argc, argv);
}
