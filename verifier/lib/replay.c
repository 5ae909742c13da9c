// SPDX-License-Identifier: GPL-2.0-only
#include "replay.h"

#include <string.h>

/* A card that was seen before must have moved on from there. */
static void check_seen(const struct vouch_replay *job, struct vouch_seen *seen)
{
	const struct vouch_evidence *e = job->evidence;

	memset(seen, 0, sizeof(*seen));
	if (job->input->find_seen)
		job->input->find_seen(job->input->ctx, e->card_id, seen);
	if (!seen->valid)
		return;
	if (e->boot_count < seen->boot_count || e->epoch < seen->epoch ||
	    (e->has_log[0] && e->logs[0].count < seen->count)) {
		vouch_findings_note(&job->verdict->findings, VOUCH_REGRESS, "evidence");
		seen->valid = false;
	}
}

static void summarize(const struct vouch_replay *job, struct vouch_history *history,
		      const struct vouch_log *log)
{
	const struct vouch_evidence *e = job->evidence;
	struct vouch_findings *findings = &job->verdict->findings;

	vouch_history_end(history);
	if (log->last_kernel != e->current)
		vouch_findings_note(findings, VOUCH_LOG_CURRENT, "evidence");
	if (history->attach != e->attach || (log->mmr.count && log->last_epoch != e->epoch))
		vouch_findings_note(findings, VOUCH_LOG_STATE, "evidence");
	if (e->has_log[1] && !history->assigned)
		vouch_findings_note(findings, VOUCH_LOG_INSTANCE, "evidence");
}

/* A guest's full log cannot follow its state: then its history is not judged. */
static void summarize_own(const struct vouch_replay *job, struct vouch_history *history)
{
	const struct vouch_evidence *e = job->evidence;

	vouch_history_end(history);
	job->verdict->own_root = history->root;
	job->verdict->own_kernels = history->kernels;
	if (history->judge &&
	    (history->attach != e->own_attach || history->epochs != e->own_epoch))
		vouch_findings_note(&job->verdict->findings, VOUCH_LOG_STATE, "own");
}

static void count(const struct vouch_replay *job, const struct vouch_history *history)
{
	job->verdict->root = history->root;
	job->verdict->kernels = history->kernels;
	job->verdict->continuous = history->continuous;
}

/* Whether the asker's own history is judged, not only replayed. */
static bool wants_own(const struct vouch_input *in)
{
	return in->policy->require_own || in->subject & VOUCH_SUBJECT_OS;
}

static bool wants_host(const struct vouch_input *in)
{
	return !in->subject || in->subject & VOUCH_SUBJECT_HYPERVISOR;
}

static void replay_one(const struct vouch_replay *job, size_t which,
		       const struct vouch_range *range, const struct vouch_seen *seen)
{
	const struct vouch_evidence *e = job->evidence;
	struct vouch_findings *findings = &job->verdict->findings;
	struct vouch_findings before = *findings;
	struct vouch_findings faults = { .accept = findings->accept };
	struct vouch_history history = {
		.refs = job->input->refs, .policy = job->input->policy, .findings = findings,
		.hash = job->hash, .card_id = e->card_id,
		.log = e->logs[which].log,
		.function = e->function, .instance = e->logs[1].instance,
		.judge = which ? wants_own(job->input) : wants_host(job->input),
		.on_event = job->input->on_event, .ctx = job->input->ctx,
	};
	struct vouch_log log = {
		.reader = job->input->reader, .range = range, .claim = &e->logs[which],
		.card_id = e->card_id, .seen = seen->valid ? seen : NULL, .findings = &faults,
		.on_record = vouch_history_record, .ctx = &history,
		.hash = job->hash, .window = job->window,
	};
	struct vouch_finding fault;

	faults.items = &fault;
	faults.room = 1;
	vouch_history_init(&history);
	if (!vouch_log_replay(&log)) {
		*findings = before;
		vouch_findings_add(findings, &fault);
		return;
	}
	job->verdict->log_proven[which] = true;
	if (which)
		summarize_own(job, &history);
	else
		summarize(job, &history, &log);
	if (!which || !e->has_log[0])
		count(job, &history);
}

static void replay_host(const struct vouch_replay *job)
{
	const struct vouch_range empty = { .len = 0 };
	struct vouch_seen seen;

	check_seen(job, &seen);
	if (job->evidence->has_log[0])
		replay_one(job, 0, job->log->present ? job->log : &empty, &seen);
	else if (job->log->present)
		vouch_findings_note(&job->verdict->findings, VOUCH_UNCLAIMED_LOG, "log");
	else if (wants_host(job->input))
		vouch_findings_note(&job->verdict->findings, VOUCH_HYPERVISOR_NOT_ATTESTED,
				    "evidence");
}

static void replay_own(const struct vouch_replay *job)
{
	const struct vouch_evidence *e = job->evidence;
	const struct vouch_range empty = { .len = 0 };
	const struct vouch_seen none = { .valid = false };
	bool claimed = e->has_log[1] && e->logs[1].count;

	if (job->own->present ? !e->has_log[1] : claimed)
		vouch_findings_note(&job->verdict->findings, VOUCH_OWN_LOG, "own");
	else if (e->has_log[1])
		replay_one(job, 1, job->own->present ? job->own : &empty, &none);
	else if (wants_own(job->input))
		vouch_findings_note(&job->verdict->findings, VOUCH_OS_NOT_ATTESTED, "evidence");
}

void vouch_replay_run(const struct vouch_replay *job)
{
	replay_host(job);
	replay_own(job);
}
