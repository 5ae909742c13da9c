// SPDX-License-Identifier: GPL-2.0-only
/*
 * probes TURNS REQUESTS: what eBPF probes add to a request. Each turn asks so many
 * times with the probes attached, and twice as often without, in an order that
 * changes from turn to turn. Prints the median of each side of each turn: the two
 * sides without them show what the measurement itself is worth.
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

#define WARM_UP		8	/* code that was just patched runs slower at first */

enum side { WITHOUT, AGAIN, PROBED, N_SIDES };

static const char * const names[N_SIDES] = { "without", "again", "probed" };

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
	const char *name;
	int (*run)(struct bench *bench);
	struct samples samples;			/* of one side of one turn */
	struct samples medians[N_SIDES];	/* of each turn */
} operations[] = {
	{ .name = "identify", .run = identify },
	{ .name = "attest", .run = attest },
};

#define N_OPERATIONS (sizeof(operations) / sizeof(operations[0]))

static void ignore(void *ctx, const void *data, size_t len)
{
	(void)ctx;
	(void)data;
	(void)len;
}

static int ask(struct bench *bench, struct operation *op, enum side side)
{
	op->samples.count = 0;
	for (unsigned long i = 0; i < bench->requests + WARM_UP; i++) {
		uint64_t start = samples_clock();
		int error = op->run(bench);

		if (error)
			return error;
		if (i >= WARM_UP)
			samples_add(&op->samples, samples_clock() - start);
	}
	samples_add(&op->medians[side], samples_median(&op->samples));
	return 0;
}

static void detach(struct bench *bench)
{
	latency_bpf__detach(bench->bpf);
	memset(&bench->bpf->links, 0, sizeof(bench->bpf->links));
}

/*
 * Each side begins with the same patching of code, and nothing is measured where
 * nothing is attached.
 */
static int side_run(struct bench *bench, enum side side)
{
	bool probed = side == PROBED;
	size_t events;
	int error = 0;

	if (latency_bpf__attach(bench->bpf))
		return -errno;
	if (!probed)
		detach(bench);
	for (size_t i = 0; !error && i < N_OPERATIONS; i++)
		error = ask(bench, &operations[i], side);
	if (probed)
		detach(bench);
	events = ring_take(&bench->ring, ignore, NULL);
	if (!error && !events == probed)
		return -ENODATA;
	return error;
}

static int turn_run(struct bench *bench, unsigned long turn)
{
	static const enum side orders[][N_SIDES] = {
		{ WITHOUT, PROBED, AGAIN }, { AGAIN, PROBED, WITHOUT },
		{ PROBED, WITHOUT, AGAIN }, { AGAIN, WITHOUT, PROBED },
		{ WITHOUT, AGAIN, PROBED }, { PROBED, AGAIN, WITHOUT },
	};
	const enum side *order = orders[turn % (sizeof(orders) / sizeof(orders[0]))];
	int error = 0;

	for (size_t i = 0; !error && i < N_SIDES; i++)
		error = side_run(bench, order[i]);
	return error;
}

static void operation_print(const struct operation *op)
{
	printf("{\"operation\":\"%s\"", op->name);
	for (size_t side = 0; side < N_SIDES; side++) {
		const struct samples *medians = &op->medians[side];

		printf(",\"%s\":[", names[side]);
		for (size_t i = 0; i < medians->count; i++)
			printf("%s%llu", i ? "," : "", (unsigned long long)medians->ns[i]);
		printf("]");
	}
	printf("}\n");
}

static int operation_init(struct operation *op, unsigned long turns, unsigned long requests)
{
	int error = samples_init(&op->samples, op->name, requests);

	for (size_t side = 0; !error && side < N_SIDES; side++)
		error = samples_init(&op->medians[side], names[side], turns);
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
	for (size_t i = 0; !error && i < N_OPERATIONS; i++)
		error = operation_init(&operations[i], turns, bench->requests);
	if (error)
		return error;
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
	for (unsigned long turn = 0; !error && turn < turns; turn++)
		error = turn_run(&bench, turn);
	if (error) {
		fprintf(stderr, "probes: %s\n", strerror(-error));
		return 1;
	}
	for (size_t i = 0; i < N_OPERATIONS; i++)
		operation_print(&operations[i]);
	return 0;
}
