// SPDX-License-Identifier: GPL-2.0-only
#include <stdlib.h>

#include "../elf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct vouch_build_id id;

	if (!vouch_elf_build_id(data, len, &id) && (!id.len || id.len > VOUCH_BUILD_ID_MAX))
		abort();
	return 0;
}
