// SPDX-License-Identifier: GPL-2.0-only
#include "history.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

static void report(struct vouch_history *h, enum vouch_reason reason,
		   const struct vouch_record *record)
{
	struct vouch_finding finding;

	if (reason == VOUCH_REASON_NONE || !h->judge)
		return;
	vouch_finding_init(&finding, reason, NULL);
	finding.log = (uint32_t)h->log;
	finding.record = record->number;
	finding.type = (uint32_t)record->type;
	if (record->name)
		memcpy(finding.name, record->name, record->name_len);
	if (record->digest)
		memcpy(finding.digest, record->digest, sizeof(finding.digest));
	finding.has_digest = record->digest;
	vouch_findings_add(h->findings, &finding);
}

static void report_at(struct vouch_history *h, enum vouch_reason reason, uint64_t number,
		      uint64_t type)
{
	struct vouch_record record = { .number = number, .type = type, .ref = VOUCH_RECORD_NO_REF };

	report(h, reason, &record);
}

/* Whether it was a crash kernel that attached, only the kernel itself can say. */
static void end_crash(struct vouch_history *h, const struct vouch_record *kernel)
{
	if (!h->crashed)
		return;
	report_at(h, vouch_kexec_crashed(&h->kexec, h->refs, kernel) ? VOUCH_CRASH_KEXEC :
		  VOUCH_UNANNOUNCED_RESTART, h->waiting, VOUCH_TYPE_ATTACH);
	h->crashed = false;
}

/* What a kernel must have said about itself before its time is over. */
static void end_condition(struct vouch_history *h)
{
	enum vouch_reason silence[VOUCH_DEMANDS];
	size_t i;

	vouch_condition_end(&h->condition, h->policy, silence);
	for (i = 0; h->reporting != VOUCH_NO_RECORD && i < VOUCH_DEMANDS; i++)
		report_at(h, silence[i], h->reporting, VOUCH_TYPE_KERNEL);
	h->reporting = VOUCH_NO_RECORD;
}

/* A kernel that attached must have reported before anything ends its time, in full. */
static void end_kernel(struct vouch_history *h)
{
	vouch_measured_close(&h->measured);
	end_crash(h, NULL);
	if (h->waiting != VOUCH_NO_RECORD)
		report_at(h, VOUCH_KERNEL_SILENT, h->waiting, VOUCH_TYPE_ATTACH);
	if (h->bare != VOUCH_NO_RECORD)
		report_at(h, VOUCH_CMDLINE_MISSING, h->bare, VOUCH_TYPE_KERNEL);
	end_condition(h);
	h->waiting = VOUCH_NO_RECORD;
	h->bare = VOUCH_NO_RECORD;
	h->announced = false;
}

static void on_reset(struct vouch_history *h, const struct vouch_record *record)
{
	end_kernel(h);
	h->epochs++;
	if (record->data_len != VOUCH_EPOCH_NONCE)
		report(h, VOUCH_RECORD_INCOMPLETE, record);
	h->attach = VOUCH_STATE_RESET;
	vouch_measured_reset(&h->measured, record);
	vouch_kexec_abort(&h->kexec);
}

static void on_attach(struct vouch_history *h, const struct vouch_record *record)
{
	enum vouch_reason reason = VOUCH_RECORD_INCOMPLETE;
	bool first = false;

	end_kernel(h);
	if (vouch_record_named(record, "after-reset")) {
		reason = h->attached_before ? VOUCH_NEW_ROOT : VOUCH_ROOT_SELF_ASSERTED;
		h->doubt = reason;
		h->doubted = record->number;
		first = h->attach == VOUCH_STATE_RESET;
	} else if (vouch_record_named(record, "unannounced")) {
		h->crashed = vouch_kexec_may_crash(&h->kexec, record);
		reason = h->crashed ? VOUCH_REASON_NONE : VOUCH_UNANNOUNCED_RESTART;
	} else if (vouch_record_named(record, "announced")) {
		reason = vouch_kexec_attach(&h->kexec, record);
		h->announced = reason == VOUCH_REASON_NONE;
	}
	report(h, reason, record);
	if (!h->announced)
		vouch_kexec_abort(&h->kexec);
	vouch_measured_attach(&h->measured, first);
	h->attach = VOUCH_STATE_ATTACHED;
	h->attached_before = true;
	h->waiting = record->number;
	h->root = VOUCH_ROOT_SELF;
}

