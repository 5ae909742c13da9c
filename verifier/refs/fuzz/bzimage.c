// SPDX-License-Identifier: GPL-2.0-only
#include <stdlib.h>
#include <string.h>

#include "../bzimage.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct vouch_why why = { 0 };
	struct vouch_bzimage bz;
	uint8_t *vmlinux;

	if (vouch_bzimage_parse(data, len, &bz, &why))
		return 0;
	if (!*bz.release || bz.payload < data || bz.payload_len > len)
		abort();
	/* Half a gigabyte of zeros for each input would find nothing more. */
	if (bz.vmlinux_len > 1 << 20 || vouch_bzimage_unpack(&bz, &vmlinux, &why))
		return 0;
	free(vmlinux);
	return 0;
}
