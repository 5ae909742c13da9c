// SPDX-License-Identifier: GPL-2.0-only
/* Latencies as text and as JSON. */
#include <ctype.h>
#include <string.h>

#include "report.h"

#define BAR_WIDTH	40
#define NAME_SIZE	32

/* One opcode in this stretch; waiting is since the start. */
struct row {
	char name[NAME_SIZE];
	unsigned int opcode;
	uint64_t asked;
	uint64_t answered;
	uint64_t failed;
	uint64_t backwards;
	uint64_t unannounced;
	uint64_t waiting;
	uint64_t max;
	uint64_t slots[VOUCH_LATENCY_SLOTS];
	const struct spread *spread;
};

/* LOG_STATE is log-state: names of things are spelled so in this program. */
static void name_row(struct row *row)
{
	const char *name = vouch_command_name(row->opcode);

	snprintf(row->name, sizeof(row->name), "%s", name);
	for (char *c = row->name; *c; c++)
		*c = *c == '_' ? '-' : (char)tolower((unsigned char)*c);
}

/* Returns whether there is anything to say. */
static bool fill_row(const struct report *report, unsigned int opcode, struct row *row)
{
	const struct vouch_latency_command *from = &report->before.commands[opcode];
	const struct vouch_latency_command *to = &report->now.commands[opcode];
	uint64_t asked = to->asked + to->early;

	*row = (struct row){
		.opcode = opcode,
		.asked = to->asked - from->asked,
		.answered = report->now.answered[opcode] - report->before.answered[opcode],
		.failed = to->failed - from->failed,
		.backwards = to->backwards - from->backwards,
		.unannounced = to->unannounced - from->unannounced,
		.waiting = asked - report->now.answered[opcode] - to->backwards,
		.max = to->max,
		.spread = report->spreads[opcode],
	};
	for (unsigned int i = 0; i < VOUCH_LATENCY_SLOTS; i++)
		row->slots[i] = to->slots[i] - from->slots[i];
	if (row->spread && row->spread->max > row->max)
		row->max = row->spread->max;
	name_row(row);
	return row->asked || row->answered || row->backwards || row->waiting;
}

static uint64_t slot_from(unsigned int slot)
{
	return slot ? (uint64_t)1 << slot : 0;
}

static uint64_t slot_to(unsigned int slot)
{
	return ((uint64_t)2 << slot) - 1;
}

static void print_bars(const struct row *row, FILE *out)
{
	unsigned int first = 0, last = VOUCH_LATENCY_SLOTS - 1;
	uint64_t most = 0;

	while (first < last && !row->slots[first])
		first++;
	while (last > first && !row->slots[last])
		last--;
	for (unsigned int i = first; i <= last; i++)
		most = row->slots[i] > most ? row->slots[i] : most;
	fprintf(out, "  %21s : count     distribution\n", "usecs");
	for (unsigned int i = first; i <= last; i++) {
		int width = (int)((double)row->slots[i] * BAR_WIDTH / (double)most);

		fprintf(out, "  %10llu -> %-7llu : %-8llu |%.*s%*s|\n",
			(unsigned long long)slot_from(i), (unsigned long long)slot_to(i),
			(unsigned long long)row->slots[i], width,
			"****************************************", BAR_WIDTH - width, "");
	}
}

static void print_row(const struct row *row, FILE *out)
{
	fprintf(out, "\n%s: %llu answered", row->name, (unsigned long long)row->answered);
	if (row->failed)
		fprintf(out, ", %llu of them with an error", (unsigned long long)row->failed);
	if (row->unannounced)
		fprintf(out, ", %llu without an interrupt", (unsigned long long)row->unannounced);
	if (row->backwards)
		fprintf(out, ", %llu more on a clock that went back",
			(unsigned long long)row->backwards);
	if (row->waiting)
		fprintf(out, ", %llu WITHOUT AN ANSWER", (unsigned long long)row->waiting);
	if (row->spread && row->spread->count)
		fprintf(out, "; us: p50 %.1f, p99 %.1f", (double)spread_at(row->spread, 50) / 1e3,
			(double)spread_at(row->spread, 99) / 1e3);
	if (row->answered)
		fprintf(out, ", max %.1f", (double)row->max / 1e3);
	fputc('\n', out);
	if (row->answered)
		print_bars(row, out);
}

/**
 * report_text() - for people
 * @report: one stretch of time
 * @out: where to
 */
void report_text(const struct report *report, FILE *out)
{
	const struct vouch_latency_totals *from = &report->before.totals;
	const struct vouch_latency_totals *to = &report->now.totals;
	struct row row;

	fprintf(out, "\n%.1f s, %llu interrupts, %llu events dropped", (double)report->ns / 1e9,
		(unsigned long long)(to->interrupts - from->interrupts),
		(unsigned long long)(to->dropped - from->dropped));
	if (to->dropped != from->dropped)
		fputs(" (counted, but not in p50 and p99)", out);
	if (to->forgotten != from->forgotten)
		fprintf(out, ", %llu doorbells forgotten",
			(unsigned long long)(to->forgotten - from->forgotten));
	fputc('\n', out);
	for (unsigned int i = 0; i < VOUCH_LATENCY_OPCODES; i++)
		if (fill_row(report, i, &row))
			print_row(&row, out);
}

static json_t *slots_json(const struct row *row)
{
	json_t *slots = json_array();

	for (unsigned int i = 0; i < VOUCH_LATENCY_SLOTS; i++) {
		json_t *slot;

		if (!row->slots[i])
			continue;
		slot = json_pack("{s:I,s:I,s:I}", "from_us", (json_int_t)slot_from(i),
				 "to_us", (json_int_t)slot_to(i),
				 "count", (json_int_t)row->slots[i]);
		json_array_append_new(slots, slot);
	}
	return slots;
}

static json_t *percentile_json(const struct row *row, unsigned int percent)
{
	return row->spread && row->spread->count ?
		json_integer((json_int_t)spread_at(row->spread, percent)) : NULL;
}

static json_t *row_json(const struct row *row)
{
	return json_pack("{s:s,s:i,s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:o?,s:o?,s:I,s:o}",
		"command", row->name, "opcode", (int)row->opcode,
		"asked", (json_int_t)row->asked, "answered", (json_int_t)row->answered,
		"failed", (json_int_t)row->failed,
		"backwards", (json_int_t)row->backwards,
		"unannounced", (json_int_t)row->unannounced,
		"waiting", (json_int_t)row->waiting,
		"sampled", (json_int_t)(row->spread ? row->spread->count : 0),
		"p50_ns", percentile_json(row, 50), "p99_ns", percentile_json(row, 99),
		"max_ns", (json_int_t)row->max, "histogram", slots_json(row));
}

/**
 * report_json() - for programs
 * @report: one stretch of time
 *
 * Return: an object, or NULL without memory.
 */
json_t *report_json(const struct report *report)
{
	const struct vouch_latency_totals *from = &report->before.totals;
	const struct vouch_latency_totals *to = &report->now.totals;
	json_t *commands = json_array();
	struct row row;

	for (unsigned int i = 0; i < VOUCH_LATENCY_OPCODES; i++)
		if (fill_row(report, i, &row))
			json_array_append_new(commands, row_json(&row));
	return json_pack("{s:I,s:I,s:I,s:I,s:o}", "ns", (json_int_t)report->ns,
			 "interrupts", (json_int_t)(to->interrupts - from->interrupts),
			 "dropped", (json_int_t)(to->dropped - from->dropped),
			 "forgotten", (json_int_t)(to->forgotten - from->forgotten),
			 "commands", commands);
}
