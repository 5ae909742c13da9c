// SPDX-License-Identifier: GPL-2.0-only
#include "appraise.h"

#include <stdlib.h>
#include <string.h>

#include "appraisal.h"
#include "replay.h"
#include "report.h"

#define NONCE_CONTEXT	"vouch/nonce/1"

static bool load(struct vouch_appraisal *w, enum vouch_part part, uint8_t *buf)
{
	const struct vouch_reader *reader = w->in->reader;
	const struct vouch_range *range = &w->package.parts[part];

	/* vouch_package_index() has checked the length against the part's limit. */
	if (!reader->read_at(reader->ctx, range->offset, buf, (size_t)range->len))
		return true;
	vouch_findings_note(w->findings, VOUCH_UNREADABLE, NULL);
	return false;
}

static void verify_package(struct vouch_appraisal *w)
{
	vouch_findings_note(w->findings,
			    vouch_package_verify(&w->package, w->window, sizeof(w->window)),
			    "package");
}

static bool open_report(struct vouch_appraisal *w)
{
	enum vouch_reason reason = vouch_report_open(&w->package, w->in->reader,
						     w->in->outblob_len);

	if (vouch_findings_note(w->findings, reason, "report"))
		return false;
	memcpy(w->v->parts, w->package.parts, sizeof(w->package.parts));
	return load(w, VOUCH_PART_EVIDENCE, w->evidence_bytes);
}

/* Sizes and frames: after this all parts but the logs are in memory. */
static bool open_package(struct vouch_appraisal *w)
{
	enum vouch_reason reason = vouch_package_open(&w->package, w->in->reader);

	if (vouch_findings_note(w->findings, reason, "package"))
		return false;
	reason = vouch_package_index(&w->package);
	if (reason != VOUCH_REASON_NONE) {
		/* Where it was altered on its way, that is the better answer. */
		verify_package(w);
		vouch_findings_note(w->findings, reason, "collection");
		return false;
	}
	memcpy(w->v->parts, w->package.parts, sizeof(w->package.parts));
	w->has_receipt = w->package.parts[VOUCH_PART_RECEIPT].present;
	return load(w, VOUCH_PART_EVIDENCE, w->evidence_bytes) &&
	       load(w, VOUCH_PART_REQUEST, w->request_bytes) &&
	       (!w->has_receipt || load(w, VOUCH_PART_RECEIPT, w->receipt_bytes)) &&
	       (!w->package.parts[VOUCH_PART_PROXIMITY].present ||
		load(w, VOUCH_PART_PROXIMITY, w->proximity_bytes));
}

static enum vouch_reason check_certificates(struct vouch_appraisal *w)
{
	size_t len = (size_t)w->package.parts[VOUCH_PART_EVIDENCE].len;
	const struct vouch_evidence *e = &w->evidence;
	enum vouch_reason reason = vouch_evidence_parse(&w->evidence, w->evidence_bytes, len);
	struct vouch_der alias = { e->alias, e->alias_len };
	struct vouch_der device = { e->device, e->device_len };

	if (reason != VOUCH_REASON_NONE)
		return reason;
	/* A report has no label; there what it is says it. */
	if (!w->in->outblob_len && e->batched != w->package.parts[VOUCH_PART_EVIDENCE].batched)
		return VOUCH_EVIDENCE_MALFORMED;
	return vouch_chain_check(&w->chain, w->in->root, &alias, &device, w->in->time);
}

static bool verify_evidence(struct vouch_appraisal *w)
{
	const struct vouch_evidence *e = &w->evidence;
	enum vouch_reason reason = vouch_evidence_verify(e, &w->hash, w->chain.alias_key);

	if (vouch_findings_note(w->findings, reason, "evidence"))
		return false;
	if (memcmp(e->card_id, w->chain.card_id, sizeof(e->card_id)))
		vouch_findings_note(w->findings, VOUCH_CARD_ID, "evidence");
	if (memcmp(e->firmware, w->chain.fwid, sizeof(e->firmware)))
		vouch_findings_note(w->findings, VOUCH_CERTIFICATE_FIRMWARE, "evidence");
	return true;
}

