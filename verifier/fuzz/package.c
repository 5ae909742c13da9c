// SPDX-License-Identifier: GPL-2.0-only
/* A whole appraisal. Seeds are signed, and a bad outer signature stops nothing. */
#include "../tests/vector.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct vector v;

	if (!v.root)
		vector_init(&v);
	v.bytes = (uint8_t *)(uintptr_t)data;
	v.len = size;
	vector_appraise(&v);
	/* Nothing can be authentic where there are no references. */
	if (v.verdict.tier > VOUCH_NOT_AUTHENTIC)
		abort();
	return 0;
}
