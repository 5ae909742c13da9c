// SPDX-License-Identifier: GPL-2.0-only
/* The event log that OVMF left with a kernel started by it, and broken copies. */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>

#include "events.h"
#include "tap.h"

#define LOG "tools/testing/corpus/agent-events/ovmf"

struct seen {
	int count;
	int kernels;
	int pcr9;
	int stop_after;
};

static int each(void *ctx, const struct event *event)
{
	struct seen *seen = ctx;

	seen->count++;
	seen->kernels += event->pcr == 4 && event->type == 0x80000003;
	seen->pcr9 += event->pcr == 9;
	return seen->stop_after && seen->count == seen->stop_after ? -ECANCELED : 0;
}

static int walk(const uint8_t *log, size_t len, struct seen *seen)
{
	/* A copy of just that length, so that a read behind it is seen. */
	uint8_t *copy = malloc(len ? len : 1);
	int ret;

	memcpy(copy, log, len);
	ret = events_walk(copy, len, each, seen);
	free(copy);
	return ret;
}

static void broken(uint8_t *log, size_t len)
{
	struct seen seen = { 0 };
	size_t whole = 0;

	for (size_t cut = 0; cut < len; cut++) {
		seen = (struct seen){ 0 };
		whole += !walk(log, cut, &seen);
	}
	/* Between two events, and nowhere else. */
	IS(whole, 28, "cut off anywhere inside an event it is refused");

	log[8 + 20 + 4 + 4] ^= 1;
	IS(walk(log, len, &seen), -EBADMSG, "another signature of the first event is refused");
	log[8 + 20 + 4 + 4] ^= 1;
	/* The first bank's id: 8 + 20 + 4 bytes of head, 16 of signature, 8, 4. */
	log[32 + 28] ^= 1;
	IS(walk(log, len, &seen), -ENOTSUP, "without a SHA-384 bank it is refused");
	log[32 + 28] ^= 1;
	log[32 + 24] = 0xff;
	IS(walk(log, len, &seen), -EBADMSG, "more banks than there are bytes are refused");
}

int main(void)
{
	struct seen seen = { 0 }, two = { .stop_after = 2 };
	static uint8_t log[1 << 16];
	FILE *file = fopen(LOG, "rb");
	size_t len = file ? fread(log, 1, sizeof(log), file) : 0;

	if (file)
		fclose(file);
	OK(len, "the log is there");
	IS(walk(log, len, &seen), 0, "the log is read to its end");
	IS(seen.count, 28, "every event");
	IS(seen.kernels, 1, "one kernel, in PCR 4");
	IS(seen.pcr9, 2, "its command line and initramfs in PCR 9");
	IS(walk(log, len, &two), -ECANCELED, "the reader may stop");
	IS(two.count, 2, "at once");
	broken(log, len);
	return tap_done();
}