static void verify_receipt(struct vouch_appraisal *w)
{
	size_t len = (size_t)w->package.parts[VOUCH_PART_RECEIPT].len;
	uint8_t digest[VOUCH_HASH_SIZE];
	enum vouch_reason reason;

	if (!w->has_receipt)
		return;
	w->has_receipt = false;
	reason = vouch_receipt_parse(&w->receipt, w->receipt_bytes, len);
	if (reason == VOUCH_REASON_NONE &&
	    w->receipt.batched != w->package.parts[VOUCH_PART_RECEIPT].batched)
		reason = VOUCH_RECEIPT_MALFORMED;
	if (reason == VOUCH_REASON_NONE)
		reason = vouch_receipt_verify(&w->receipt, &w->hash, w->chain.alias_key);
	if (vouch_findings_note(w->findings, reason, "receipt"))
		return;
	VOUCH_HASH(&w->hash, digest,
		   { w->evidence_bytes, (size_t)w->package.parts[VOUCH_PART_EVIDENCE].len });
	reason = vouch_receipt_check(&w->receipt, &w->evidence, digest);
	w->has_receipt = !vouch_findings_note(w->findings, reason, "receipt");
}

static void check_nonce(struct vouch_appraisal *w)
{
	size_t len = (size_t)w->package.parts[VOUCH_PART_REQUEST].len;
	enum vouch_reason reason = vouch_request_parse(&w->request, w->request_bytes, len);
	const struct vouch_input *in = w->in;
	uint8_t bound[VOUCH_HASH_SIZE];

	w->has_request = !vouch_findings_note(w->findings, reason, "request");
	if (w->has_request && (w->request.nonce_len != in->nonce_len ||
			       memcmp(w->request.nonce, in->nonce, in->nonce_len)))
		vouch_findings_note(w->findings, VOUCH_NONCE, "request");
	VOUCH_HASH(&w->hash, bound, { NONCE_CONTEXT, sizeof(NONCE_CONTEXT) - 1 },
		   { in->nonce, in->nonce_len }, { w->package.point, VOUCH_COSE_POINT });
	if (memcmp(w->evidence.nonce, bound, sizeof(bound)))
		vouch_findings_note(w->findings, VOUCH_NONCE_BINDING, "evidence");
}

/* Whoever wants a key bound to it has put its digest into the inblob. */
static void check_report(struct vouch_appraisal *w)
{
	uint8_t wanted[VOUCH_HASH_SIZE];

	VOUCH_HASH(&w->hash, wanted, { VOUCH_REPORT_CONTEXT, sizeof(VOUCH_REPORT_CONTEXT) - 1 },
		   { w->in->nonce, w->in->nonce_len });
	if (memcmp(w->evidence.nonce, wanted, sizeof(wanted)))
		vouch_findings_note(w->findings, VOUCH_NONCE, "evidence");
	vouch_findings_note(w->findings, VOUCH_NOT_TIMED, "report");
}

static void check_timing(struct vouch_appraisal *w)
{
	bool sent = w->package.parts[VOUCH_PART_RECEIPT].present;
	const struct vouch_policy *policy = w->in->policy;
	struct vouch_timing *timing = &w->v->timing;
	enum vouch_reason reason;

	if (!sent)
		vouch_findings_note(w->findings, VOUCH_NO_RECEIPT, "receipt");
	/* A receipt that was refused has said so; no time can be told from it. */
	if (!w->has_request || (sent && !w->has_receipt))
		return;
	reason = vouch_timing_check(timing, &w->request, &w->evidence, sent ? &w->receipt : NULL,
				    policy->threshold_ns);
	vouch_findings_note(w->findings, reason, "request");
	if (timing->known && policy->judge_bus)
		vouch_findings_note(w->findings,
				    vouch_timing_bus(timing, policy->bus_threshold_ns), "request");
}

