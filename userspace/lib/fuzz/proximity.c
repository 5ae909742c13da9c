// SPDX-License-Identifier: GPL-2.0-only
/* What a card says that it saw. The first byte is the number of rounds, less two. */
#include <stdlib.h>
#include <string.h>

#include "vouch.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct vouch_exchange ex;
	struct vouch_near near;

	if (!size || size - 1 > sizeof(ex.seen))
		return 0;
	ex.rounds = data[0] + 2u;
	ex.seen_len = size - 1;
	memcpy(ex.seen, data + 1, ex.seen_len);
	if (vouch_exchange_measure(&ex, &near))
		return 0;
	/* It said that many rounds, so that many stamps are there. */
	if (near.rounds != ex.rounds || ex.seen_len < (size_t)ex.rounds * 24 ||
	    near.card.min > near.card.p5 || near.card.p5 > near.card.median)
		abort();
	return 0;
}
