// SPDX-License-Identifier: GPL-2.0-only
#include "../authenticode.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	uint8_t digest[48];

	vouch_authenticode_sha384(data, len, digest);
	return 0;
}
