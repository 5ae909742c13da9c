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

#define CALLERS		64
#define WRITERS		4
#define AREA		(256 * 1024)

static const unsigned long requests[] = {
	VOUCH_IOC_INFO, VOUCH_IOC_LOG_STATE, VOUCH_IOC_CERTS, VOUCH_IOC_ATTEST,
	VOUCH_IOC_RECEIPT, VOUCH_IOC_LOG_READ, VOUCH_IOC_MEASURE, VOUCH_IOC_RECORD,
	VOUCH_IOC_ASSIGN, VOUCH_IOC_WITHDRAW, VOUCH_IOC_PROXIMITY,
};

static const int allowed[] = {
	0, -EINVAL, -EFAULT, -E2BIG, -ENOTTY, -EAGAIN, -ENODEV, -ETIMEDOUT, -EACCES,
	-ENOBUFS, -ENOSPC, -ENOLINK, -ENOENT, -EIO, -ENOMEM, -EBUSY,
};

static atomic_bool stop;
static atomic_int odd;		/* an errno that has no business here */
static atomic_uint asked, answered, written;
static char card[32], pci[128];
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

/* Mostly near what is right: what is refused at the door finds little. */
static void argument(uint64_t *state, void *arg, size_t size)
{
	uint32_t *words = arg;

	memset(arg, 0, 4096);
	words[0] = next(state) % 8 ? size : next(state) % 4200;
	if (!(next(state) % 4))
		words[1] = next(state);
	for (unsigned int i = 2; i < size / 4; i++) {
		switch (next(state) % 6) {
		case 0:
			words[i] = next(state);
			break;
		case 1:
		case 2:
			words[i] = next(state) % 300;
			break;
		case 3:
			if (!(i & 1) && i + 1 < size / 4) {
				uint64_t at = pointer(state);

				memcpy(&words[i++], &at, sizeof(at));
			}
			break;
		}
	}
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
	union {
		struct vouch_ioc_attest attest;
		uint8_t bytes[4096];
	} arg;
	int fd = card_open(card);

	while (!stop) {
		unsigned long cmd = requests[next(&state) % ARRAY_SIZE(requests)];
		int rc;

		argument(&state, &arg, _IOC_SIZE(cmd));
		if (!(next(&state) % 32))
			cmd ^= 1UL << next(&state) % 32;
		/* Whoever waits ten minutes for a card that was reset has asked for it. */
		if (cmd == VOUCH_IOC_ATTEST)
			arg.attest.timeout_ms = next(&state) % 3000;
		rc = call(fd, cmd, next(&state) % 16 ? (void *)&arg : (void *)pointer(&state));
		asked++;
		answered += !rc;
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

struct saved {
	char name[64], text[64];
};

static unsigned int parameters_save(struct saved *saved, unsigned int room)
{
	DIR *dir = opendir(PARAMETERS);
	struct dirent *entry;
	unsigned int n = 0;

	while (dir && n < room && (entry = readdir(dir))) {
		char path[600];
		ssize_t size;
		int fd;

		if (entry->d_type != DT_REG)
			continue;
		snprintf(path, sizeof(path), PARAMETERS "/%s", entry->d_name);
		fd = open(path, O_RDONLY);
		size = fd < 0 ? -1 : read(fd, saved[n].text, sizeof(saved[n].text) - 1);
		close(fd);
		if (size <= 0)
			continue;
		saved[n].text[size] = 0;
		snprintf(saved[n++].name, sizeof(saved[0].name), "%.63s", entry->d_name);
	}
	if (dir)
		closedir(dir);
	return n;
}

static long variable(const char *name, long otherwise)
{
	const char *text = getenv(name);

	return text ? strtol(text, NULL, 0) : otherwise;
}

static bool setup(void)
{
	char path[64], *real;

	if (!card_find("host", card))
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
	struct saved saved[32];
	unsigned int parameters;
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
		write_once(PARAMETERS, saved[i].name, saved[i].text, strlen(saved[i].text));

	TH_LOG("seed %llu, %ld s: %u requests, %u granted, %u writes taken",
	       (unsigned long long)seed, seconds, asked, answered, written);
	EXPECT_EQ(0, odd);
	EXPECT_TRUE(answered > 0 && written > 0);
	/* A reset too early may have left it for gone; one more is the way back. */
	write_once(pci, "reset", "1", 1);
	for (int i = 0; i < 600 && strcmp(text, "ready"); i++, usleep(100000))
		attr_read(card, "state", text, sizeof(text));
	EXPECT_STREQ("ready", text);
	fd = card_open(card);
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
