// SPDX-License-Identifier: GPL-2.0-only
/* Everything as one JSON object; the history is written as it is read. */
#include "vouch-verify.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void set(json_t *object, const char *key, json_t *value)
{
	if (json_object_set_new(object, key, value))
		tool_fail("out of memory");
}

static void set_hex(json_t *object, const char *key, const uint8_t *bytes, size_t len)
{
	char hex[2 * 256 + 1];

	if (!bytes || len > 256)
		return;
	tool_hex_encode(hex, bytes, len);
	set(object, key, json_string(hex));
}

/* Numbers beyond JSON's safe range do not occur but in hostile input. */
static void set_uint(json_t *object, const char *key, uint64_t value)
{
	char text[32];

	if (value <= INT64_MAX) {
		set(object, key, json_integer((json_int_t)value));
		return;
	}
	snprintf(text, sizeof(text), "%" PRIu64, value);
	set(object, key, json_string(text));
}

static json_t *finding_json(const struct vouch_finding *f)
{
	json_t *json = json_object();

	set(json, "code", json_string(vouch_reason_code(f->reason)));
	set(json, "class", json_string(vouch_class_text(f->class)));
	set(json, "text", json_string(vouch_reason_text(f->reason)));
	if (f->record != VOUCH_NO_RECORD) {
		set_uint(json, "log", f->log);
		set_uint(json, "record", f->record);
	}
	if (f->type)
		set(json, "type", json_string(vouch_record_type_text(f->type)));
	if (f->name[0])
		set(json, "name", json_string(f->name));
	if (f->has_digest)
		set_hex(json, "digest", f->digest, sizeof(f->digest));
	return json;
}

static json_t *findings_json(const struct vouch_findings *list)
{
	json_t *json = json_array();
	size_t i;

	for (i = 0; i < list->count; i++) {
		if (json_array_append_new(json, finding_json(&list->items[i])))
			tool_fail("out of memory");
	}
	return json;
}

static json_t *log_json(const struct vouch_log_claim *log, bool proven)
{
	json_t *json = json_object();

	set_uint(json, "log", log->log);
	set_uint(json, "count", log->count);
	set(json, "proven", json_boolean(proven));
	set_hex(json, "instance", log->instance, sizeof(log->instance));
	set_hex(json, "pcr", log->pcr, sizeof(log->pcr));
	set_hex(json, "root", log->root, sizeof(log->root));
	return json;
}

/* Whose log the card signed for and the package proves. */
static json_t *attested_json(const struct vouch_verdict *v)
{
	json_t *json = json_array();

	if (v->log_proven[0])
		json_array_append_new(json, json_string("hypervisor"));
	if (v->log_proven[1])
		json_array_append_new(json, json_string("os"));
	return json;
}

static json_t *batch_json(const struct vouch_batch *batch)
{
	json_t *json = json_object();

	set_uint(json, "size", batch->size);
	set_uint(json, "index", batch->index);
	return json;
}

static json_t *evidence_json(const struct vouch_verdict *v)
{
	static const char *const attach[] = { "reset", "attached", "jumping", "detached" };
	const struct vouch_evidence *e = &v->claims;
	json_t *json = json_object(), *logs = json_array();
	size_t i;

	set_hex(json, "card", e->card_id, sizeof(e->card_id));
	set_hex(json, "firmware", e->firmware, sizeof(e->firmware));
	set_uint(json, "boot_count", e->boot_count);
	set_uint(json, "epoch", e->epoch);
	set_uint(json, "function", e->function);
	set(json, "role", json_string(e->role == VOUCH_ROLE_IS_GUEST ? "guest" : "host"));
	set(json, "attach", json_string(attach[e->attach]));
	set(json, "debug", json_boolean(e->debug));
	if (e->current != VOUCH_NO_RECORD)
		set_uint(json, "current", e->current);
	if (e->last_contact != UINT64_MAX)
		set_uint(json, "last_contact_ns", e->last_contact);
	set_uint(json, "t_rx_ns", e->t_rx);
	set_uint(json, "t_sign_start_ns", e->t_sign);
	for (i = 0; i < 2; i++) {
		if (e->has_log[i])
			json_array_append_new(logs, log_json(&e->logs[i], v->log_proven[i]));
	}
	if (e->has_log[1]) {
		set_uint(json, "own_epoch", e->own_epoch);
		set(json, "own_attach", json_string(attach[e->own_attach]));
	}
	if (e->batched)
		set(json, "batch", batch_json(&e->batch));
	set(json, "attested", attested_json(v));
	set(json, "logs", logs);
	return json;
}

static json_t *timing_json(const struct vouch_timing *timing, const struct vouch_policy *policy)
{
	json_t *json = json_object();

	set_uint(json, "waited_ns", timing->waited);
	set_uint(json, "card_ns", timing->card);
	set_uint(json, "way_ns", timing->way);
	set_uint(json, "apart_ns", timing->apart);
	if (timing->has_bus) {
		set_uint(json, "bus_ns", timing->bus);
		set_uint(json, "bus_way_ns", timing->bus_way);
	}
	if (timing->has_bus && timing->bus_by != VOUCH_STAMPED_UNSAID)
		set(json, "bus_by", json_string(timing->bus_by == VOUCH_STAMPED_BY_EBPF ?
						"ebpf" : "driver"));
	set_uint(json, "threshold_ns", policy->threshold_ns);
	if (policy->judge_bus)
		set_uint(json, "bus_threshold_ns", policy->bus_threshold_ns);
	return json;
}

