// SPDX-License-Identifier: GPL-2.0-only
#include "appraise.h"

enum vouch_tier vouch_tier_of(const struct vouch_findings *findings)
{
	if (findings->totals[VOUCH_CLASS_BROKEN] || findings->totals[VOUCH_CLASS_POLICY])
		return VOUCH_NOT_AUTHENTIC;
	if (findings->totals[VOUCH_CLASS_UNTOLD])
		return VOUCH_COULD_NOT_TELL;
	return findings->totals[VOUCH_CLASS_WARNING] ? VOUCH_AUTHENTIC_WARNINGS : VOUCH_AUTHENTIC;
}

const char *vouch_tier_text(enum vouch_tier tier)
{
	static const char *const texts[] = {
		[VOUCH_COULD_NOT_TELL] = "COULD NOT TELL",
		[VOUCH_NOT_AUTHENTIC] = "NOT AUTHENTIC",
		[VOUCH_AUTHENTIC_WARNINGS] = "AUTHENTIC, with warnings",
		[VOUCH_AUTHENTIC] = "AUTHENTIC",
	};

	return texts[tier];
}
