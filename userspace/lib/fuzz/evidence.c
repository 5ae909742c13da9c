// SPDX-License-Identifier: GPL-2.0-only
/* Evidence: read its claims, which must then fit one another. */
#include <stdlib.h>

#include "vouch.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct vouch_evidence ev;

	if (vouch_evidence_read(data, size, &ev))
		return 0;
	if ((!ev.has_log[0] && !ev.has_log[1]) || ev.logs[0].id)
		abort();
	if (ev.has_log[1] && (ev.logs[1].id != ev.function || !ev.function))
		abort();
	return 0;
}