static json_t *ref_json(const struct tool_report *report, const struct vouch_ref *ref)
{
	const struct vouch_ref_signer *signer = vouch_refs_signer(report->input->refs, ref->signer);
	json_t *json = json_object();

	set(json, "kind", json_string(vouch_ref_kind_text(ref->kind)));
	set(json, "name", json_stringn(ref->name, ref->name_len));
	if (ref->version_len)
		set(json, "version", json_stringn(ref->version, ref->version_len));
	if (ref->source_len)
		set(json, "source", json_stringn(ref->source, ref->source_len));
	set(json, "signer", json_string(signer->name));
	return json;
}

static json_t *event_json(const struct tool_report *report, const struct vouch_event *event)
{
	const struct vouch_record *r = event->record;
	json_t *json = json_object();

	set_uint(json, "log", event->log);
	set_uint(json, "record", r->number);
	set(json, "type", json_string(vouch_record_type_text(r->type)));
	set_uint(json, "type_number", r->type);
	set_uint(json, "epoch", r->epoch);
	set_uint(json, "time_ns", r->time);
	if (r->name)
		set(json, "name", json_stringn(r->name, r->name_len));
	set_hex(json, "digest", r->digest, VOUCH_DIGEST_LEN);
	set_hex(json, "data", r->data, r->data_len);
	if (r->ref != VOUCH_RECORD_NO_REF)
		set_uint(json, "ref", r->ref);
	set_hex(json, "record_digest", event->digest, VOUCH_DIGEST_LEN);
	set(json, "match", json_string(vouch_match_text(event->match)));
	if (event->match == VOUCH_MATCH_FOUND || event->match == VOUCH_MATCH_DECLARED)
		set(json, "reference", ref_json(report, &event->ref));
	if (event->root != VOUCH_ROOT_NONE)
		set(json, "root", json_string(vouch_root_text(event->root)));
	if (event->live_update)
		set(json, "live_update", json_true());
	return json;
}

struct printing {
	const struct tool_report *report;
	json_t *kernels;
	json_t *last;	/* in @kernels, where it had room for it */
	bool any;
};

static void list_kernel(struct printing *p, const struct vouch_event *event, json_t *json)
{
	if (event->record->type == VOUCH_TYPE_TPM_SIGNATURE && p->last &&
	    event->root != VOUCH_ROOT_NONE)
		set(p->last, "root", json_string(vouch_root_text(event->root)));
	if (event->record->type != VOUCH_TYPE_KERNEL)
		return;
	/* Hostile logs have any number of them: the rest is in the history alone. */
	p->last = json_array_size(p->kernels) < TOOL_KERNELS_MAX ? json : NULL;
	if (p->last && json_array_append(p->kernels, json))
		tool_fail("out of memory");
}

static void print_event(void *ctx, const struct vouch_event *event)
{
	struct printing *p = ctx;
	const struct vouch_verdict *v = p->report->verdict;
	json_t *json;

	if (!v->log_proven[event->log ? 1 : 0])
		return;
	json = event_json(p->report, event);
	printf("%s\n  ", p->any ? "," : "");
	json_dumpf(json, stdout, JSON_COMPACT | JSON_ENSURE_ASCII);
	p->any = true;
	if (!event->log)
		list_kernel(p, event, json);
	json_decref(json);
}

static json_t *head_json(const struct tool_report *report)
{
	const struct vouch_verdict *v = report->verdict;
	json_t *json = json_object();

	set(json, "verdict", json_string(vouch_tier_text(v->tier)));
	set(json, "broken", json_boolean(v->findings.totals[VOUCH_CLASS_BROKEN]));
	set(json, "policy_failed", json_boolean(v->findings.totals[VOUCH_CLASS_POLICY]));
	if (v->tier == VOUCH_NOT_AUTHENTIC)
		set(json, "first_bad", finding_json(&v->findings.first_bad));
	set(json, "findings", findings_json(&v->findings));
	set_uint(json, "findings_total", v->findings.totals[VOUCH_CLASS_UNTOLD] +
		 v->findings.totals[VOUCH_CLASS_BROKEN] + v->findings.totals[VOUCH_CLASS_POLICY] +
		 v->findings.totals[VOUCH_CLASS_WARNING]);
	if (v->claims_proven)
		set(json, "evidence", evidence_json(v));
	if (v->timing.known)
		set(json, "timing", timing_json(&v->timing, report->input->policy));
	if (v->near.known)
		set(json, "proximity", tool_near_json(&v->near));
	set(json, "root", json_string(vouch_root_text(v->root)));
	if (v->log_proven[1]) {
		set(json, "own_root", json_string(vouch_root_text(v->own_root)));
		set_uint(json, "own_kernels", v->own_kernels);
	}
	set_uint(json, "kernels_total", v->kernels);
	set_hex(json, "nonce", report->input->nonce, report->input->nonce_len);
	return json;
}

void tool_json_print(const struct tool_report *report)
{
	json_t *head = head_json(report);
	struct printing printing = { .report = report, .kernels = json_array() };

	fputs("{", stdout);
	json_dumpf(head, stdout, JSON_INDENT(1) | JSON_EMBED | JSON_ENSURE_ASCII);
	fputs(",\n \"history\": [", stdout);
	if ((report->verdict->log_proven[0] || report->verdict->log_proven[1]) &&
	    report->options->history != TOOL_HISTORY_NONE)
		tool_history_run(report, print_event, &printing);
	fputs("],\n \"kernels\": ", stdout);
	json_dumpf(printing.kernels, stdout, JSON_COMPACT | JSON_ENSURE_ASCII);
	fputs("\n}\n", stdout);
	json_decref(printing.kernels);
	json_decref(head);
}
