// SPDX-License-Identifier: GPL-2.0-only
/*
 * path TURNS: the whole path from a process to the card and back, next to the same
 * VM's TPM. In a turn one process does every operation some times over, one at a
 * time; then 8 and 64 callers do each. The order changes always, so that whatever
 * else the machine does falls on all alike.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "burst.h"
#include "samples.h"
#include "tpm.h"
#include "vouch.h"

#define TPM_PATH	"/dev/tpm0"
#define WARM_UP		20
#define ROUNDS		25	/* of a turn, by one caller */

struct peers {
	struct vouch_device *card;
	struct tpm *tpm;
	struct line line;	/* before the TPM, which does one thing at a time */
	uint8_t digest[VOUCH_DIGEST_SIZE];
};

static int card_attest(struct peers *peers)
{
	struct vouch_answer answer;

	return vouch_attest(peers->card, 0, peers->digest, 0, &answer);
}

/* One that shares no signature with others, however many ask. */
static int card_attest_own(struct peers *peers)
{
	struct vouch_answer answer;

	return vouch_attest(peers->card, VOUCH_ATTEST_OWN_SIGNATURE, peers->digest, 0, &answer);
}

static int throw_away(void *ctx, const void *buf, size_t len)
{
	(void)ctx;
	(void)buf;
	(void)len;
	return 0;
}

/* All of `vouch attest --no-log`: a fresh key, evidence, receipt and the guest's signature. */
static int card_package(struct peers *peers)
{
	const struct vouch_package_request request = {
		.nonce = peers->digest, .nonce_len = VOUCH_NONCE_MIN, .no_log = true,
	};

	return vouch_package_write(peers->card, &request, throw_away, NULL, NULL);
}

static int card_append(struct peers *peers)
{
	return vouch_measure(peers->card, "bench", peers->digest, NULL, NULL);
}

static int card_info(struct peers *peers)
{
	struct vouch_info info;

	return vouch_info_get(peers->card, &info);
}

static int peer_random(struct peers *peers)
{
	return (int)tpm_random(peers->tpm);
}

static int peer_quote(struct peers *peers)
{
	return (int)tpm_quote(peers->tpm, TPM_P384, peers->digest);
}

static int peer_quote_p256(struct peers *peers)
{
	return (int)tpm_quote(peers->tpm, TPM_P256, peers->digest);
}

static int peer_pcr_extend(struct peers *peers)
{
	return (int)tpm_pcr_extend(peers->tpm, peers->digest);
}

static int peer_nv_extend(struct peers *peers)
{
	return (int)tpm_nv_extend(peers->tpm, peers->digest);
}

static const struct operation {
	const char *name;
	int (*run)(struct peers *peers);
	bool lines_up;
	bool alone;		/* of no interest with many callers */
} operations[] = {
	{ "card attest", card_attest, false, false },
	{ "card attest-own", card_attest_own, false, false },
	{ "card package", card_package, false, true },
	{ "tpm quote", peer_quote, true, false },
	{ "tpm quote-p256", peer_quote_p256, true, false },
	{ "card append", card_append, false, false },
	{ "tpm nv-extend", peer_nv_extend, true, false },
	{ "tpm pcr-extend", peer_pcr_extend, true, false },
	{ "card info", card_info, false, true },
	{ "tpm random", peer_random, true, true },
};

#define N_OPERATIONS (sizeof(operations) / sizeof(operations[0]))

/* How many callers, and how often each asks in a turn. */
static const struct crowd {
	size_t callers;
	size_t each;
} crowds[] = { { 1, ROUNDS }, { 8, 5 }, { 64, 2 } };

#define N_CROWDS (sizeof(crowds) / sizeof(crowds[0]))

struct result {
	struct samples samples;
	uint64_t ns;		/* for all of them */
};

static struct result results[N_CROWDS][N_OPERATIONS];

/* What ran before leaves caches and sleepers behind, so the order changes. */
static void shuffle(size_t *order, size_t count)
{
	for (size_t i = 0; i < count; i++)
		order[i] = i;
	for (size_t i = count - 1; i > 0; i--) {
		size_t j = (size_t)random() % (i + 1), was = order[i];

		order[i] = order[j];
		order[j] = was;
	}
}

