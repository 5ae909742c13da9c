// SPDX-License-Identifier: GPL-2.0-only
/* The result for people: verdict, history, findings. */
#include "vouch-verify.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define SHORT_MAX	60	/* bytes of a reference's name */

struct table {
	const struct tool_report *report;
	uint64_t modules, firmware;	/* left out, all of them matched */
	bool headed;
};

/* Text from the input must not drive the terminal. */
static int put_text(const char *text, size_t len)
{
	int width = 0;
	size_t i;

	for (i = 0; i < len; i++) {
		unsigned char c = (unsigned char)text[i];

		if (c >= 0x20 && c < 0x7f && c != '\\')
			width += putchar(c) != EOF;
		else
			width += printf("\\x%02x", c);
	}
	return width;
}

static void pad(int width, int column)
{
	printf("%*s", width < column ? column - width : 1, "");
}

static void put_digest(const uint8_t *digest)
{
	char hex[2 * VOUCH_DIGEST_LEN + 1];

	tool_hex_encode(hex, digest, VOUCH_DIGEST_LEN);
	printf("sha384:%s", hex);
}

static void put_finding(const struct vouch_finding *f)
{
	if (f->record != VOUCH_NO_RECORD)
		printf("record %" PRIu64 "%s", f->record, f->log ? " of the asker's log" : "");
	if (f->type)
		printf(" (%s)", vouch_record_type_text(f->type));
	if (f->name[0]) {
		fputs(f->record != VOUCH_NO_RECORD || f->type ? " " : "", stdout);
		put_text(f->name, strlen(f->name));
	}
	if (f->record != VOUCH_NO_RECORD || f->type || f->name[0])
		fputs(": ", stdout);
	printf("%s [%s]", vouch_reason_text(f->reason), vouch_reason_code(f->reason));
	if (f->has_digest) {
		fputs("\n           ", stdout);
		put_digest(f->digest);
	}
}

static void print_verdict(const struct vouch_verdict *v)
{
	size_t i;

	fputs(vouch_tier_text(v->tier), stdout);
	if (v->tier == VOUCH_NOT_AUTHENTIC) {
		printf(" (%s): ", v->findings.totals[VOUCH_CLASS_BROKEN] ?
		       "the evidence is broken" : "the policy is not met");
		put_finding(&v->findings.first_bad);
	}
	for (i = 0; v->tier == VOUCH_COULD_NOT_TELL && i < v->findings.count; i++) {
		if (v->findings.items[i].class != VOUCH_CLASS_UNTOLD)
			continue;
		fputs(": ", stdout);
		put_finding(&v->findings.items[i]);
		break;
	}
	fputs("\n", stdout);
}

static void print_timing(const struct vouch_timing *timing, const struct vouch_policy *policy)
{
	if (!timing->known)
		return;
	printf("; the way to the card and back took %.3f ms, give or take %.3f "
	       "(allowed: %.3f ms)", (double)timing->way / 1e6, (double)timing->apart / 1e6,
	       (double)policy->threshold_ns / 1e6);
	if (policy->judge_bus && timing->has_bus)
		printf(",\n         of it %.3f ms from doorbell to interrupt (allowed: %.3f ms)",
		       (double)timing->bus_way / 1e6, (double)policy->bus_threshold_ns / 1e6);
}

static void print_summary(const struct tool_report *report)
{
	const struct vouch_verdict *v = report->verdict;
	const struct vouch_evidence *e = &v->claims;
	char card[2 * VOUCH_CARD_ID_LEN + 1];

	if (!v->claims_proven)
		return;
	tool_hex_encode(card, e->card_id, sizeof(e->card_id));
	printf("\ncard     %s, boot %" PRIu64 ", epoch %" PRIu64 "\n", card, e->boot_count,
	       e->epoch);
	printf("asked    by %s function %" PRIu64,
	       e->role == VOUCH_ROLE_IS_GUEST ? "guest" : "host", e->function);
	print_timing(&v->timing, report->input->policy);
	fputs("\n", stdout);
	if (e->batched)
		printf("signed   for %" PRIu64 " askers at once\n", e->batch.size);
	if (e->last_contact <= e->t_rx)
		printf("host     last spoke to the card %.3f s before that\n",
		       (double)(e->t_rx - e->last_contact) / 1e9);
	if (v->near.known)
		tool_near_print(&v->near);
	if (v->log_proven[0] || v->log_proven[1])
		printf("attested %s\n", !v->log_proven[1] ? "the hypervisor" :
		       v->log_proven[0] ? "the hypervisor and the asker's OS" : "the asker's OS");
	if (v->log_proven[0] || v->log_proven[1])
		printf("history  %" PRIu64 " records, %" PRIu64 " kernels, %" PRIu64
		       " of them announced by their predecessor; the last one is %s\n",
		       e->logs[e->has_log[0] ? 0 : 1].count, v->kernels, v->continuous,
		       vouch_root_text(v->root));
	if (v->log_proven[0] && v->own_kernels)
		printf("asker's  %" PRIu64 " records, %" PRIu64 " kernels; the last one is %s\n",
		       e->logs[1].count, v->own_kernels, vouch_root_text(v->own_root));
}

