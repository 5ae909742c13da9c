// SPDX-License-Identifier: GPL-2.0-only
/* What vouch attest says of the package that it wrote. */
#include "summary.h"

#include "judge.h"
#include "near.h"

static const char *subject_of(const struct vouch_evidence *ev)
{
	if (!ev->has_log[1])
		return "hypervisor";
	return ev->has_log[0] ? "both" : "os";
}

static json_t *summary_json(const struct vouch_package_summary *sum, const char *stamps)
{
	const struct vouch_evidence *ev = &sum->evidence;
	json_t *json = json_pack("{s:I,s:o,s:I,s:s,s:I,s:I,s:s,s:s,s:I,s:I,s:s}",
		"bytes", (json_int_t)sum->size,
		"card_id", cli_json_hex(ev->card_id, sizeof(ev->card_id)),
		"function", (json_int_t)ev->function,
		"role", vouch_role_name((unsigned int)ev->role),
		"boot_count", (json_int_t)ev->boot_count, "epoch", (json_int_t)ev->epoch,
		"state", vouch_attach_name((unsigned int)ev->attach),
		"subject", subject_of(ev), "elapsed_ns", (json_int_t)(sum->after - sum->before),
		"card_ns", (json_int_t)sum->card,
		"stamps", stamps);

	if (json && ev->has_log[0]) {
		json_object_set_new(json, "count", json_integer((json_int_t)ev->logs[0].count));
		json_object_set_new(json, "log_bytes", json_integer((json_int_t)sum->log_size));
	}
	if (json && ev->has_log[1]) {
		json_object_set_new(json, "own_count", json_integer((json_int_t)ev->logs[1].count));
		json_object_set_new(json, "own_bytes", json_integer((json_int_t)sum->own_size));
	}
	if (json && ev->batch)
		json_object_set_new(json, "batch", json_integer((json_int_t)ev->batch));
	if (json && sum->near.rounds)
		json_object_set_new(json, "proximity", near_json(&sum->near));
	return json;
}

static void print_text(FILE *to, const struct vouch_package_summary *sum)
{
	const struct vouch_evidence *ev = &sum->evidence;

	fprintf(to, "package of %llu bytes: function %llu (%s), epoch %llu, ",
		(unsigned long long)sum->size, (unsigned long long)ev->function,
		vouch_role_name((unsigned int)ev->role), (unsigned long long)ev->epoch);
	if (ev->has_log[0])
		fprintf(to, "%llu records, ", (unsigned long long)ev->logs[0].count);
	if (ev->has_log[1])
		fprintf(to, "%llu of its own, ", (unsigned long long)ev->logs[1].count);
	if (ev->batch)
		fprintf(to, "signature shared by %llu, ", (unsigned long long)ev->batch);
	fprintf(to, "answered in %.3f ms\n", (double)(sum->after - sum->before) / 1e6);
	if (sum->near.rounds)
		near_text(&sum->near, to);
}

/**
 * cli_print_summary() - say what is in a package
 * @cli: says how
 * @to: where
 * @sum: the package
 * @stamps: whose bus stamps it has
 * @policy: by which it is judged, or NULL
 *
 * Return: an exit code; CLI_NOT_MET where it does not meet @policy.
 */
int cli_print_summary(struct cli *cli, FILE *to, const struct vouch_package_summary *sum,
		      const char *stamps, const struct policy *policy)
{
	struct judgement judged = { .met = true };

	if (policy)
		judge(policy, sum, &judged);
	if (cli->json) {
		json_t *json = summary_json(sum, stamps);

		if (json && policy)
			json_object_set_new(json, "policy", judge_json(policy, &judged));
		if (cli_print_json(to, json))
			return CLI_FAILED;
	} else {
		print_text(to, sum);
		if (policy)
			judge_text(policy, &judged, to);
	}
	return judged.met ? CLI_OK : CLI_NOT_MET;
}
