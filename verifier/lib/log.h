/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VOUCH_VERIFY_LOG_H
#define VOUCH_VERIFY_LOG_H

/*
 * Replaying a log: every record is decoded, hashed into PCR and mountain range
 * and handed on; at the end both must be what the card signed. Memory is one
 * window, whatever the log's length.
 */

#include "evidence.h"
#include "finding.h"
#include "hash.h"
#include "mmr.h"
#include "reader.h"
#include "record.h"

#define VOUCH_LOG_WINDOW	65536
#define VOUCH_CHECKPOINT_EVERY	4096

/**
 * struct vouch_seen - where a card was seen before
 * @valid: the rest is set
 * @card_id: which card
 * @boot_count: as in evidence
 * @epoch: as in evidence
 * @count: records in log 0
 * @pcr: of log 0 after them
 */
struct vouch_seen {
	bool valid;
	uint8_t card_id[VOUCH_CARD_ID_LEN];
	uint64_t boot_count;
	uint64_t epoch;
	uint64_t count;
	uint8_t pcr[VOUCH_DIGEST_LEN];
};

/**
 * struct vouch_log - one replay
 * @reader: the package
 * @range: the log in it
 * @claim: what the card signed
 * @card_id: of the evidence
 * @seen: must be on the way for log 0, or NULL
 * @findings: where faults go
 * @on_record: gets each record with its digest, before the log is proven
 * @ctx: for @on_record
 * @hash: hash context
 * @window: VOUCH_LOG_WINDOW bytes to work in
 * @pcr: running digest
 * @mmr: running range
 * @start: in @window, the first byte not yet taken
 * @end: in @window, behind the last byte read
 * @pos: of the next byte to read, from the range's start
 * @last_time: of the last record
 * @last_epoch: of the last record
 * @last_kernel: number of the last KERNEL record, or VOUCH_NO_RECORD
 * @odd: the first record that is as the card signed it, but should not be;
 *	counts only once the log is proven
 *
 * The caller sets everything down to @window, the rest is the replay's.
 */
struct vouch_log {
	const struct vouch_reader *reader;
	const struct vouch_range *range;
	const struct vouch_log_claim *claim;
	const uint8_t *card_id;
	const struct vouch_seen *seen;
	struct vouch_findings *findings;
	void (*on_record)(void *ctx, const struct vouch_record *record, const uint8_t *digest);
	void *ctx;
	struct vouch_hash *hash;
	uint8_t *window;
	uint8_t pcr[VOUCH_HASH_SIZE];
	struct vouch_mmr mmr;
	size_t start;
	size_t end;
	uint64_t pos;
	uint64_t last_time;
	uint64_t last_epoch;
	uint64_t last_kernel;
	struct vouch_finding odd;
};

/**
 * vouch_log_replay() - replay a log to its end or its first fault
 * @log: see there
 *
 * A fault is put into the findings, with the number of the record.
 *
 * Return: whether the log is proven: what @on_record got before is worth
 * nothing otherwise.
 */
bool vouch_log_replay(struct vouch_log *log);

#endif /* VOUCH_VERIFY_LOG_H */
