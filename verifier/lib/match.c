// SPDX-License-Identifier: GPL-2.0-only
#include "match.h"

#include <string.h>

/* How records of one type are matched; kind 0 for those that need nothing. */
struct rule {
	enum vouch_ref_kind kind;
	enum vouch_reason missing;
	bool by_build_id;
};

static const struct rule rules[VOUCH_RECORD_TYPE_MAX + 1] = {
	[VOUCH_TYPE_POWER_ON] = { VOUCH_REF_CARD_FIRMWARE, VOUCH_CARD_FIRMWARE_UNKNOWN, false },
	[VOUCH_TYPE_NEW_FIRMWARE] = {
		VOUCH_REF_CARD_FIRMWARE, VOUCH_CARD_FIRMWARE_UNKNOWN, false
	},
	[VOUCH_TYPE_KERNEL] = { VOUCH_REF_KERNEL, VOUCH_KERNEL_UNKNOWN, true },
	[VOUCH_TYPE_CMDLINE] = { VOUCH_REF_CMDLINE, VOUCH_CMDLINE_UNKNOWN, false },
	[VOUCH_TYPE_MODULE_PRESENT] = { VOUCH_REF_MODULE, VOUCH_MODULE_UNKNOWN, true },
	[VOUCH_TYPE_MODULE_LOAD] = { VOUCH_REF_MODULE, VOUCH_MODULE_UNKNOWN, false },
	[VOUCH_TYPE_FIRMWARE_LOAD] = { VOUCH_REF_FIRMWARE, VOUCH_FIRMWARE_UNKNOWN, false },
	[VOUCH_TYPE_KEXEC_KERNEL] = { VOUCH_REF_KERNEL, VOUCH_KERNEL_UNKNOWN, false },
	[VOUCH_TYPE_KEXEC_INITRAMFS] = { VOUCH_REF_INITRAMFS, VOUCH_INITRAMFS_UNKNOWN, false },
	[VOUCH_TYPE_KEXEC_CMDLINE] = { VOUCH_REF_CMDLINE, VOUCH_CMDLINE_UNKNOWN, false },
	[VOUCH_TYPE_LIVEPATCH] = { VOUCH_REF_MODULE, VOUCH_LIVEPATCH_UNKNOWN, false },
	[VOUCH_TYPE_BPF_LOAD] = { VOUCH_REF_BPF, VOUCH_BPF_UNKNOWN, false },
	[VOUCH_TYPE_TPM_KEY] = { VOUCH_REF_TPM_KEY, VOUCH_TPM_KEY_UNKNOWN, false },
	[VOUCH_TYPE_VM_START] = { VOUCH_REF_VMM, VOUCH_VMM_UNKNOWN, false },
};

static bool find(const struct vouch_refs *refs, const struct rule *rule,
		 const struct vouch_record *record, struct vouch_ref *ref)
{
	struct vouch_ref want = { .kind = rule->kind };

	if (!vouch_refs_count(refs))
		return false;
	if (!rule->by_build_id)
		return record->digest &&
		       vouch_refs_find_digest(refs, rule->kind, record->digest, ref);
	if (!record->name || !record->data)
		return false;
	want.name = record->name;
	want.name_len = record->name_len;
	want.build_id = record->data;
	want.build_id_len = record->data_len;
	return vouch_refs_find_build_id(refs, &want, ref);
}

/* The steps after a livepatch was enabled bring nothing new. */
static bool is_later_step(const struct vouch_record *record)
{
	static const char enable[] = "enable ";

	return record->type == VOUCH_TYPE_LIVEPATCH && !record->digest && record->name &&
	       (record->name_len < strlen(enable) ||
		memcmp(record->name, enable, strlen(enable)) != 0);
}

enum vouch_match vouch_match_record(const struct vouch_refs *refs,
				    const struct vouch_record *record, struct vouch_ref *ref,
				    enum vouch_reason *reason)
{
	const struct rule *rule = &rules[record->type];

	*reason = VOUCH_REASON_NONE;
	if (!rule->kind || is_later_step(record))
		return VOUCH_MATCH_NOT_NEEDED;
	if (!find(refs, rule, record, ref)) {
		*reason = rule->missing;
		return VOUCH_MATCH_MISSING;
	}
	if (!vouch_refs_signer(refs, ref->signer)->operator_declared)
		return VOUCH_MATCH_FOUND;
	*reason = rule->kind == VOUCH_REF_INITRAMFS ? VOUCH_OPERATOR_INITRAMFS :
		  VOUCH_OPERATOR_DECLARED;
	return VOUCH_MATCH_DECLARED;
}

const char *vouch_match_text(enum vouch_match match)
{
	static const char *const texts[] = {
		[VOUCH_MATCH_NOT_NEEDED] = "not-needed",
		[VOUCH_MATCH_FOUND] = "found",
		[VOUCH_MATCH_DECLARED] = "operator-declared",
		[VOUCH_MATCH_MISSING] = "missing",
	};

	return texts[match];
}
