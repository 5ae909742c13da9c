// SPDX-License-Identifier: GPL-2.0-only
/* Bytes of a log: each item is decoded, and its digest computed. */
#include <stdlib.h>

#include "vouch.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct vouch_record rec;
	size_t used;
	int kind;

	while (size) {
		kind = vouch_record_decode(data, size, &rec, &used);
		if (kind < 0)
			break;
		if (!used || used > size || used > VOUCH_RECORD_MAX)
			abort();
		if (kind && (rec.content < data || rec.content + rec.content_len > data + used))
			abort();
		if (kind)
			vouch_record_intact(&rec);
		data += used;
		size -= used;
	}
	return 0;
}
