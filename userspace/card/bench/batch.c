// SPDX-License-Identifier: GPL-2.0-only
/*
 * Evidence for many who wait together, next to as many bare signatures. Ours and
 * theirs take turns in one run, so that a noisy machine is noisy to both. Prints a
 * JSON object a line.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../platform/clock.h"
#include "../tests/rig.h"

#define ROUNDS	200
#define SIGNS	8	/* bare signatures in a round: about as long as a full batch */

static struct rig *rig;
static uint64_t batches[ROUNDS], signatures[ROUNDS];
static uint8_t out[VOUCH_EVIDENCE_MAX];

static void must(bool good, const char *what)
{
	if (good)
		return;
	fprintf(stderr, "card-batch: %s failed\n", what);
	exit(1);
}

/* As long as the certificates of a real card. */
static void open_card(void)
{
	static uint8_t certificate[700];

	rig = rig_new(1024, 2);
	must(rig, "making a card");
	rig->config.alias = (struct vouch_span) { certificate, 700 };
	rig->config.device = (struct vouch_span) { certificate, 570 };
	rig->config.batch = VOUCH_BATCH_AUTO;
	rig->config.batch_wait = UINT64_MAX / 2;
	must(!rig_open(rig) && !vouch_card_attach(&rig->card, 0), "opening a card");
	must(!rig_command(rig, 0, VOUCH_OP_ASSIGN, 1, 0, NULL, 0, sizeof(struct vouch_assigned)),
	     "assigning a guest");
}

/* From the first request that is fetched to the last answer that is there. */
static void answer_all(size_t count)
{
	static uint32_t place[VOUCH_BATCH_MAX];
	const struct vouch_cmd cmd = {
		.opcode = vouch_to_le16(VOUCH_OP_ATTEST),
		.in_addr = vouch_to_le64(1),
		.in_len = vouch_to_le32(sizeof(struct vouch_attest)),
		.out_len = vouch_to_le32(sizeof(out)),
	};
	struct vouch_card_reply reply;
	struct vouch_attest in = { 0 };
	size_t i;

	for (i = 0; i < count; i++) {
		memcpy(in.nonce, &i, sizeof(i));
		must(vouch_card_batch_add(&rig->card, 1, &cmd, (const uint8_t *)&in,
					  vouch_card_now(&rig->card), &place[i]), "waiting");
	}
	must(vouch_card_batch_due(&rig->card, false), "a batch that is due");
	vouch_card_batch_close(&rig->card);
	for (i = 0; i < count; i++) {
		vouch_card_batch_answer(&rig->card, place[i], &cmd, out, sizeof(out), &reply);
		must(!reply.cpl.status && vouch_le64(reply.cpl.result) == (count > 1 ? count : 0),
		     "a request for evidence");
		vouch_card_sent(&rig->card, 1, &reply);
	}
	vouch_card_batch_end(&rig->card);
}

static void sign_bare(void)
{
	static uint8_t digest[VOUCH_DIGEST_SIZE];
	uint8_t der[128];
	size_t len, i;

	for (i = 0; i < SIGNS; i++) {
		len = sizeof(der);
		digest[0]++;
		must(EVP_PKEY_sign(rig->crypto.sign, der, &len, digest, sizeof(digest)) > 0,
		     "signing");
	}
}

static int order(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static double median(uint64_t *values)
{
	qsort(values, ROUNDS, sizeof(*values), order);
	return (double)values[ROUNDS / 2];
}

static void compare(size_t count, double goal)
{
	double ours, theirs;
	size_t i;

	for (i = 0; i < ROUNDS; i++) {
		const uint64_t start = vouch_clock_raw();
		uint64_t middle;

		sign_bare();
		middle = vouch_clock_raw();
		answer_all(count);
		batches[i] = vouch_clock_raw() - middle;
		signatures[i] = middle - start;
	}
	ours = median(batches) / (double)count / 1000;
	theirs = median(signatures) / SIGNS / 1000;
	printf("{\"name\": \"card evidence, %zu waiting, each / bare ES384 sign\", ", count);
	printf("\"unit\": \"us\", \"ours\": %.3f, \"theirs\": %.3f, \"ratio\": %.4f, \"goal\": ",
	       ours, theirs, ours / theirs);
	if (goal > 0)
		printf("%.3f, \"ok\": %s", goal, ours / theirs <= goal ? "true" : "false");
	else
		printf("null, \"ok\": true");
	printf(", \"command\": \"build/bench/card-batch\"}\n");
}

int main(void)
{
	open_card();
	compare(1, 0);
	compare(8, 0);
	compare(64, 0);
	compare(256, 0.05);
	rig_free(rig);
	return 0;
}
