// SPDX-License-Identifier: GPL-2.0-only
/*
 * A whole answer of the card, for who can ask only once: evidence, and the logs
 * exactly as far as it counts.
 */

#include <linux/cleanup.h>
#include <linux/minmax.h>
#include <linux/rwsem.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <vouch/report.h>

#include "card.h"
#include "command.h"
#include "digest.h"
#include "report.h"

/* Something may be appended between the evidence and the end of the log. */
#define TRIES		3

/* A log longer than this is for `vouch attest`, which reads it in pieces. */
#define START_ROOM	SZ_64K

struct blob {
	u8 *bytes;
	size_t len;
	size_t room;
	size_t max;
};

static int blob_grow(struct blob *b)
{
	size_t room = min(max_t(size_t, 2 * b->room, START_ROOM), b->max);
	u8 *bytes;

	if (room - b->len < VOUCH_RECORD_MAX)
		return -EFBIG;
	bytes = kvrealloc(b->bytes, room, GFP_KERNEL);
	if (!bytes)
		return -ENOMEM;
	b->bytes = bytes;
	b->room = room;
	return 0;
}

static int log_add(struct vouch_card *card, u32 log, struct blob *b)
{
	u64 from = 0, next;
	u32 len;
	int rc;

	for (;;) {
		rc = b->room - b->len < VOUCH_RECORD_MAX ? blob_grow(b) : 0;
		if (rc)
			return rc;
		len = min_t(size_t, b->room - b->len, VOUCH_TRANSFER_MAX);
		rc = vouch_command_log_read(card, log, from, b->bytes + b->len, &len, &next);
		if (rc || next == from)
			return rc;
		b->len += len;
		from = next;
	}
}

static int logs_add(struct vouch_card *card, struct blob *b)
{
	struct vouch_report_head head = { .magic = VOUCH_REPORT_MAGIC };
	size_t begin = b->len = sizeof(head), end;
	int rc = b->bytes ? 0 : blob_grow(b);

	if (rc)
		return rc;
	rc = log_add(card, 0, b);
	end = b->len;
	if (!rc && card->role == VOUCH_ROLE_GUEST)
		rc = log_add(card, card->function, b);
	if (rc && rc != -EFBIG)
		return rc;
	if (rc) {
		end = begin;
		b->len = begin;
	}
	head.log_len = cpu_to_le64(end - begin);
	head.own_len = cpu_to_le64(b->len - end);
	memcpy(b->bytes, &head, sizeof(head));
	return 0;
}

static int report_nonce(const void *in, size_t len, u8 nonce[VOUCH_DIGEST_SIZE])
{
	struct shash_desc *desc __free(vouch_digest) = vouch_digest_start();
	int rc;

	if (IS_ERR(desc))
		return PTR_ERR(desc);
	rc = vouch_digest_add(desc, VOUCH_REPORT_CONTEXT, strlen(VOUCH_REPORT_CONTEXT));
	if (!rc)
		rc = vouch_digest_add(desc, in, len);
	return rc ?: vouch_digest_finish(desc, nonce);
}

static int report_try(struct vouch_card *card, const u8 *nonce, struct vouch_report *report,
		      struct blob *logs)
{
	u32 own = card->role == VOUCH_ROLE_GUEST ? card->function : 0;
	struct vouch_request req = { .out = report->evidence, .out_room = VOUCH_EVIDENCE_MAX };
	struct vouch_log_state before, after;
	int rc;

	rc = vouch_command_log_state(card, own, &before);
	if (!rc)
		rc = vouch_command_attest(card, &req, VOUCH_ATTEST_OWN_SIGNATURE, nonce);
	if (!rc)
		rc = logs_add(card, logs);
	if (!rc)
		rc = vouch_command_log_state(card, own, &after);
	if (rc)
		return rc;
	report->evidence_len = req.out_len;
	return before.count == after.count &&
	       !memcmp(before.instance, after.instance, sizeof(after.instance)) ? 0 : -EAGAIN;
}

/**
 * vouch_report_make - evidence over a caller's bytes, and the logs with it
 * @card: the card
 * @in: VOUCH_REPORT_INBLOB_MIN to 64 bytes
 * @len: how many
 * @max: bytes of logs at most, head included
 * @report: returns what vouch_report_free() frees
 *
 * A guest reads log 0 as far as its last evidence goes; so nobody else asks for
 * any until the logs are read.
 *
 * Return: 0; -EINVAL for a bad @len; -EINTR; -EAGAIN where the own log does not
 * stand still; or as any command. Context: sleeps.
 */
int vouch_report_make(struct vouch_card *card, const void *in, size_t len, size_t max,
		      struct vouch_report *report)
{
	u8 nonce[VOUCH_DIGEST_SIZE];
	struct blob logs = { .max = max };
	int rc;

	if (len < VOUCH_REPORT_INBLOB_MIN || len > VOUCH_REPORT_INBLOB_MAX)
		return -EINVAL;
	rc = report_nonce(in, len, nonce);
	if (rc)
		return rc;
	report->evidence = kvmalloc(VOUCH_EVIDENCE_MAX, GFP_KERNEL);
	if (!report->evidence)
		return -ENOMEM;
	rc = down_write_killable(&card->asking);
	if (!rc) {
		rc = -EAGAIN;
		for (int i = 0; i < TRIES && rc == -EAGAIN; i++)
			rc = report_try(card, nonce, report, &logs);
		up_write(&card->asking);
	}
	report->logs = logs.bytes;
	report->logs_len = logs.len;
	if (rc)
		vouch_report_free(report);
	return rc;
}

/** vouch_report_free - free what vouch_report_make() returned */
void vouch_report_free(struct vouch_report *report)
{
	kvfree(report->evidence);
	kvfree(report->logs);
	*report = (struct vouch_report){};
}
