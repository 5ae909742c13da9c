/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VOUCH_VERIFY_HISTORY_H
#define VOUCH_VERIFY_HISTORY_H

/* What ran, judged record by record: references, epochs and continuity. */

#include "condition.h"
#include "evidence.h"
#include "finding.h"
#include "kexec.h"
#include "match.h"
#include "measured.h"
#include "policy.h"
#include "record.h"
#include "refs.h"
#include "update.h"

/**
 * enum vouch_root - what the history's last kernel stands on
 * @VOUCH_ROOT_NONE: no kernel attached
 * @VOUCH_ROOT_SELF: it named itself
 * @VOUCH_ROOT_ANNOUNCED: a predecessor announced what then reported
 * @VOUCH_ROOT_MEASURED: a TPM's quote shows that the firmware started it
 */
enum vouch_root {
	VOUCH_ROOT_NONE,
	VOUCH_ROOT_SELF,
	VOUCH_ROOT_ANNOUNCED,
	VOUCH_ROOT_MEASURED,
};

/**
 * struct vouch_event - one line of the history
 * @log: 0 for the host's
 * @record: what is recorded, borrowed
 * @digest: the record digest, borrowed
 * @match: whether there is a reference
 * @ref: which, unless @match says that there is none
 * @root: of a kernel, what it stands on; of a tpm-signature, what the kernel
 *	before it turned out to stand on; VOUCH_ROOT_NONE for other records
 * @live_update: of an announced kernel: sessions were frozen for it
 */
struct vouch_event {
	uint64_t log;
	const struct vouch_record *record;
	const uint8_t *digest;
	enum vouch_match match;
	struct vouch_ref ref;
	enum vouch_root root;
	bool live_update;
};

/**
 * struct vouch_history - the state of one log's history
 * @refs: a sealed set, or NULL
 * @policy: what is demanded of a kernel
 * @findings: where faults go
 * @card_id: of the card, VOUCH_CARD_ID_LEN bytes
 * @log: which log
 * @function: of the asker, 0 for the host
 * @instance: of the asker's function
 * @judge: findings are wanted, not only events
 * @hash: context
 * @on_event: gets each record, or NULL
 * @ctx: for @on_event
 * @attach: enum vouch_attach after the last record
 * @attached_before: there was an attach
 * @epochs: power-ons and resets
 * @waiting: the number of an attach whose kernel has not reported, or
 *	VOUCH_NO_RECORD
 * @bare: the number of a kernel record whose command line has not come, or
 *	VOUCH_NO_RECORD
 * @crashed: @waiting may be a crash kernel's attach
 * @reporting: the number of the last kernel record, or VOUCH_NO_RECORD
 * @announced: that attach was announced, and is continuous so far
 * @assigned: the asker's function belongs to @instance
 * @root: of the last kernel
 * @kernels: how many reported
 * @continuous: how many of them were announced by their predecessor
 * @kexec: loads and jumps
 * @update: sessions of a live update
 * @condition: of the last kernel
 * @measured: the boot
 * @doubt: what was reported of the attach that a quote may prove
 * @doubted: that attach
 *
 * The caller sets what comes before @attach; vouch_history_init() the rest.
 */
struct vouch_history {
	const struct vouch_refs *refs;
	const struct vouch_policy *policy;
	struct vouch_findings *findings;
	const uint8_t *card_id;
	uint64_t log;
	uint64_t function;
	const uint8_t *instance;
	bool judge;
	struct vouch_hash *hash;
	void (*on_event)(void *ctx, const struct vouch_event *event);
	void *ctx;
	enum vouch_attach attach;
	bool attached_before;
	uint64_t epochs;
	uint64_t waiting;
	uint64_t bare;
	bool crashed;
	uint64_t reporting;
	bool announced;
	bool assigned;
	enum vouch_root root;
	uint64_t kernels;
	uint64_t continuous;
	struct vouch_kexec kexec;
	struct vouch_update update;
	struct vouch_condition condition;
	struct vouch_measured measured;
	enum vouch_reason doubt;
	uint64_t doubted;
};

/**
 * vouch_history_init() - begin
 * @history: the first half set by the caller
 */
void vouch_history_init(struct vouch_history *history);

/**
 * vouch_history_record() - take the next record
 * @history: struct vouch_history, as the context of a replay
 * @record: the record
 * @digest: its record digest
 */
void vouch_history_record(void *history, const struct vouch_record *record,
			  const uint8_t *digest);

/**
 * vouch_history_end() - the log ended here
 * @history: the history
 */
void vouch_history_end(struct vouch_history *history);

/**
 * vouch_root_text() - the name of a root for people
 * @root: the root
 *
 * Return: a constant string.
 */
const char *vouch_root_text(enum vouch_root root);

#endif /* VOUCH_VERIFY_HISTORY_H */