static void replay(struct vouch_appraisal *w)
{
	struct vouch_replay job = {
		.input = w->in, .verdict = w->v, .evidence = &w->evidence,
		.log = &w->package.parts[VOUCH_PART_LOG],
		.own = &w->package.parts[VOUCH_PART_OWN],
		.hash = &w->hash, .window = w->window,
	};

	vouch_replay_run(&job);
}

static void check_policy(struct vouch_appraisal *w)
{
	struct vouch_ref ref;

	if (!vouch_refs_count(w->in->refs)) {
		vouch_findings_note(w->findings, VOUCH_NO_REFERENCES, NULL);
	} else if (!vouch_refs_find_digest(w->in->refs, VOUCH_REF_CARD_FIRMWARE,
					   w->evidence.firmware, &ref)) {
		struct vouch_finding finding;

		vouch_finding_init(&finding, VOUCH_CARD_FIRMWARE_UNKNOWN, "evidence");
		memcpy(finding.digest, w->evidence.firmware, sizeof(finding.digest));
		finding.has_digest = true;
		vouch_findings_add(w->findings, &finding);
	}
	if (w->evidence.role != w->in->policy->role)
		vouch_findings_note(w->findings, VOUCH_ROLE, "evidence");
	if (w->in->policy->refuse_batched && w->evidence.batched)
		vouch_findings_note(w->findings, VOUCH_BATCHED, "evidence");
	if (w->in->policy->refuse_batched && w->has_receipt && w->receipt.batched)
		vouch_findings_note(w->findings, VOUCH_BATCHED, "receipt");
	if (w->evidence.debug)
		vouch_findings_note(w->findings, VOUCH_DEBUG_ENABLED, "evidence");
}

static void run(struct vouch_appraisal *w)
{
	enum vouch_reason reason;

	const bool report = w->in->outblob_len;

	if (report ? !open_report(w) : !open_package(w))
		return;
	reason = check_certificates(w);
	/* Named first: where it fails, it may be the cause of all else. */
	if (!report)
		verify_package(w);
	if (vouch_findings_note(w->findings, reason, "evidence") || !verify_evidence(w))
		return;
	w->v->claims_proven = true;
	if (report) {
		check_report(w);
	} else {
		verify_receipt(w);
		check_nonce(w);
		check_timing(w);
	}
	replay(w);
	check_policy(w);
	vouch_appraise_near(w);
}

static void publish(struct vouch_appraisal *w)
{
	struct vouch_verdict *v = w->v;
	struct vouch_evidence *claims = &v->claims;

	if (!v->claims_proven)
		return;
	*claims = w->evidence;
	memset(&claims->cose, 0, sizeof(claims->cose));
	memset(&claims->batch.cose, 0, sizeof(claims->batch.cose));
	claims->batch.payload = NULL;
	claims->alias = NULL;
	claims->device = NULL;
	v->now.boot_count = claims->boot_count;
	v->now.epoch = claims->epoch;
	v->now.count = claims->logs[0].count;
	memcpy(v->now.card_id, claims->card_id, sizeof(v->now.card_id));
	memcpy(v->now.pcr, claims->logs[0].pcr, sizeof(v->now.pcr));
	v->now.valid = v->log_proven[0] && !v->findings.totals[VOUCH_CLASS_BROKEN];
}

void vouch_appraise(const struct vouch_input *input, struct vouch_verdict *verdict)
{
	struct vouch_findings findings = verdict->findings;
	struct vouch_appraisal *w = calloc(1, sizeof(*w));

	memset(verdict, 0, sizeof(*verdict));
	verdict->findings = findings;
	verdict->findings.accept = input->policy->accept;
	if (!w || vouch_hash_init(&w->hash)) {
		vouch_findings_note(&verdict->findings, VOUCH_INTERNAL, NULL);
		goto out;
	}
	w->in = input;
	w->v = verdict;
	w->findings = &verdict->findings;
	run(w);
	if (w->hash.failed)
		vouch_findings_note(w->findings, VOUCH_INTERNAL, NULL);
	publish(w);
	vouch_chain_free(&w->chain);
	vouch_hash_free(&w->hash);
out:
	verdict->tier = vouch_tier_of(&verdict->findings);
	free(w);
}
