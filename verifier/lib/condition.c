// SPDX-License-Identifier: GPL-2.0-only
#include "condition.h"

#include <string.h>

/* Every type a hook writes; a kernel that leaves one out has been told to. */
#define MEASURED_FIRST	16
#define MEASURED_LAST	40

static uint64_t le_at(const uint8_t *p, int len)
{
	uint64_t value = 0;

	while (len--)
		value = value << 8 | p[len];
	return value;
}

static uint64_t le64_at(const uint8_t *p)
{
	return le_at(p, 8);
}

enum vouch_lockdown vouch_lockdown_parse(const char *name, size_t len)
{
	static const char *const names[] = {
		[VOUCH_LOCKDOWN_UNKNOWN] = "unknown",
		[VOUCH_LOCKDOWN_NONE] = "none",
		[VOUCH_LOCKDOWN_INTEGRITY] = "integrity",
		[VOUCH_LOCKDOWN_CONFIDENTIALITY] = "confidentiality",
	};
	int i;

	for (i = VOUCH_LOCKDOWN_UNKNOWN; i <= VOUCH_LOCKDOWN_CONFIDENTIALITY; i++) {
		if (len == strlen(names[i]) && !memcmp(name, names[i], len))
			return (enum vouch_lockdown)i;
	}
	return VOUCH_LOCKDOWN_UNTOLD;
}

static enum vouch_reason on_taint(const struct vouch_policy *policy,
				  const struct vouch_record *record)
{
	if (record->data_len != 8)
		return VOUCH_RECORD_INCOMPLETE;
	return le64_at(record->data) & ~policy->taint_accept ? VOUCH_TAINTED : VOUCH_REASON_NONE;
}

static enum vouch_reason on_lockdown(struct vouch_condition *condition,
				     const struct vouch_policy *policy,
				     const struct vouch_record *record)
{
	enum vouch_lockdown before = condition->lockdown;

	condition->lockdown = record->name ?
		vouch_lockdown_parse(record->name, record->name_len) : VOUCH_LOCKDOWN_UNTOLD;
	if (condition->lockdown == VOUCH_LOCKDOWN_UNTOLD)
		return VOUCH_RECORD_INCOMPLETE;
	/* The kernel only ever raises it. */
	if (condition->lockdown < before)
		return VOUCH_LOCKDOWN_LOWERED;
	return condition->lockdown < policy->lockdown ? VOUCH_LOCKDOWN_MISSING : VOUCH_REASON_NONE;
}

static enum vouch_reason on_secure_boot(struct vouch_condition *condition,
					const struct vouch_policy *policy,
					const struct vouch_record *record)
{
	condition->secure_boot = true;
	if (vouch_record_named(record, "enabled"))
		return VOUCH_REASON_NONE;
	if (!vouch_record_named(record, "disabled") && !vouch_record_named(record, "unknown"))
		return VOUCH_RECORD_INCOMPLETE;
	return policy->secure_boot ? VOUCH_SECURE_BOOT_MISSING : VOUCH_REASON_NONE;
}

/* Where CPUs differ, the revision is that of one of them, and the name says so. */
static enum vouch_reason on_microcode(struct vouch_condition *condition,
				      const struct vouch_policy *policy,
				      const struct vouch_record *record)
{
	const struct vouch_microcode *demand = policy->microcode;
	size_t i;

	if (record->data_len != 4 || !record->name)
		return VOUCH_RECORD_INCOMPLETE;
	condition->microcode = true;
	for (i = 0; i < policy->microcode_count; i++) {
		if (vouch_record_named(record, demand[i].cpu))
			return le_at(record->data, 4) < demand[i].revision ?
			       VOUCH_MICROCODE_MISSING : VOUCH_REASON_NONE;
	}
	return policy->microcode_count ? VOUCH_MICROCODE_MISSING : VOUCH_REASON_NONE;
}

static enum vouch_reason on_policy(const struct vouch_record *record)
{
	uint64_t all = ((2ULL << MEASURED_LAST) - 1) & ~((1ULL << MEASURED_FIRST) - 1);

	if (record->data_len != 8)
		return VOUCH_RECORD_INCOMPLETE;
	return all & ~le64_at(record->data) ? VOUCH_MEASURING_REDUCED : VOUCH_REASON_NONE;
}

static enum vouch_reason on_vm_count(struct vouch_condition *condition,
				     const struct vouch_record *record)
{
	uint64_t started = condition->started, ended = condition->ended;

	if (record->data_len != 16)
		return VOUCH_RECORD_INCOMPLETE;
	condition->started = le64_at(record->data);
	condition->ended = le64_at(record->data + 8);
	return condition->started < started || condition->ended < ended ||
	       condition->ended > condition->started ? VOUCH_COUNT_WRONG : VOUCH_REASON_NONE;
}

enum vouch_reason vouch_condition_record(struct vouch_condition *condition,
					 const struct vouch_policy *policy,
					 const struct vouch_record *record)
{
	switch (record->type) {
	case VOUCH_TYPE_TAINT:
		return on_taint(policy, record);
	case VOUCH_TYPE_LOCKDOWN:
		return on_lockdown(condition, policy, record);
	case VOUCH_TYPE_SECURE_BOOT:
		return on_secure_boot(condition, policy, record);
	case VOUCH_TYPE_MICROCODE:
		return on_microcode(condition, policy, record);
	case VOUCH_TYPE_POLICY:
		return on_policy(record);
	case VOUCH_TYPE_VM_COUNT:
		return on_vm_count(condition, record);
	}
	return VOUCH_REASON_NONE;
}

void vouch_condition_end(struct vouch_condition *condition, const struct vouch_policy *policy,
			 enum vouch_reason *silence)
{
	silence[0] = policy->lockdown && !condition->lockdown ? VOUCH_LOCKDOWN_MISSING :
		     VOUCH_REASON_NONE;
	silence[1] = policy->secure_boot && !condition->secure_boot ?
		     VOUCH_SECURE_BOOT_MISSING : VOUCH_REASON_NONE;
	silence[2] = policy->microcode_count && !condition->microcode ?
		     VOUCH_MICROCODE_MISSING : VOUCH_REASON_NONE;
	memset(condition, 0, sizeof(*condition));
}
