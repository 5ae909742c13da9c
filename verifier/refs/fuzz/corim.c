// SPDX-License-Identifier: GPL-2.0-only
#include <stdlib.h>

#include "../../lib/corim.h"
#include "../../lib/refs.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* Without the signature, which no fuzzer gets past: all of the content. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct vouch_refs *refs = vouch_refs_new();
	struct vouch_corim_info info;

	if (!refs)
		return 0;
	if (!vouch_corim_list(refs, data, len, &info) && info.added != vouch_refs_count(refs))
		abort();
	vouch_refs_free(refs);
	return 0;
}