static bool is_left_out(struct table *t, const struct vouch_event *event)
{
	uint64_t type = event->record->type;

	if (t->report->options->history == TOOL_HISTORY_TABLE || event->match != VOUCH_MATCH_FOUND)
		return false;
	if (type == VOUCH_TYPE_MODULE_PRESENT || type == VOUCH_TYPE_MODULE_LOAD)
		t->modules++;
	else if (type == VOUCH_TYPE_FIRMWARE_LOAD)
		t->firmware++;
	else
		return false;
	return true;
}

/* A published command line is longer than a table is wide. */
static void put_short(const char *text, size_t len)
{
	size_t room = SHORT_MAX - 3;

	if (len <= SHORT_MAX) {
		put_text(text, len);
		return;
	}
	while (room && (text[room] & 0xc0) == 0x80)
		room--;
	put_text(text, room);
	fputs("...", stdout);
}

/* Asked for by the policy or on the command line (verifier/lib/replay.c). */
static bool is_judged(const struct vouch_input *in, const struct vouch_event *event)
{
	if (event->log)
		return in->policy->require_own || in->subject & VOUCH_SUBJECT_OS;
	return !in->subject || in->subject & VOUCH_SUBJECT_HYPERVISOR;
}

static void put_match(const struct tool_report *report, const struct vouch_event *event)
{
	const struct vouch_ref *ref = &event->ref;

	if (event->match == VOUCH_MATCH_NOT_NEEDED)
		return;
	if (event->match == VOUCH_MATCH_MISSING) {
		fputs(is_judged(report->input, event) ? "NO REFERENCE" : "not judged", stdout);
		return;
	}
	put_short(ref->name, ref->name_len);
	fputs(ref->version_len ? " " : "", stdout);
	put_text(ref->version, ref->version_len);
	printf(" (%s)", vouch_refs_signer(report->input->refs, ref->signer)->name);
}

static void print_event(void *ctx, const struct vouch_event *event)
{
	struct table *t = ctx;
	const struct vouch_record *r = event->record;
	int width;

	if (!t->report->verdict->log_proven[event->log ? 1 : 0] || is_left_out(t, event))
		return;
	if (!t->headed)
		printf("\n%6s %5s  %-16s %-34s %s\n", "record", "epoch", "what", "name",
		       "reference");
	t->headed = true;
	printf("%s%5" PRIu64 " %5" PRIu64 "  %-16s ", event->log ? "+" : " ", r->number, r->epoch,
	       vouch_record_type_text(r->type));
	width = put_text(r->name, r->name_len);
	if (event->root != VOUCH_ROOT_NONE)
		width += printf("%s%s", r->name_len ? ", " : "",
				vouch_root_text(event->root));
	if (event->live_update)
		width += printf(", live update");
	if (event->match != VOUCH_MATCH_NOT_NEEDED)
		pad(width, 35);
	put_match(t->report, event);
	fputs("\n", stdout);
}

static void print_history(const struct tool_report *report)
{
	const struct vouch_verdict *v = report->verdict;
	struct table table = { .report = report };

	if (!(v->log_proven[0] || v->log_proven[1]) ||
	    report->options->history == TOOL_HISTORY_NONE)
		return;
	tool_history_run(report, print_event, &table);
	if (table.modules || table.firmware)
		printf("not shown: %" PRIu64 " modules and %" PRIu64
		       " firmware files, each with its reference (--history table)\n",
		       table.modules, table.firmware);
	if (v->claims.has_log[1] && v->claims.logs[1].count)
		puts("+ marks the asker's own log");
}

static void print_findings(const struct vouch_findings *list)
{
	uint64_t total = 0;
	size_t i;

	for (i = 0; i <= VOUCH_CLASS_WARNING; i++)
		total += list->totals[i];
	if (total)
		printf("\nfindings:\n");
	for (i = 0; i < list->count; i++) {
		printf("  %-8s ", vouch_class_text(list->items[i].class));
		put_finding(&list->items[i]);
		fputs("\n", stdout);
	}
	if (total > list->count)
		printf("  and %" PRIu64 " more\n", total - list->count);
}

void tool_text_print(const struct tool_report *report)
{
	print_verdict(report->verdict);
	print_summary(report);
	print_history(report);
	print_findings(&report->verdict->findings);
}
