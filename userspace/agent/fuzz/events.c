// SPDX-License-Identifier: GPL-2.0-only
/* Any bytes as a firmware's event log: no read outside, and no event without a digest. */
#include <stdlib.h>

#include "events.h"

static int each(void *ctx, const struct event *event)
{
	volatile uint8_t sum = 0;

	(void)ctx;
	if (!event->digest)
		abort();
	for (size_t i = 0; i < EVENT_DIGEST_SIZE; i++)
		sum ^= event->digest[i];
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	events_walk(data, size, each, NULL);
	return 0;
}
