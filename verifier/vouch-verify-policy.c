// SPDX-License-Identifier: GPL-2.0-only
/* The policy file: JSON, described in vouch-verify(1). */
#include "vouch-verify.h"

#include <libgen.h>
#include <stdlib.h>
#include <string.h>

#include "lib/condition.h"
#include "lib/cose.h"

#define POLICY_MAX	(1 << 20)
#define MS_MAX		86400000	/* a day */

static void load_role(struct vouch_policy *policy, const json_t *json, const char *path)
{
	const char *role = json_string_value(json_object_get(json, "role"));

	if (role && !strcmp(role, "guest"))
		policy->role = VOUCH_ROLE_IS_GUEST;
	else if (role && !strcmp(role, "host"))
		policy->role = VOUCH_ROLE_IS_HOST;
	else
		tool_fail("%s: role: give guest or host", path);
}

uint64_t tool_policy_ms(const json_t *value, const char *member, const char *path)
{
	double ms = json_number_value(value);

	if (!json_is_number(value) || !(ms >= 0 && ms <= MS_MAX))
		tool_fail("%s: %s: give milliseconds, up to a day", path, member);
	return (uint64_t)(ms * 1e6);
}

static void load_threshold(struct vouch_policy *policy, const json_t *json, const char *path)
{
	const json_t *bus = json_object_get(json, "bus_threshold_ms");

	policy->threshold_ns = tool_policy_ms(json_object_get(json, "threshold_ms"),
					      "threshold_ms", path);
	policy->judge_bus = bus;
	if (bus)
		policy->bus_threshold_ns = tool_policy_ms(bus, "bus_threshold_ms", path);
}

static void load_accept(struct vouch_policy *policy, json_t *json, const char *path)
{
	json_t *list = json_object_get(json, "accept"), *item;
	size_t i;

	if (list && !json_is_array(list))
		tool_fail("%s: accept: give a list of warnings", path);
	json_array_foreach(list, i, item) {
		const char *code = json_string_value(item);
		enum vouch_reason reason = vouch_reason_from_code(code ? code : "");

		if (vouch_reason_class(reason) != VOUCH_CLASS_WARNING)
			tool_fail("%s: accept: %s is not a warning", path, code ? code : "this");
		policy->accept[reason] = true;
	}
}

static void load_own(struct vouch_policy *policy, const json_t *json, const char *path)
{
	const json_t *value = json_object_get(json, "own_log");
	const char *text = json_string_value(value);

	if (value && (!text || (strcmp(text, "show") && strcmp(text, "require"))))
		tool_fail("%s: own_log: give show or require", path);
	policy->require_own = text && !strcmp(text, "require");
}

static void load_batched(struct vouch_policy *policy, const json_t *json, const char *path)
{
	const json_t *value = json_object_get(json, "batched");
	const char *text = json_string_value(value);

	if (value && (!text || (strcmp(text, "accept") && strcmp(text, "refuse"))))
		tool_fail("%s: batched: give accept or refuse", path);
	policy->refuse_batched = text && !strcmp(text, "refuse");
}

static void load_lockdown(struct vouch_policy *policy, const json_t *json, const char *path)
{
	const json_t *value = json_object_get(json, "lockdown");
	const char *text = json_string_value(value);

	if (!value)
		return;
	policy->lockdown = text ? vouch_lockdown_parse(text, strlen(text)) : 0;
	if (policy->lockdown < VOUCH_LOCKDOWN_INTEGRITY)
		tool_fail("%s: lockdown: give integrity or confidentiality", path);
}

static void load_secure_boot(struct vouch_policy *policy, const json_t *json, const char *path)
{
	const json_t *value = json_object_get(json, "secure-boot");
	const char *text = json_string_value(value);

	if (value && (!text || strcmp(text, "enabled")))
		tool_fail("%s: secure-boot: give enabled", path);
	policy->secure_boot = value;
}

static void load_taint(struct vouch_policy *policy, const json_t *json, const char *path)
{
	json_t *list = json_object_get(json, "taint-accept"), *bit;
	size_t i;

	policy->taint_accept = list ? 0 : VOUCH_TAINT_ACCEPTED;
	if (list && !json_is_array(list))
		tool_fail("%s: taint-accept: give a list of bits", path);
	json_array_foreach(list, i, bit) {
		json_int_t number = json_integer_value(bit);

		if (!json_is_integer(bit) || number < 0 || number > 63)
			tool_fail("%s: taint-accept: bits are numbers from 0 to 63", path);
		policy->taint_accept |= 1ULL << number;
	}
}

