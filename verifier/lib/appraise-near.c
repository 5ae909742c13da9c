// SPDX-License-Identifier: GPL-2.0-only
#include "appraisal.h"

static bool is_affirmed(const struct vouch_appraisal *w)
{
	uint64_t found = 0;
	size_t i;

	for (i = 0; i <= VOUCH_CLASS_WARNING; i++)
		found += w->findings->totals[i];
	return w->v->log_proven[0] && !found;
}

void vouch_appraise_near(struct vouch_appraisal *w)
{
	const struct vouch_range *range = &w->package.parts[VOUCH_PART_PROXIMITY];
	const bool affirmed = is_affirmed(w);
	struct vouch_ref ref = { .name = NULL };
	enum vouch_reason reason;

	if (!range->present) {
		if (w->in->policy->near.required)
			vouch_findings_note(w->findings, VOUCH_PROXIMITY_MISSING, NULL);
		return;
	}
	reason = vouch_proximity_parse(&w->proximity, w->proximity_bytes, (size_t)range->len);
	if (reason == VOUCH_REASON_NONE)
		reason = vouch_proximity_check(&w->proximity, &w->hash, &w->evidence,
					       w->chain.alias_key);
	if (vouch_findings_note(w->findings, reason, "proximity") ||
	    w->findings->totals[VOUCH_CLASS_BROKEN] || w->hash.failed)
		return;
	if (vouch_refs_count(w->in->refs))
		vouch_refs_find_digest(w->in->refs, VOUCH_REF_CARD_FIRMWARE, w->evidence.firmware,
				       &ref);
	vouch_near_measure(&w->v->near, &w->proximity, &w->evidence, affirmed);
	vouch_near_judge(&w->v->near, &w->in->policy->near, ref.name, ref.name_len, w->findings);
}