static int failed(const struct operation *op, int error)
{
	fprintf(stderr, "%s: error %d (0x%x)\n", op->name, error, (unsigned int)error);
	return -1;
}

static int round_of(struct peers *peers, struct result *into)
{
	size_t order[N_OPERATIONS];

	shuffle(order, N_OPERATIONS);
	for (size_t n = 0; n < N_OPERATIONS; n++) {
		const struct operation *op = &operations[order[n]];
		uint64_t start = samples_clock(), took;
		int ret = op->run(peers);

		if (ret)
			return failed(op, ret);
		took = samples_clock() - start;
		if (into) {
			samples_add(&into[order[n]].samples, took);
			into[order[n]].ns += took;
		}
	}
	peers->digest[0]++;
	return 0;
}

struct request {
	struct peers *peers;
	const struct operation *op;
};

static int request_run(void *ctx, size_t caller)
{
	const struct request *request = ctx;
	struct peers *peers = request->peers;
	int ret;

	(void)caller;
	if (!request->op->lines_up)
		return request->op->run(peers);
	line_enter(&peers->line);
	ret = request->op->run(peers);
	line_leave(&peers->line);
	return ret;
}

static int crowd_of(struct peers *peers, size_t size, size_t operation)
{
	struct result *result = &results[size][operation];
	struct request request = { peers, &operations[operation] };
	struct burst burst = {
		.callers = crowds[size].callers, .each = crowds[size].each,
		.run = request_run, .ctx = &request, .samples = &result->samples,
	};
	int error = request.op->alone ? 0 : burst_run(&burst);

	result->ns += burst.ns;
	return error ? failed(request.op, error) : 0;
}

static int turn(struct peers *peers)
{
	size_t order[(N_CROWDS - 1) * N_OPERATIONS];

	for (size_t i = 0; i < ROUNDS; i++)
		if (round_of(peers, results[0]))
			return -1;
	shuffle(order, (N_CROWDS - 1) * N_OPERATIONS);
	for (size_t i = 0; i < (N_CROWDS - 1) * N_OPERATIONS; i++)
		if (crowd_of(peers, 1 + order[i] / N_OPERATIONS, order[i] % N_OPERATIONS))
			return -1;
	return 0;
}

static int measure(struct peers *peers, size_t turns)
{
	for (size_t i = 0; i < N_CROWDS; i++)
		for (size_t j = 0; j < N_OPERATIONS; j++)
			if (samples_init(&results[i][j].samples, operations[j].name,
					 turns * crowds[i].callers * crowds[i].each))
				return -1;
	for (size_t i = 0; i < WARM_UP; i++)
		if (round_of(peers, NULL))
			return -1;
	for (size_t i = 0; i < turns; i++)
		if (turn(peers))
			return -1;
	return 0;
}

static void report(void)
{
	for (size_t i = 0; i < N_CROWDS; i++) {
		for (size_t j = 0; j < N_OPERATIONS; j++) {
			struct result *result = &results[i][j];

			if (!result->samples.count)
				continue;
			printf("{\"callers\":%zu,\"operation\":\"%s\",\"per_second\":%.1f}\n",
			       crowds[i].callers, operations[j].name,
			       (double)result->samples.count * 1e9 / (double)result->ns);
			samples_print(&result->samples);
		}
	}
}

int main(int argc, char **argv)
{
	struct peers peers = { .line = LINE_INIT, .digest = { 1 } };
	size_t turns = argc > 1 ? strtoul(argv[1], NULL, 10) : 0;
	uint32_t rc;
	int ret;

	if (!turns) {
		fprintf(stderr, "usage: path TURNS\n");
		return 2;
	}
	ret = vouch_device_open(VOUCH_ANY_DEVICE, &peers.card);
	if (ret) {
		fprintf(stderr, "card: %s\n", vouch_error_text(VOUCH_STEP_OPEN, ret));
		return 1;
	}
	rc = tpm_open(TPM_PATH, &peers.tpm);
	if (rc) {
		fprintf(stderr, "tpm: error 0x%x\n", rc);
		vouch_device_close(peers.card);
		return 1;
	}
	ret = measure(&peers, turns);
	if (!ret)
		report();
	tpm_close(peers.tpm);
	vouch_device_close(peers.card);
	return ret ? 1 : 0;
}
