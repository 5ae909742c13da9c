// SPDX-License-Identifier: GPL-2.0-only
/*
 * The card's core next to what it cannot do without: a signature, its hashes, a
 * write to disk. Ours and theirs take turns in one run, so that a noisy machine
 * is noisy to both. Prints a JSON object a line.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <openssl/ec.h>

#include "../core/le.h"
#include "../platform/clock.h"
#include "../platform/counter.h"
#include "../platform/crypto.h"
#include "../platform/file.h"
#include "../platform/store.h"

#define ROUNDS		2000
#define APPENDS		500	/* in one round of the hash comparison */
#define DISK_ROUNDS	400
#define BATCH		32
#define CAPACITY	(1 << 20)

static struct vouch_card card;
static struct vouch_card_config config;
static struct vouch_crypto crypto;
static struct vouch_store store;
static struct vouch_counter counter;
static uint64_t power_on;
static uint64_t times[2][ROUNDS];
static uint8_t out[VOUCH_TRANSFER_MAX];
static bool on_disk;

/* Without a disk: the core reads nothing back here, so nothing is kept. */
static int append(void *ctx, const void *buf, size_t len)
{
	(void)ctx;
	if (on_disk)
		return vouch_store_append(&store, buf, len);
	return 0;
}

static int flush(void *ctx)
{
	(void)ctx;
	return on_disk ? vouch_store_flush(&store) : 0;
}

static int read_at(void *ctx, uint64_t offset, void *buf, size_t len)
{
	(void)ctx;
	return on_disk ? vouch_store_read(&store, offset, buf, len) : -ENODATA;
}

static int size(void *ctx, uint64_t *bytes)
{
	(void)ctx;
	*bytes = 0;
	return on_disk ? vouch_store_size(&store, bytes) : 0;
}

static int cut(void *ctx, uint64_t bytes)
{
	(void)ctx;
	return on_disk ? vouch_store_truncate(&store, bytes) : 0;
}

static int counter_read(void *ctx, uint64_t *value)
{
	(void)ctx;
	*value = on_disk ? counter.value : 0;
	return 0;
}

static int counter_advance(void *ctx, uint64_t value)
{
	(void)ctx;
	return on_disk ? vouch_counter_advance(&counter, value) : 0;
}

static void must(bool good, const char *what)
{
	if (good)
		return;
	fprintf(stderr, "card-core: %s failed\n", what);
	exit(1);
}

static void open_card(void)
{
	struct vouch_card_report report;

	power_on = vouch_clock_raw();
	must(!vouch_card_open(&card, &config, &report) && !vouch_card_attach(&card, 0),
	     "opening a card");
}

static void configure(EVP_PKEY *key)
{
	static uint8_t certificate[700];

	must(key && !vouch_crypto_open(&crypto, key), "making a key");
	vouch_crypto_table(&crypto, &config.crypto);
	config.clock = (struct vouch_card_clock) { vouch_clock_since, &power_on };
	config.storage = (struct vouch_card_storage) {
		append, flush, read_at, size, cut, counter_read, counter_advance, NULL,
	};
	config.alias = (struct vouch_span) { certificate, 700 };
	config.device = (struct vouch_span) { certificate, 570 };
	config.alg = VOUCH_ALG_ES384;
	config.functions = 2;
	config.capacity = CAPACITY;
	config.index = calloc(VOUCH_CARD_INDEX(CAPACITY), sizeof(*config.index));
	must(config.index, "allocating");
}

static void execute(uint16_t opcode, const void *in, size_t in_len, size_t out_cap)
{
	const struct vouch_cmd cmd = {
		.opcode = vouch_to_le16(opcode),
		.in_addr = vouch_to_le64(1),
		.in_len = vouch_to_le32((uint32_t)in_len),
		.out_len = vouch_to_le32((uint32_t)out_cap),
	};
	struct vouch_card_reply reply;

	vouch_card_execute(&card, 0, &cmd, in, in_len, out, out_cap, vouch_card_now(&card),
			   &reply);
	must(!vouch_le16(reply.cpl.status), "a command");
	vouch_card_sent(&card, 0, &reply);
}

static void append_record(void)
{
	static struct {
		struct vouch_append head;
		char name[16];
	} in = { .name = "vmlinuz-6.12.107" };

	in.head.type = vouch_to_le16(VOUCH_REC_MODULE_LOAD);
	in.head.flags = vouch_to_le16(VOUCH_APPEND_DIGEST);
	in.head.name_len = vouch_to_le16(sizeof(in.name));
	in.head.ref = vouch_to_le64(VOUCH_NO_REF);
	execute(VOUCH_OP_APPEND, &in, sizeof(in), sizeof(struct vouch_appended));
}

