// SPDX-License-Identifier: GPL-2.0-only
/*
 * probes TURNS REQUESTS: what eBPF probes add to a request. Each turn asks so
 * many times with the probes attached and as often without, in an order that
 * changes from turn to turn.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "latency.h"
#include "latency.skel.h"
#include "ring.h"
#include "samples.h"
#include "vouch.h"

#define WARM_UP		4	/* code that was just patched runs slower at first */

struct bench {
	struct vouch_device *card;
	struct latency_bpf *bpf;
	struct ring ring;
	unsigned long requests;
};

static int identify(struct bench *bench)
{
	struct vouch_info info;

	return vouch_info_get(bench->card, &info);
}

static int attest(struct bench *bench)
{
	static const uint8_t nonce[VOUCH_DIGEST_SIZE] = { 3 };
	static struct vouch_answer answer;

	return vouch_attest(bench->card, 0, nonce, 0, &answer);
}

static struct operation {
	const char *names[2];	/* without and with */
	int (*run)(struct bench *bench);
	struct samples samples[2];
} operations[] = {
	{ { "identify", "identify probed" }, identify, { { 0 } } },
	{ { "attest", "attest probed" }, attest, { { 0 } } },
};

#define N_OPERATIONS (sizeof(operations) / sizeof(operations[0]))

static void ignore(void *ctx, const void *data, size_t len)
{
	(void)ctx;
	(void)data;
	(void)len;
}

static int ask(struct bench *bench, struct operation *op, bool probed)
{
	for (unsigned long i = 0; i < bench->requests + WARM_UP; i++) {
		uint64_t start = samples_clock();
		int error = op->run(bench);

		if (error)
			return error;
		if (i >= WARM_UP)
			samples_add(&op->samples[probed], samples_clock() - start);
	}
	return 0;
}

/* Nothing is measured where nothing is attached. */
static int side(struct bench *bench, bool probed)
{
	size_t events;
	int error = 0;

	if (probed && latency_bpf__attach(bench->bpf))
		return -errno;
	for (size_t i = 0; !error && i < N_OPERATIONS; i++)
		error = ask(bench, &operations[i], probed);
	latency_bpf__detach(bench->bpf);
	memset(&bench->bpf->links, 0, sizeof(bench->bpf->links));
	events = ring_take(&bench->ring, ignore, NULL);
	if (!error && !events == probed)
		return -ENODATA;
	return error;
}

static int prepare(struct bench *bench, unsigned long turns)
{
	int error;

	error = vouch_device_open(VOUCH_ANY_DEVICE, &bench->card);
	if (error)
		return error;
	bench->bpf = latency_bpf__open();
	if (!bench->bpf)
		return -ENOMEM;
	error = latency_bpf__load(bench->bpf);
	if (error)
		return error;
	for (size_t i = 0; i < N_OPERATIONS; i++)
		for (size_t probed = 0; probed < 2; probed++)
			if (samples_init(&operations[i].samples[probed],
					 operations[i].names[probed], turns * bench->requests))
				return -ENOMEM;
	return ring_map(&bench->ring, bench->bpf->maps.events.map_fd, VOUCH_LATENCY_RING);
}

int main(int argc, char **argv)
{
	unsigned long turns = argc == 3 ? strtoul(argv[1], NULL, 10) : 0;
	struct bench bench = { .requests = argc == 3 ? strtoul(argv[2], NULL, 10) : 0 };
	int error;

	if (!turns || !bench.requests) {
		fprintf(stderr, "usage: probes TURNS REQUESTS\n");
		return 2;
	}
	error = prepare(&bench, turns);
	for (unsigned long turn = 0; !error && turn < turns; turn++) {
		error = side(&bench, turn & 1);
		if (!error)
			error = side(&bench, !(turn & 1));
	}
	if (error) {
		fprintf(stderr, "probes: %s\n", strerror(-error));
		return 1;
	}
	for (size_t i = 0; i < N_OPERATIONS; i++)
		for (size_t probed = 0; probed < 2; probed++)
			samples_print(&operations[i].samples[probed]);
	return 0;
}
