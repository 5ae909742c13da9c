// SPDX-License-Identifier: GPL-2.0-only
/*
 * crowd CALLERS REQUESTS [attest]: how long it takes until CALLERS threads have each
 * written REQUESTS durable records, or have so much evidence; and what a single one
 * of them waited.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "burst.h"
#include "samples.h"
#include "vouch.h"

static int append(void *ctx, size_t caller)
{
	static const uint8_t digest[VOUCH_DIGEST_SIZE] = { 2 };
	struct vouch_device **cards = ctx;

	return vouch_measure(cards[caller], "crowd", digest, NULL, NULL);
}

static int attest(void *ctx, size_t caller)
{
	static const uint8_t nonce[VOUCH_DIGEST_SIZE] = { 3 };
	struct vouch_device **cards = ctx;
	struct vouch_answer answer;

	return vouch_attest(cards[caller], 0, nonce, 0, &answer);
}

int main(int argc, char **argv)
{
	static struct vouch_device *cards[BURST_CALLERS_MAX];
	bool attests = argc == 4 && !strcmp(argv[3], "attest");
	struct samples samples;
	struct burst burst = {
		.callers = argc >= 3 ? strtoul(argv[1], NULL, 10) : 0,
		.each = argc >= 3 ? strtoul(argv[2], NULL, 10) : 0,
		.run = attests ? attest : append, .ctx = cards, .samples = &samples,
	};
	int error = 0;

	if (!burst.callers || burst.callers > BURST_CALLERS_MAX || !burst.each ||
	    argc != 3 + attests) {
		fprintf(stderr, "usage: crowd CALLERS REQUESTS [attest] (at most %d callers)\n",
			BURST_CALLERS_MAX);
		return 2;
	}
	if (samples_init(&samples, attests ? "attest" : "append", burst.callers * burst.each))
		return 1;
	for (size_t i = 0; !error && i < burst.callers; i++)
		error = vouch_device_open(VOUCH_ANY_DEVICE, &cards[i]);
	if (!error)
		error = burst_run(&burst);
	if (error) {
		fprintf(stderr, "crowd: a caller failed: error %d\n", error);
		return 1;
	}
	printf("{\"callers\":%zu,\"per_second\":%.1f}\n", burst.callers,
	       (double)samples.count * 1e9 / (double)burst.ns);
	samples_print(&samples);
	free(samples.ns);
	return 0;
}
