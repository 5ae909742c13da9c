// SPDX-License-Identifier: GPL-2.0-only
/* Reference values: only what a key of the policy signed. */
#include "vouch-verify.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static enum vouch_reason load(struct vouch_refs *refs, const char *path,
			      const struct tool_policy *policy, int64_t time)
{
	struct vouch_corim_info info = { .added = 0 };
	size_t len;
	uint8_t *bytes = tool_read_file(path, VOUCH_CORIM_MAX, &len);
	int ret = vouch_corim_load(refs, bytes, len, policy->signers, policy->signer_count, &info);

	free(bytes);
	if (ret == -ENOMEM)
		tool_fail("%s: out of memory", path);
	if (ret == -EKEYREJECTED)
		return VOUCH_REFERENCES_REFUSED;
	if (ret)
		return VOUCH_REFERENCES_MALFORMED;
	if (time < 0 || (uint64_t)time < info.not_before ||
	    (info.not_after && (uint64_t)time > info.not_after))
		return VOUCH_REFERENCES_EXPIRED;
	return VOUCH_REASON_NONE;
}

struct vouch_refs *tool_refs_load(const struct tool_options *options,
				  const struct tool_policy *policy,
				  struct vouch_findings *findings)
{
	struct vouch_refs *refs = vouch_refs_new();
	enum vouch_reason reason;
	bool bad = false;
	size_t i;

	if (!refs)
		tool_fail("out of memory");
	for (i = 0; i < options->refs_count; i++) {
		const char *slash = strrchr(options->refs[i], '/');

		reason = load(refs, options->refs[i], policy, options->time);
		bad |= vouch_findings_note(findings, reason, slash ? slash + 1 : options->refs[i]);
	}
	/* A set that was filled in part must not be used. */
	if (bad) {
		vouch_refs_free(refs);
		refs = vouch_refs_new();
	}
	if (!refs || vouch_refs_seal(refs))
		tool_fail("out of memory");
	return refs;
}