static int order(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static double median(uint64_t *values, size_t count)
{
	qsort(values, count, sizeof(*values), order);
	return (double)values[count / 2];
}

static void print(const char *name, double ours, double theirs, double goal)
{
	const double ratio = ours / theirs;

	printf("{\"name\": \"%s\", \"unit\": \"us\", \"ours\": %.3f, \"theirs\": %.3f, "
	       "\"ratio\": %.3f, \"goal\": ", name, ours / 1000, theirs / 1000, ratio);
	if (goal > 0)
		printf("%.2f, \"ok\": %s", goal, ratio <= goal ? "true" : "false");
	else
		printf("null, \"ok\": true");
	printf(", \"command\": \"build/bench/card-core\"}\n");
}

static void bench_attest(void)
{
	const struct vouch_attest request = { 0 };
	uint8_t digest[VOUCH_DIGEST_SIZE] = { 1 }, der[128];
	size_t i;

	for (i = 0; i < ROUNDS; i++) {
		const uint64_t start = vouch_clock_raw();
		size_t der_len = sizeof(der);
		uint64_t middle;

		must(EVP_PKEY_sign(crypto.sign, der, &der_len, digest, sizeof(digest)) > 0,
		     "signing");
		middle = vouch_clock_raw();
		execute(VOUCH_OP_ATTEST, &request, sizeof(request), VOUCH_EVIDENCE_MAX);
		times[0][i] = vouch_clock_raw() - middle;
		times[1][i] = middle - start;
		digest[0]++;
	}
	print("card attest p50 / bare ES384 sign p50", median(times[0], ROUNDS),
	      median(times[1], ROUNDS), 1.15);
}

/* The four hashes of an append: content, running digest, leaf, a node. */
static void hash_record(void)
{
	static uint8_t bytes[128];
	static const size_t lengths[] = { 92, 96, 49, 97 };
	size_t i;

	for (i = 0; i < 4; i++) {
		const struct vouch_span part = { bytes, lengths[i] };

		must(!config.crypto.sha384(&crypto, &part, 1, bytes), "hashing");
	}
}

static void bench_append(void)
{
	size_t i, j;

	for (i = 0; i < ROUNDS / 4; i++) {
		const uint64_t start = vouch_clock_raw();
		uint64_t middle;

		for (j = 0; j < APPENDS; j++)
			hash_record();
		middle = vouch_clock_raw();
		for (j = 0; j < APPENDS; j++) {
			append_record();
			must(!vouch_card_commit(&card), "a commit");
		}
		times[0][i] = (vouch_clock_raw() - middle) / APPENDS;
		times[1][i] = (middle - start) / APPENDS;
	}
	print("card append without disk / its own hashes", median(times[0], ROUNDS / 4),
	      median(times[1], ROUNDS / 4), 1.5);
}

static void open_disk(const char *folder, int *bare)
{
	char path[VOUCH_PATH_SIZE];

	must(!vouch_path_join(path, folder, "/card-core.counter") &&
	     !vouch_counter_create(path, config.card_id) &&
	     !vouch_counter_open(&counter, path, config.card_id), "making a counter");
	must(!vouch_path_join(path, folder, "/card-core.journal") &&
	     (!unlink(path) || errno == ENOENT) && !vouch_store_open(&store, path),
	     "making a journal");
	must(!vouch_path_join(path, folder, "/card-core.bare"), "a path");
	*bare = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	must(*bare >= 0, "making a file");
	on_disk = true;
}

static void bench_disk(const char *folder, size_t batch, const char *name)
{
	uint8_t bytes[170 * BATCH] = { 0 };
	off_t at = 0;
	size_t i, j;
	int bare;

	open_disk(folder, &bare);
	open_card();
	for (i = 0; i < DISK_ROUNDS; i++) {
		const uint64_t start = vouch_clock_raw();
		uint64_t middle;

		must(!vouch_file_write_at(bare, bytes, 170 * batch, at) && !fdatasync(bare),
		     "writing");
		at += (off_t)(170 * batch);
		middle = vouch_clock_raw();
		for (j = 0; j < batch; j++)
			append_record();
		must(!vouch_card_commit(&card), "a commit");
		times[0][i] = (vouch_clock_raw() - middle) / batch;
		times[1][i] = middle - start;
	}
	print(name, median(times[0], DISK_ROUNDS), median(times[1], DISK_ROUNDS), 0);
	vouch_card_close(&card);
	vouch_store_close(&store);
	vouch_counter_close(&counter);
	close(bare);
	on_disk = false;
}

int main(int argc, char **argv)
{
	const char *folder = argc > 1 ? argv[1] : ".";
	EVP_PKEY *key = EVP_EC_gen("P-384");

	configure(key);
	open_card();
	bench_attest();
	bench_append();
	bench_disk(folder, 1, "card append on disk, one a commit / one write and fdatasync");
	bench_disk(folder, BATCH,
		   "card append on disk, 32 a commit / one write and fdatasync of the 32");
	free(config.index);
	vouch_crypto_close(&crypto);
	EVP_PKEY_free(key);
	return 0;
}
