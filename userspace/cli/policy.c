// SPDX-License-Identifier: GPL-2.0-only
/* Reading a verifier's policy; vouch-verify(1) describes it. */
#include <string.h>

#include "policy.h"

#define POLICY_SIZE_MAX	(1 << 20)
#define NS_NONE		UINT32_MAX	/* no time is longer */

static const char * const members[] = {
	"version", "role", "threshold_ms", "bus_threshold_ms", "accept", "own_log", "batched",
	"taint-accept", "lockdown", "secure-boot", "microcode", "proximity", "reference_signers",
};

struct source {
	FILE *file;
	size_t left;
};

/* No more than a policy has; what is cut off there is no JSON. */
static size_t read_bounded(void *buf, size_t size, void *data)
{
	struct source *source = data;
	size_t len = fread(buf, 1, size < source->left ? size : source->left, source->file);

	source->left -= len;
	return len;
}

static bool is_known(const char *name)
{
	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++)
		if (!strcmp(name, members[i]))
			return true;
	return false;
}

/* A demand that is misspelt must not be dropped in silence. */
static const char *unknown(json_t *json)
{
	const char *name;
	json_t *value;

	json_object_foreach(json, name, value)
		if (!is_known(name))
			return name;
	return NULL;
}

/**
 * policy_read() - read a policy as it is
 * @cli: this run
 * @path: its file
 *
 * Return: an object with none but known members, or NULL after saying why.
 */
json_t *policy_read(struct cli *cli, const char *path)
{
	struct source source = { .file = fopen(path, "re"), .left = POLICY_SIZE_MAX };
	json_error_t error;
	json_t *json;

	if (!source.file) {
		cli_say(cli, CLI_FAILED, "cannot read %s: %m", path);
		return NULL;
	}
	json = json_load_callback(read_bounded, &source, JSON_REJECT_DUPLICATES, &error);
	fclose(source.file);
	if (!json_is_object(json))
		cli_say(cli, CLI_FAILED, "%s: not a policy: line %d: %s", path, error.line,
			json ? "no object" : error.text);
	else if (unknown(json))
		cli_say(cli, CLI_FAILED, "%s: %s: no such member", path, unknown(json));
	else if (json_integer_value(json_object_get(json, "version")) != 1)
		cli_say(cli, CLI_FAILED, "%s: version: only 1 is known", path);
	else
		return json;
	json_decref(json);
	return NULL;
}

static bool take_ms(const json_t *value, uint64_t *ns)
{
	double ms = json_number_value(value);

	if (!json_is_number(value) || !(ms >= 0 && ms <= POLICY_MS_MAX))
		return false;
	*ns = (uint64_t)(ms * POLICY_NS_PER_MS);
	return true;
}

static bool take_ns(const json_t *value, bool needed, uint32_t *ns)
{
	json_int_t number = json_integer_value(value);

	*ns = NS_NONE;
	if (!value)
		return !needed;
	if (!json_is_integer(value) || number < 0 || number >= NS_NONE)
		return false;
	*ns = (uint32_t)number;
	return true;
}

static bool take_times(const json_t *json, struct vouch_times *times)
{
	return take_ns(json_object_get(json, "min_ns"), true, &times->min) &&
	       take_ns(json_object_get(json, "p5_ns"), false, &times->p5) &&
	       take_ns(json_object_get(json, "median_ns"), false, &times->median);
}

/* Which model its card is the asker does not know, so it judges by what goes for any. */
static bool take_bounds(json_t *list, struct policy *policy)
{
	json_t *bound;
	size_t i;

	json_array_foreach(list, i, bound) {
		const char *model = json_string_value(json_object_get(bound, "model"));

		if (!model)
			return false;
		if (strcmp(model, "*") || policy->bounded)
			continue;
		policy->bounded = take_times(json_object_get(bound, "guest"), &policy->guest) &&
				  take_times(json_object_get(bound, "card"), &policy->card);
		if (!policy->bounded)
			return false;
	}
	return json_array_size(list) > 0;
}

static bool take_near(const json_t *json, struct policy *policy)
{
	json_int_t rounds = json_integer_value(json_object_get(json, "rounds"));

	if (!json)
		return true;
	policy->rounds = (uint32_t)rounds;
	return rounds >= VOUCH_ROUNDS_MIN && rounds <= VOUCH_ROUNDS_MAX &&
	       take_bounds(json_object_get(json, "bounds"), policy);
}

static const char *take(const json_t *json, struct policy *policy)
{
	const json_t *bus = json_object_get(json, "bus_threshold_ms");

	if (!take_ms(json_object_get(json, "threshold_ms"), &policy->threshold_ns))
		return "threshold_ms: give milliseconds, up to a day";
	policy->has_bus = bus;
	if (bus && !take_ms(bus, &policy->bus_threshold_ns))
		return "bus_threshold_ms: give milliseconds, up to a day";
	if (!take_near(json_object_get(json, "proximity"), policy))
		return "proximity: give rounds from 2 to 256 and bounds, each with model, guest "
		       "and card";
	return NULL;
}

/**
 * policy_load() - read what a policy says of time and distance
 * @cli: this run
 * @path: its file
 * @policy: result
 *
 * Return: CLI_GO_ON, or CLI_FAILED after saying why.
 */
int policy_load(struct cli *cli, const char *path, struct policy *policy)
{
	json_t *json = policy_read(cli, path);
	const char *wrong;

	if (!json)
		return CLI_FAILED;
	*policy = (struct policy){ 0 };
	wrong = take(json, policy);
	json_decref(json);
	return wrong ? cli_say(cli, CLI_FAILED, "%s: %s", path, wrong) : CLI_GO_ON;
}