static void on_kernel(struct vouch_history *h, const struct vouch_record *record)
{
	bool proven = h->announced && h->kexec.file.used;
	enum vouch_reason reason;

	h->kernels++;
	h->bare = record->number;
	end_crash(h, record);
	end_condition(h);
	h->reporting = record->number;
	/* One attach, one kernel: nothing can have put this one there. */
	if (h->waiting == VOUCH_NO_RECORD) {
		report(h, VOUCH_KERNEL_UNATTACHED, record);
		h->root = VOUCH_ROOT_SELF;
		return;
	}
	reason = vouch_kexec_kernel(&h->kexec, h->refs, record);
	report(h, reason, record);
	if (proven && reason == VOUCH_REASON_NONE) {
		h->root = VOUCH_ROOT_ANNOUNCED;
		h->continuous++;
	}
	h->waiting = VOUCH_NO_RECORD;
	h->announced = false;
}

static void on_assign(struct vouch_history *h, const struct vouch_record *record)
{
	char name[32];

	snprintf(name, sizeof(name), "function %llu", (unsigned long long)h->function);
	if (!h->function || !vouch_record_named(record, name))
		return;
	h->assigned = record->type == VOUCH_TYPE_ASSIGN &&
		      record->data_len == VOUCH_INSTANCE_LEN &&
		      !memcmp(record->data, h->instance, VOUCH_INSTANCE_LEN);
}

static void on_exec(struct vouch_history *h, const struct vouch_record *record)
{
	end_kernel(h);
	report(h, vouch_kexec_jump(&h->kexec, record), record);
	h->attach = VOUCH_STATE_JUMPING;
}

/* To the card too, only the jump that is under way can be taken back, by number or
 * without one.
 */
static void on_abort(struct vouch_history *h, const struct vouch_record *record)
{
	if (h->attach != VOUCH_STATE_JUMPING ||
	    (record->ref != VOUCH_RECORD_NO_REF && record->ref != h->kexec.jump.number))
		return;
	vouch_kexec_abort(&h->kexec);
	h->attach = VOUCH_STATE_ATTACHED;
}

/* A driver that leaves after it announced a jump is still jumping. */
static void on_detach(struct vouch_history *h, const struct vouch_record *record)
{
	end_kernel(h);
	if (h->attach != VOUCH_STATE_JUMPING || vouch_record_named(record, "gone"))
		h->attach = VOUCH_STATE_DETACHED;
}

/* The quote may come long after the attach, and what was reported there. */
static void on_boot(struct vouch_history *h, const struct vouch_record *record)
{
	bool proven;

	report(h, vouch_measured_record(&h->measured, h->refs, h->hash, record, &proven), record);
	if (!proven)
		return;
	if (h->measured.booted.declared_initramfs)
		report(h, VOUCH_OPERATOR_INITRAMFS, record);
	if (h->measured.booted.declared_cmdline)
		report(h, VOUCH_OPERATOR_DECLARED, record);
	if (h->judge)
		vouch_findings_retract(h->findings, h->doubt, (uint32_t)h->log, h->doubted);
	h->root = VOUCH_ROOT_MEASURED;
}

