// SPDX-License-Identifier: GPL-2.0-only
/* The two files of a report, read as one. */
#include "vouch-verify.h"

static int read_both(void *ctx, uint64_t offset, void *buf, size_t len)
{
	const struct tool_blobs *blobs = ctx;
	const struct vouch_reader *out = &blobs->out.reader, *aux = &blobs->aux.reader;
	size_t first = 0;
	int ret = 0;

	if (offset < out->size)
		first = len < out->size - offset ? len : (size_t)(out->size - offset);
	if (first)
		ret = out->read_at(out->ctx, offset, buf, first);
	if (ret || first == len)
		return ret;
	return aux->read_at(aux->ctx, offset + first - out->size, (uint8_t *)buf + first,
			    len - first);
}

void tool_blobs_open(struct tool_blobs *blobs, const char *outblob, const char *auxblob)
{
	tool_package_open(&blobs->out, outblob);
	tool_package_open(&blobs->aux, auxblob);
	if (!blobs->out.reader.size)
		tool_fail("%s: empty", outblob);
	blobs->reader = (struct vouch_reader){
		read_both, blobs, blobs->out.reader.size + blobs->aux.reader.size,
	};
}
