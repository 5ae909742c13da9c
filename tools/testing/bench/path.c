// SPDX-License-Identifier: GPL-2.0-only
/*
 * path ROUNDS: the whole path from a process to the card and back, next to the
 * same VM's TPM. One process does every operation once a round, in an order
 * that changes, so that whatever else the machine does falls on all alike.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "samples.h"
#include "tpm.h"
#include "vouch.h"

#define TPM_PATH	"/dev/tpm0"
#define WARM_UP		20

struct peers {
	struct vouch_device *card;
	struct tpm *tpm;
	uint8_t digest[VOUCH_DIGEST_SIZE];
};

static int card_attest(struct peers *peers)
{
	struct vouch_answer answer;

	return vouch_attest(peers->card, 0, peers->digest, 0, &answer);
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
	return (int)tpm_quote(peers->tpm, peers->digest);
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
} operations[] = {
	{ "vouch attest", card_attest },
	{ "tpm quote", peer_quote },
	{ "vouch append", card_append },
	{ "tpm nv-extend", peer_nv_extend },
	{ "vouch info", card_info },
	{ "tpm random", peer_random },
	{ "tpm pcr-extend", peer_pcr_extend },
};

#define N_OPERATIONS (sizeof(operations) / sizeof(operations[0]))

/* What ran before leaves caches and sleepers behind, so the order changes. */
static void shuffle(size_t order[N_OPERATIONS])
{
	for (size_t i = N_OPERATIONS - 1; i > 0; i--) {
		size_t j = (size_t)random() % (i + 1), was = order[i];

		order[i] = order[j];
		order[j] = was;
	}
}

static int round_of(struct peers *peers, struct samples *samples)
{
	size_t order[N_OPERATIONS];

	for (size_t i = 0; i < N_OPERATIONS; i++)
		order[i] = i;
	shuffle(order);
	for (size_t n = 0; n < N_OPERATIONS; n++) {
		size_t i = order[n];
		uint64_t start = samples_clock();
		int ret = operations[i].run(peers);

		if (ret) {
			fprintf(stderr, "%s: error %d (0x%x)\n", operations[i].name, ret,
				(unsigned int)ret);
			return -1;
		}
		if (samples)
			samples_add(&samples[i], samples_clock() - start);
	}
	peers->digest[0]++;
	return 0;
}

static int measure(struct peers *peers, size_t rounds)
{
	struct samples samples[N_OPERATIONS];

	for (size_t i = 0; i < N_OPERATIONS; i++)
		if (samples_init(&samples[i], operations[i].name, rounds))
			return -1;
	for (size_t i = 0; i < WARM_UP; i++)
		if (round_of(peers, NULL))
			return -1;
	for (size_t i = 0; i < rounds; i++)
		if (round_of(peers, samples))
			return -1;
	for (size_t i = 0; i < N_OPERATIONS; i++) {
		samples_print(&samples[i]);
		free(samples[i].ns);
	}
	return 0;
}

int main(int argc, char **argv)
{
	struct peers peers = { .digest = { 1 } };
	size_t rounds = argc > 1 ? strtoul(argv[1], NULL, 10) : 0;
	uint32_t rc;
	int ret;

	if (!rounds) {
		fprintf(stderr, "usage: path ROUNDS\n");
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
	ret = measure(&peers, rounds);
	tpm_close(peers.tpm);
	vouch_device_close(peers.card);
	return ret ? 1 : 0;
}