/* What a record does to the state of its log's function. */
static void follow(struct vouch_history *h, const struct vouch_record *record)
{
	switch (record->type) {
	case VOUCH_TYPE_POWER_ON:
	case VOUCH_TYPE_RESET:
		on_reset(h, record);
		break;
	case VOUCH_TYPE_ATTACH:
		on_attach(h, record);
		break;
	case VOUCH_TYPE_DETACH:
		on_detach(h, record);
		break;
	case VOUCH_TYPE_ASSIGN:
	case VOUCH_TYPE_WITHDRAW:
		on_assign(h, record);
		break;
	case VOUCH_TYPE_KERNEL:
		on_kernel(h, record);
		break;
	case VOUCH_TYPE_CMDLINE:
	case VOUCH_TYPE_UNMEASURED:
		h->bare = VOUCH_NO_RECORD;
		break;
	case VOUCH_TYPE_KEXEC_KERNEL:
		vouch_kexec_file(&h->kexec, record);
		break;
	case VOUCH_TYPE_KEXEC_IMAGE:
		vouch_kexec_image(&h->kexec, record);
		break;
	case VOUCH_TYPE_KEXEC_CRASH:
		vouch_kexec_crash(&h->kexec, record);
		break;
	case VOUCH_TYPE_KEXEC_DROP:
		vouch_kexec_drop(&h->kexec, record);
		break;
	case VOUCH_TYPE_KEXEC_EXEC:
		on_exec(h, record);
		break;
	case VOUCH_TYPE_KEXEC_ABORT:
		on_abort(h, record);
		break;
	}
}

void vouch_history_init(struct vouch_history *history)
{
	size_t own = offsetof(struct vouch_history, attach);

	memset((char *)history + own, 0, sizeof(*history) - own);
	history->attach = VOUCH_STATE_RESET;
	history->waiting = VOUCH_NO_RECORD;
	history->bare = VOUCH_NO_RECORD;
	history->reporting = VOUCH_NO_RECORD;
	history->root = VOUCH_ROOT_NONE;
	history->measured.card_id = history->card_id;
}

void vouch_history_record(void *history, const struct vouch_record *record, const uint8_t *digest)
{
	struct vouch_history *h = history;
	struct vouch_event event = { .log = h->log, .record = record, .digest = digest };
	enum vouch_reason reason;

	event.match = vouch_match_record(h->refs, record, &event.ref, &reason);
	/* Without any references that is one finding, not one a record. */
	if (event.match != VOUCH_MATCH_MISSING || vouch_refs_count(h->refs))
		report(h, reason, record);
	if (!vouch_record_is_known(record->type))
		report(h, VOUCH_TYPE_UNKNOWN, record);
	if (record->type == VOUCH_TYPE_UNMEASURED)
		report(h, VOUCH_UNMEASURED, record);
	if (record->type == VOUCH_TYPE_NEARLY_FULL)
		report(h, VOUCH_NEARLY_FULL, record);
	report(h, vouch_condition_record(&h->condition, h->policy, record), record);
	follow(h, record);
	on_boot(h, record);
	report(h, vouch_update_record(&h->update, record, h->attach == VOUCH_STATE_JUMPING,
				      h->root == VOUCH_ROOT_ANNOUNCED), record);
	if (record->type == VOUCH_TYPE_KERNEL ||
	    (record->type == VOUCH_TYPE_TPM_SIGNATURE && h->root == VOUCH_ROOT_MEASURED))
		event.root = h->root;
	event.live_update = event.root == VOUCH_ROOT_ANNOUNCED && h->update.arrived;
	if (h->on_event)
		h->on_event(h->ctx, &event);
}

void vouch_history_end(struct vouch_history *history)
{
	struct vouch_record none = { .number = VOUCH_NO_RECORD, .ref = VOUCH_RECORD_NO_REF };

	end_kernel(history);
	if (history->attach != VOUCH_STATE_ATTACHED)
		report(history, VOUCH_NOT_ATTACHED, &none);
}

const char *vouch_root_text(enum vouch_root root)
{
	static const char *const texts[] = {
		[VOUCH_ROOT_NONE] = "none",
		[VOUCH_ROOT_SELF] = "self-asserted",
		[VOUCH_ROOT_ANNOUNCED] = "announced",
		[VOUCH_ROOT_MEASURED] = "measured-boot",
	};

	return texts[root];
}
