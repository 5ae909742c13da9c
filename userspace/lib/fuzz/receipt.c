// SPDX-License-Identifier: GPL-2.0-only
/* A receipt: read its claims, whose times must then be in order. */
#include <stdlib.h>

#include "vouch.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct vouch_sent sent;

	if (vouch_receipt_read(data, size, &sent))
		return 0;
	if (sent.t_rx > sent.t_sign || sent.t_sign > sent.t_tx)
		abort();
	return 0;
}
