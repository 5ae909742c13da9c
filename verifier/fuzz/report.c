// SPDX-License-Identifier: GPL-2.0-only
/* A whole appraisal of a report: the first two bytes say where auxblob begins. */
#include "../tests/vector.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct vector v;

	if (!v.root)
		vector_init(&v);
	if (size < 2)
		return 0;
	v.input.outblob_len = (uint64_t)data[0] | (uint64_t)data[1] << 8;
	/* Otherwise it would be a package. */
	if (!v.input.outblob_len)
		return 0;
	v.bytes = (uint8_t *)(uintptr_t)data + 2;
	v.len = size - 2;
	vector_appraise(&v);
	if (v.verdict.tier > VOUCH_NOT_AUTHENTIC)
		abort();
	return 0;
}
