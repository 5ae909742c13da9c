// SPDX-License-Identifier: GPL-2.0-only
/*
 * Replaying and judging a long log, next to the bare hashing that it contains:
 * the same number of SHA-384 compressions, in turns and in processor time, so
 * that a noisy machine is noisy to both. Before, the memory for a short and a
 * long log. Prints a JSON object a line; the logs go to build/bench/ meanwhile.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "../lib/history.h"
#include "../lib/log.h"
#include "long-log.h"

#define SHORT		10000U
#define LONG		1000000U
#define ROUNDS		3
#define BLOCK		VOUCH_LONG_LOG_BLOCK

static const uint8_t card[VOUCH_CARD_ID_LEN], instance[VOUCH_INSTANCE_LEN];

struct job {
	struct vouch_reader reader;
	struct vouch_range range;
	struct vouch_log_claim claim;
	struct vouch_refs *refs;
	struct vouch_hash hash;
	uint64_t compressions;
	int fd;
};

static void die(const char *what)
{
	fprintf(stderr, "verify-log: %s: %s\n", what, strerror(errno));
	exit(1);
}

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static int read_at(void *ctx, uint64_t offset, void *buf, size_t len)
{
	struct job *job = ctx;

	return pread(job->fd, buf, len, (off_t)offset) == (ssize_t)len ? 0 : -EIO;
}

static struct vouch_refs *make_refs(void)
{
	struct vouch_refs *refs = vouch_refs_new();
	uint8_t digest[1][VOUCH_REF_DIGEST_SIZE];
	struct vouch_ref ref = {
		.kind = VOUCH_REF_MODULE, .name = "module", .name_len = 6, .digest_count = 1,
		.digests = (const uint8_t (*)[VOUCH_REF_DIGEST_SIZE])digest,
	};
	uint32_t i;

	if (!refs || vouch_refs_add_signer(refs, "provider", false, &ref.signer))
		die("references");
	for (i = 0; i < VOUCH_LONG_LOG_REFERENCES; i++) {
		vouch_long_log_reference(digest[0], i);
		if (vouch_refs_add(refs, &ref))
			die("references");
	}
	if (vouch_refs_seal(refs))
		die("references");
	return refs;
}

static void open_log(struct job *job, const char *path, uint32_t count)
{
	struct stat st;

	memset(job, 0, sizeof(*job));
	if (vouch_hash_init(&job->hash))
		die("SHA-384");
	job->claim.count = count;
	if (vouch_long_log_write(path, &job->claim, card, &job->hash, &job->compressions))
		die(path);
	job->fd = open(path, O_RDONLY);
	if (job->fd < 0 || fstat(job->fd, &st))
		die(path);
	job->range.len = (uint64_t)st.st_size;
	job->range.present = true;
	job->reader = (struct vouch_reader){ read_at, job, job->range.len };
	job->refs = make_refs();
}

static double replay(struct job *job)
{
	static uint8_t window[VOUCH_LOG_WINDOW];
	struct vouch_findings findings = { .room = 0 };
	const struct vouch_policy policy = { .role = 0 };
	struct vouch_history history = {
		.refs = job->refs, .policy = &policy, .hash = &job->hash, .findings = &findings,
		.judge = true, .card_id = card, .instance = instance,
	};
	struct vouch_log log = {
		.reader = &job->reader, .range = &job->range, .claim = &job->claim, .card_id = card,
		.findings = &findings, .on_record = vouch_history_record, .ctx = &history,
		.hash = &job->hash, .window = window,
	};
	double start = now();

	vouch_history_init(&history);
	if (!vouch_log_replay(&log) || findings.totals[VOUCH_CLASS_POLICY]) {
		fprintf(stderr, "verify-log: the log is not proven: %s\n",
			vouch_reason_code(findings.first_bad.reason));
		exit(1);
	}
	return now() - start;
}

/* One message of that many blocks: nothing but compressions. */
static double bulk(struct job *job)
{
	static uint8_t buf[VOUCH_LOG_WINDOW];
	uint64_t left = job->compressions * BLOCK;
	uint8_t digest[VOUCH_HASH_SIZE];
	double start = now();

	EVP_DigestInit_ex2(job->hash.ctx, job->hash.md, NULL);
	while (left) {
		size_t len = left < sizeof(buf) ? (size_t)left : sizeof(buf);

		EVP_DigestUpdate(job->hash.ctx, buf, len);
		left -= len;
	}
	EVP_DigestFinal_ex(job->hash.ctx, digest, NULL);
	return now() - start;
}

/* A chain of extends, one block each: what the library's calls cost too. */
static double extends(struct job *job)
{
	uint8_t digest[2 * VOUCH_HASH_SIZE] = { 0 };
	double start = now();
	uint64_t i;

	for (i = 0; i < job->compressions; i++)
		VOUCH_HASH(&job->hash, digest, { digest, sizeof(digest) });
	return now() - start;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void print_row(const char *name, const char *unit, double ours, double theirs, double goal)
{
	printf("{\"name\": \"%s\", \"unit\": \"%s\", \"ours\": %.3f, \"theirs\": %.3f, "
	       "\"ratio\": %.3f, ", name, unit, ours, theirs, ours / theirs);
	if (goal > 0)
		printf("\"goal\": %.2f, \"ok\": %s}\n", goal,
		       ours / theirs <= goal ? "true" : "false");
	else
		printf("\"goal\": null, \"ok\": true}\n");
	fflush(stdout);
}

static void measure_speed(const char *path)
{
	double times[3][ROUNDS];
	struct job job;
	int i;

	open_log(&job, path, LONG);
	for (i = 0; i < ROUNDS; i++) {
		times[0][i] = replay(&job);
		times[1][i] = extends(&job);
		times[2][i] = bulk(&job);
	}
	for (i = 0; i < 3; i++)
		qsort(times[i], ROUNDS, sizeof(double), compare);
	print_row("verifier: 1 M records, next to its SHA-384 extends", "ns/record",
		  times[0][ROUNDS / 2] * 1e9 / LONG, times[1][ROUNDS / 2] * 1e9 / LONG, 2);
	print_row("verifier: 1 M records, next to bare compressions", "ns/record",
		  times[0][ROUNDS / 2] * 1e9 / LONG, times[2][ROUNDS / 2] * 1e9 / LONG, 0);
	vouch_refs_free(job.refs);
	vouch_hash_free(&job.hash);
	close(job.fd);
}

/* In a process of its own, so that each has its own peak. */
static double measure_memory(const char *path, uint32_t count)
{
	struct rusage usage;
	struct job job;
	int status;
	pid_t pid = fork();

	if (!pid) {
		open_log(&job, path, count);
		replay(&job);
		_exit(0);
	}
	if (pid < 0 || wait4(pid, &status, 0, &usage) != pid || status)
		die("memory");
	return (double)usage.ru_maxrss;
}

int main(void)
{
	char path[64];
	double small, large;

	mkdir("build", 0777);
	mkdir("build/bench", 0777);
	snprintf(path, sizeof(path), "build/bench/verify-log.%d.cbor", (int)getpid());
	small = measure_memory(path, SHORT);
	large = measure_memory(path, LONG);
	print_row("verifier: peak memory, 1 M records next to 10 k", "KiB", large, small, 1.05);
	measure_speed(path);
	unlink(path);
	return 0;
}
