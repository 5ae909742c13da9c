// SPDX-License-Identifier: GPL-2.0-only
/* See update.h; the steps are those of Documentation/formats.rst. */
#include <string.h>

#include "update.h"

#define TOKEN	8	/* bytes */

static bool is_step(const struct vouch_record *record, const char *step)
{
	size_t len = strlen(step);

	return record->name_len >= len && !memcmp(record->name, step, len);
}

static enum vouch_reason on_step(struct vouch_update *update, const struct vouch_record *record,
				 bool jumping, bool announced)
{
	if (!record->name || (record->data && record->data_len != TOKEN))
		return VOUCH_RECORD_INCOMPLETE;
	if (is_step(record, "handover differs"))
		return VOUCH_HANDOVER_DIFFERS;
	if (jumping) {
		update->frozen |= is_step(record, "freeze ");
		return VOUCH_REASON_NONE;
	}
	/* A kernel that nothing measured may have frozen them: that is said of it already. */
	if (!announced || update->arrived || update->told || !is_step(record, "retrieve "))
		return VOUCH_REASON_NONE;
	update->told = true;
	return VOUCH_RETRIEVE_UNFROZEN;
}

enum vouch_reason vouch_update_record(struct vouch_update *update,
				      const struct vouch_record *record,
				      bool jumping, bool announced)
{
	switch (record->type) {
	case VOUCH_TYPE_KEXEC_EXEC:
		update->frozen = false;
		return VOUCH_REASON_NONE;
	case VOUCH_TYPE_KERNEL:
		update->arrived = announced && update->frozen;
		update->told = false;
		return VOUCH_REASON_NONE;
	case VOUCH_TYPE_LIVE_UPDATE:
		return on_step(update, record, jumping, announced);
	default:
		return VOUCH_REASON_NONE;
	}
}
