// SPDX-License-Identifier: GPL-2.0-only
#include <inttypes.h>
#include <string.h>

#include "platform.h"

/**
 * vouch_platform_explain - what vouch_card_open() found, for people
 * @report: as it returned it
 * @error: as it returned it
 * @why: returns the text, empty when there is nothing to say
 */
void vouch_platform_explain(const struct vouch_card_report *report, int error,
			    struct vouch_why *why)
{
	why->text[0] = '\0';
	switch (report->fault) {
	case VOUCH_FAULT_NONE:
		if (report->dropped)
			vouch_why(why, 0,
				  "dropped a torn tail of %" PRIu64 " bytes after entry %" PRIu64
				  ", never acknowledged", report->dropped, report->entries);
		break;
	case VOUCH_FAULT_CONFIG:
		vouch_why(why, error, "bad configuration, or a journal with more records than the "
			  "log may have");
		break;
	case VOUCH_FAULT_STORAGE:
		vouch_why(why, error, "storage or cryptography failed: %s", strerror(-error));
		break;
	case VOUCH_FAULT_FOREIGN:
		vouch_why(why, error, "damaged: the journal's header is not this card's");
		break;
	case VOUCH_FAULT_DAMAGED:
		vouch_why(why, error, "damaged: entry %" PRIu64 " at offset %" PRIu64
			  " of the journal is not what was written", report->entry,
			  report->offset);
		break;
	case VOUCH_FAULT_ROLLED_BACK:
		vouch_why(why, error, "rolled back: counter says %" PRIu64
			  ", journal holds %" PRIu64 " entries", report->counter,
			  report->entries);
		break;
	case VOUCH_FAULT_FULL:
		vouch_why(why, error, "the log is full: no room for the power-on record");
		break;
	}
}
