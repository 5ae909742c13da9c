// SPDX-License-Identifier: GPL-2.0-only
/* Resets and removal of the PCI function while commands are under way: no
 * hang, the right errors, and every acknowledged record is still in the log.
 */

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <kselftest_harness.h>

#include "common.h"
#include "log.h"

#define THREADS	8
#define RECORDS	512

struct acked {
	uint64_t number;
	uint8_t digest[VOUCH_DIGEST_SIZE];
};

struct run {
	char name[32];
	char pci[300];		/* path of the PCI device */
	int fd;
	atomic_bool stop;
	atomic_int odd;		/* an error that has no business here */
	atomic_int again;	/* EAGAIN and ENODEV */
	atomic_uint count;
	bool early;		/* a record of user space before the kernel's own */
	struct acked acked[RECORDS];
};

FIXTURE(reset) {
	struct run run;
};

static bool pci_write(const char *pci, const char *attr)
{
	char path[400];
	bool ok;
	int fd;

	snprintf(path, sizeof(path), "%s/%s", pci, attr);
	fd = open(path, O_WRONLY);
	ok = fd >= 0 && write(fd, "1", 1) == 1;
	if (fd >= 0)
		close(fd);
	return ok;
}

static bool wait_ready(const char *name)
{
	char text[32];

	for (int i = 0; i < 600; i++) {
		if (attr_read(name, "state", text, sizeof(text)) > 0 && !strcmp(text, "ready"))
			return true;
		usleep(100000);
	}
	return false;
}

FIXTURE_SETUP(reset)
{
	char path[64], *real;

	self->run.fd = -1;
	if (!card_find("host", self->run.name))
		SKIP(return, "no host function");
	snprintf(path, sizeof(path), CLASS "/%s/device", self->run.name);
	real = realpath(path, NULL);
	ASSERT_NE(NULL, real);
	snprintf(self->run.pci, sizeof(self->run.pci), "%s", real);
	free(real);
	self->run.fd = card_open(self->run.name);
	ASSERT_GE(self->run.fd, 0);
	ASSERT_TRUE(wait_ready(self->run.name));
}

FIXTURE_TEARDOWN(reset)
{
	if (self->run.fd >= 0)
		close(self->run.fd);
}

static void *worker(void *data)
{
	struct run *run = data;
	struct vouch_ioc_measure measure;
	struct vouch_ioc_attest attest;
	uint8_t out[VOUCH_EVIDENCE_MAX];

	while (!run->stop) {
		int rc = card_measure(run->fd, "under load", &measure);

		if (!rc) {
			unsigned int i = run->count++;

			if (i < RECORDS) {
				run->acked[i].number = measure.number;
				memcpy(run->acked[i].digest, measure.record, VOUCH_DIGEST_SIZE);
			}
			rc = card_attest(run->fd, 1, out, &attest);
		}
		if (rc == -EAGAIN || rc == -ENODEV) {
			run->again++;
			usleep(1000);
		} else if (rc) {
			run->odd = rc;
		}
	}
	return NULL;
}

static void load_start(struct run *run, pthread_t threads[THREADS])
{
	for (int i = 0; i < THREADS; i++)
		pthread_create(&threads[i], NULL, worker, run);
	while (run->count < 20 && !run->odd)
		usleep(10000);
}

static void load_stop(struct run *run, pthread_t threads[THREADS])
{
	run->stop = true;
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
}

/* How many of the acknowledged records the log lacks; -1: the log is broken. */
static int lost(struct run *run, unsigned int types[VOUCH_REC_LAST + 1])
{
	unsigned int found = 0, count = run->count < RECORDS ? run->count : RECORDS;
	struct record record;
	bool waits = false;
	const uint8_t *at;
	uint64_t next = 0;
	uint8_t *log;
	size_t size;
	int rc;

	log = log_slurp(run->name, &size);
	if (!log)
		return -1;
	at = log;
	while ((rc = log_next(&at, log + size, &record)) == 1) {
		if (record.number != next++ || record.type > VOUCH_REC_LAST) {
			rc = -1;
			break;
		}
		types[record.type]++;
		if (record.type == VOUCH_REC_ATTACH)
			waits = true;
		else if (record.type == VOUCH_REC_KERNEL)
			waits = false;
		run->early |= waits && record.type == VOUCH_REC_USER;
		for (unsigned int i = 0; i < count; i++)
			found += run->acked[i].number == record.number &&
				 !memcmp(run->acked[i].digest, record.digest, VOUCH_DIGEST_SIZE);
	}
	free(log);
	return rc ? -1 : (int)(count - found);
}

TEST_F_TIMEOUT(reset, under_load, 240)
{
	unsigned int before[VOUCH_REC_LAST + 1] = {}, after[VOUCH_REC_LAST + 1] = {};
	long long epoch = attr_number(self->run.name, "epoch");
	pthread_t threads[THREADS];

	ASSERT_EQ(0, lost(&self->run, before));
	load_start(&self->run, threads);
	for (int i = 0; i < 3; i++) {
		EXPECT_TRUE(pci_write(self->run.pci, "reset"));
		EXPECT_TRUE(wait_ready(self->run.name));
		usleep(100000);
	}
	load_stop(&self->run, threads);
	EXPECT_EQ(0, self->run.odd);
	TH_LOG("%u records acknowledged, %d calls told to try again",
	       self->run.count, self->run.again);

	EXPECT_EQ(epoch + 3, attr_number(self->run.name, "epoch"));
	EXPECT_EQ(0, lost(&self->run, after));
	EXPECT_EQ(before[VOUCH_REC_RESET] + 3, after[VOUCH_REC_RESET]);
	EXPECT_EQ(before[VOUCH_REC_ATTACH] + 3, after[VOUCH_REC_ATTACH]);
	/* After a reset this kernel says again what it is, before all else. */
	EXPECT_FALSE(self->run.early);
	EXPECT_EQ(before[VOUCH_REC_KERNEL] + 3, after[VOUCH_REC_KERNEL]);
	EXPECT_EQ(before[VOUCH_REC_CMDLINE] + 3, after[VOUCH_REC_CMDLINE]);
}

/* The function goes while it is used; open files live on and say ENODEV. */
TEST_F_TIMEOUT(reset, removed_in_use, 240)
{
	struct vouch_ioc_info info = { .size = sizeof(info) };
	unsigned int types[VOUCH_REC_LAST + 1] = {};
	pthread_t threads[THREADS];

	load_start(&self->run, threads);
	ASSERT_TRUE(pci_write(self->run.pci, "remove"));
	EXPECT_EQ(-ENODEV, call(self->run.fd, VOUCH_IOC_INFO, &info));
	EXPECT_NE(0, access(self->run.pci, F_OK));
	ASSERT_TRUE(pci_write("/sys/bus/pci", "rescan"));
	load_stop(&self->run, threads);
	EXPECT_EQ(0, self->run.odd);
	EXPECT_EQ(-ENODEV, call(self->run.fd, VOUCH_IOC_INFO, &info));

	ASSERT_TRUE(card_find("host", self->run.name));
	ASSERT_TRUE(wait_ready(self->run.name));
	EXPECT_EQ(0, lost(&self->run, types));
}

int main(int argc, char **argv)
{
	if (!card_is_there())
		ksft_exit_skip("no card\n");
	return test_harness_run(argc, argv);
}
