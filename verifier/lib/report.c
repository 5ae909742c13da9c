// SPDX-License-Identifier: GPL-2.0-only
#include "report.h"

#include <string.h>

static const uint8_t magic[8] = "VOUCHLG1";

static uint64_t le64(const uint8_t *bytes)
{
	uint64_t value = 0;

	for (size_t i = 8; i--;)
		value = value << 8 | bytes[i];
	return value;
}

static void put_range(struct vouch_range *range, uint64_t offset, uint64_t len)
{
	*range = (struct vouch_range){ .offset = offset, .len = len, .present = len };
}

enum vouch_reason vouch_report_open(struct vouch_package *package,
				    const struct vouch_reader *reader, uint64_t outblob_len)
{
	struct vouch_range *parts = package->parts;
	uint8_t head[VOUCH_REPORT_HEAD];
	uint64_t log, own, left;

	memset(package, 0, sizeof(*package));
	package->reader = reader;
	if (!outblob_len || outblob_len > reader->size)
		return VOUCH_PACKAGE_MALFORMED;
	if (outblob_len > VOUCH_EVIDENCE_SIZE_MAX)
		return VOUCH_TOO_LONG;
	left = reader->size - outblob_len;
	if (left < sizeof(head))
		return VOUCH_PACKAGE_MALFORMED;
	if (reader->read_at(reader->ctx, outblob_len, head, sizeof(head)))
		return VOUCH_UNREADABLE;
	left -= sizeof(head);
	log = le64(head + 8);
	own = le64(head + 16);
	if (memcmp(head, magic, sizeof(magic)) || log > left || own != left - log)
		return VOUCH_PACKAGE_MALFORMED;
	if (log > VOUCH_PACKAGE_LOG_MAX || own > VOUCH_PACKAGE_LOG_MAX)
		return VOUCH_TOO_LONG;
	put_range(&parts[VOUCH_PART_EVIDENCE], 0, outblob_len);
	put_range(&parts[VOUCH_PART_LOG], outblob_len + sizeof(head), log);
	put_range(&parts[VOUCH_PART_OWN], outblob_len + sizeof(head) + log, own);
	return VOUCH_REASON_NONE;
}