static void load_microcode(struct tool_policy *policy, json_t *json, const char *path)
{
	json_t *list = json_object_get(json, "microcode"), *value;
	struct vouch_microcode *to = policy->microcode;
	const char *cpu;

	if (list && (!json_object_size(list) || json_object_size(list) > TOOL_CPUS_MAX))
		tool_fail("%s: microcode: give 1 to %d CPUs", path, TOOL_CPUS_MAX);
	json_object_foreach(list, cpu, value) {
		const char *text = json_string_value(value);
		size_t digits = text && !strncmp(text, "0x", 2) ?
				strspn(text + 2, "0123456789abcdef") : 0;

		if (!*cpu || strlen(cpu) > VOUCH_CPU_NAME_MAX)
			tool_fail("%s: microcode: give vendor and family-model-stepping", path);
		if (digits < 1 || digits > 8 || text[2 + digits])
			tool_fail("%s: microcode: %s: give a revision as 0x and hexadecimal digits",
				  path, cpu);
		memset(to, 0, sizeof(*to));
		memcpy(to->cpu, cpu, strlen(cpu));
		to->revision = (uint32_t)strtoul(text + 2, NULL, 16);
		to++;
	}
	policy->policy.microcode = policy->microcode;
	policy->policy.microcode_count = (size_t)(to - policy->microcode);
}

static void load_signer(struct tool_policy *policy, const json_t *json, const char *path,
			const char *folder)
{
	struct vouch_corim_signer *signer = &policy->signers[policy->signer_count];
	const char *name = json_string_value(json_object_get(json, "name"));
	const char *key = json_string_value(json_object_get(json, "key"));
	const json_t *declared = json_object_get(json, "operator");

	if (policy->signer_count == TOOL_SIGNERS_MAX)
		tool_fail("%s: more than %d reference signers", path, TOOL_SIGNERS_MAX);
	if (!name || !key || (declared && !json_is_boolean(declared)) ||
	    json_object_size(json) != 2U + !!declared)
		tool_fail("%s: reference_signers: each has name, key and perhaps operator", path);
	signer->key = tool_read_key(key, folder);
	if (!vouch_cose_is_p384(signer->key))
		tool_fail("%s: the key of %s is not a P-384 public key in PEM", path, name);
	signer->name = strdup(name);
	if (!signer->name)
		tool_fail("out of memory");
	signer->operator_declared = json_is_true(declared);
	policy->signer_count++;
}

static void check_members(const json_t *json, const char *path)
{
	static const char *const known[] = {
		"version", "role", "threshold_ms", "accept", "own_log", "reference_signers",
		"taint-accept", "lockdown", "secure-boot", "microcode", "proximity",
		"batched", "bus_threshold_ms",
	};
	const char *key;
	json_t *value;
	size_t i;

	json_object_foreach((json_t *)(uintptr_t)json, key, value) {
		for (i = 0; i < sizeof(known) / sizeof(*known); i++) {
			if (!strcmp(key, known[i]))
				break;
		}
		/* A demand that is misspelt must not be dropped in silence. */
		if (i == sizeof(known) / sizeof(*known))
			tool_fail("%s: %s: no such member", path, key);
	}
	if (json_integer_value(json_object_get(json, "version")) != 1)
		tool_fail("%s: version: only 1 is known", path);
}

void tool_policy_load(struct tool_policy *policy, const char *path)
{
	size_t len, i;
	uint8_t *text = tool_read_file(path, POLICY_MAX, &len);
	json_error_t error;
	json_t *json = json_loadb((char *)text, len, JSON_REJECT_DUPLICATES, &error);
	json_t *signers, *signer;
	char *copy = strdup(path);
	const char *folder;

	free(text);
	if (!copy)
		tool_fail("out of memory");
	folder = dirname(copy);
	if (!json_is_object(json))
		tool_fail("%s: not a policy: line %d: %s", path, error.line, error.text);
	check_members(json, path);
	load_role(&policy->policy, json, path);
	load_threshold(&policy->policy, json, path);
	load_accept(&policy->policy, json, path);
	load_own(&policy->policy, json, path);
	load_batched(&policy->policy, json, path);
	load_lockdown(&policy->policy, json, path);
	load_secure_boot(&policy->policy, json, path);
	load_microcode(policy, json, path);
	load_taint(&policy->policy, json, path);
	tool_near_load(policy, json_object_get(json, "proximity"), path);
	signers = json_object_get(json, "reference_signers");
	if (!json_is_array(signers))
		tool_fail("%s: reference_signers: give a list", path);
	json_array_foreach(signers, i, signer)
		load_signer(policy, signer, path, folder);
	free(copy);
	json_decref(json);
}

void tool_policy_free(struct tool_policy *policy)
{
	size_t i;

	for (i = 0; i < policy->signer_count; i++) {
		free((void *)(uintptr_t)policy->signers[i].name);
		EVP_PKEY_free(policy->signers[i].key);
	}
	tool_near_free(policy);
}
