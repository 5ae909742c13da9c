// SPDX-License-Identifier: GPL-2.0-only
/* What `vouch latency` makes of numbers and of a ring's bytes. */
#include <stdlib.h>
#include <string.h>

#include <linux/bpf.h>

#include "report.h"
#include "ring.h"
#include "tap.h"

#define VALUES		20000
#define RING		4096

static int compare(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

static void percentiles(void)
{
	static const unsigned int percents[] = { 1, 50, 90, 99, 100 };
	static uint64_t values[VALUES];
	static struct spread spread;

	IS((long long)spread_at(&spread, 50), 0, "of nothing, every percentile is 0");
	srandom(1);
	for (size_t i = 0; i < VALUES; i++) {
		values[i] = (uint64_t)random() >> (random() % 31);
		spread_add(&spread, values[i]);
	}
	qsort(values, VALUES, sizeof(values[0]), compare);
	for (size_t i = 0; i < sizeof(percents) / sizeof(percents[0]); i++) {
		uint64_t exact = values[VALUES * percents[i] / 100 - 1];
		uint64_t found = spread_at(&spread, percents[i]);

		OK(found >= exact && found <= exact + exact / 64, "p%u is right to 1 in 64",
		   percents[i]);
	}
	IS((long long)spread.max, (long long)values[VALUES - 1], "the longest is exact");
	memset(&spread, 0, sizeof(spread));
	spread_add(&spread, UINT64_MAX);
	OK(spread_at(&spread, 50) == UINT64_MAX, "the largest number there is fits");
	memset(&spread, 0, sizeof(spread));
	spread_add(&spread, 0);
	spread_add(&spread, 127);
	spread_add(&spread, 128);
	IS((long long)spread_at(&spread, 60), 127, "small numbers are exact");
}

static void reports(void)
{
	struct report *report = calloc(1, sizeof(*report));
	struct vouch_latency_command *attest = &report->now.commands[VOUCH_OP_ATTEST];
	struct spread *spread = calloc(1, sizeof(*spread));
	const json_t *command;
	char *text = NULL;
	json_t *json;
	size_t len;
	FILE *out;

	report->before.commands[VOUCH_OP_ATTEST].asked = 10;
	report->before.commands[VOUCH_OP_ATTEST].slots[9] = 10;
	report->before.answered[VOUCH_OP_ATTEST] = 10;
	*attest = (struct vouch_latency_command){
		.asked = 16, .failed = 1, .backwards = 2, .unannounced = 1, .max = 1100000000,
		.slots = { [9] = 12, [20] = 1 },
	};
	report->now.answered[VOUCH_OP_ATTEST] = 13;
	report->now.totals.dropped = 1;
	report->ns = 1000000000;
	report->spreads[VOUCH_OP_ATTEST] = spread;
	spread_add(spread, 600000);
	spread_add(spread, 700000);

	json = report_json(report);
	IS(json_integer_value(json_object_get(json, "dropped")), 1, "JSON: what was dropped");
	IS((long long)json_array_size(json_object_get(json, "commands")), 1,
	   "JSON: only what there was");
	command = json_array_get(json_object_get(json, "commands"), 0);
	OK(!strcmp(json_string_value(json_object_get(command, "command")), "attest"),
	   "JSON: the command's name");
	IS(json_integer_value(json_object_get(command, "asked")), 6, "JSON: asked since then");
	IS(json_integer_value(json_object_get(command, "answered")), 3, "JSON: answered");
	IS(json_integer_value(json_object_get(command, "waiting")), 1, "JSON: without an answer");
	IS(json_integer_value(json_object_get(command, "backwards")), 2,
	   "JSON: before their doorbell");
	IS(json_integer_value(json_object_get(command, "unannounced")), 1, "JSON: unannounced");
	IS(json_integer_value(json_object_get(command, "sampled")), 2, "JSON: sampled");
	IS(json_integer_value(json_object_get(command, "p99_ns")), 700000, "JSON: p99");
	IS(json_integer_value(json_object_get(command, "max_ns")), 1100000000,
	   "JSON: the longest, although its event was dropped");
	IS((long long)json_array_size(json_object_get(command, "histogram")), 2,
	   "JSON: slots that hold something");
	json_decref(json);

	out = open_memstream(&text, &len);
	report_text(report, out);
	fclose(out);
	HAS(text, "1 events dropped (counted, but not in p50 and p99)", "text: what was dropped");
	HAS(text, "attest: 3 answered, 1 of them with an error, 1 without an interrupt, "
	    "2 more on a clock that went back, 1 WITHOUT AN ANSWER", "text: what went wrong");
	HAS(text, "       512 -> 1023    : 2        |****************************************|",
	    "text: the longest bar");
	HAS(text, "   1048576 -> 2097151 : 1        |********************                    |",
	    "text: half of it");
	free(text);
	free(spread);
	free(report);
}

struct taken {
	size_t count;
	unsigned int sum;
};

static void take(void *ctx, const void *data, size_t len)
{
	struct taken *taken = ctx;
	const uint8_t *bytes = data;

	taken->count++;
	for (size_t i = 0; i < len; i++)
		taken->sum += bytes[i];
}

/* As the kernel does: the data twice in a row. */
static void put(uint8_t *data, unsigned long *at, uint32_t len, uint32_t flags, uint8_t fill)
{
	uint32_t head[2] = { len | flags, 0 };

	for (size_t i = 0; i < sizeof(head) + len; i++) {
		uint8_t byte = i < sizeof(head) ? ((uint8_t *)head)[i] : fill;
		size_t offset = (*at + i) % RING;

		data[offset] = byte;
		data[offset + RING] = byte;
	}
	*at += (sizeof(head) + len + 7) & ~7UL;
}

static void rings(void)
{
	unsigned long consumer = RING - 16, producer = RING - 16, before;
	static uint8_t data[2 * RING] __attribute__((aligned(8)));
	struct taken taken = { 0 };
	struct ring ring = {
		.fd = -1, .size = RING, .consumer = &consumer, .producer = &producer, .data = data,
	};

	IS((long long)ring_take(&ring, take, &taken), 0, "an empty ring has nothing");
	put(data, &producer, 20, 0, 1);
	put(data, &producer, 9, BPF_RINGBUF_DISCARD_BIT, 100);
	put(data, &producer, 3, 0, 2);
	before = producer;
	put(data, &producer, 8, BPF_RINGBUF_BUSY_BIT, 100);
	put(data, &producer, 8, 0, 100);
	IS((long long)ring_take(&ring, take, &taken), 2, "what is whole, also over the end");
	IS(taken.sum, 26, "and its bytes");
	OK(consumer == before, "up to what is being written");
	/* A producer that runs on for ever. */
	for (unsigned int i = 0; i < RING / 8; i++)
		put(data, &producer, 0, 0, 0);
	producer = consumer + 100 * RING;
	IS((long long)ring_take(&ring, take, &taken), RING / 8, "no more than a ring's worth");
}

int main(void)
{
	percentiles();
	reports();
	rings();
	return tap_done();
}
