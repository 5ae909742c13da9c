// SPDX-License-Identifier: GPL-2.0-only
#include <stdlib.h>

#include "../file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	const struct vouch_file xz = { .bytes = (uint8_t *)data, .len = len };
	struct vouch_why why = { 0 };
	struct vouch_file out;

	if (vouch_file_unxz(&xz, &out, &why))
		return 0;
	if (out.len > VOUCH_MODULE_MAX)
		abort();
	free(out.bytes);
	return 0;
}
