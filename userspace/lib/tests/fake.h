/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VOUCH_FAKE_H
#define VOUCH_FAKE_H

#include "vouch.h"

#define FAKE_CARD_BYTE	0xc1	/* all over its identity */
#define FAKE_PCR_BYTE	0x9c
#define FAKE_T_RX	1000

/* How a hostile card or driver answers. */
enum fake_lie {
	FAKE_HONEST,
	FAKE_INFO_ROLE,			/* a role that does not exist */
	FAKE_INFO_GUEST_ZERO,		/* function 0 in the guest's role */
	FAKE_STATE_OTHER_LOG,		/* state of a log not asked for */
	FAKE_STATE_CURRENT,		/* current kernel beyond the count */
	FAKE_EVIDENCE_EMPTY,
	FAKE_EVIDENCE_LONG,		/* says more than the room */
	FAKE_EVIDENCE_GARBAGE,
	FAKE_EVIDENCE_CUT,
	FAKE_EVIDENCE_TAIL,		/* one byte too many */
	FAKE_EVIDENCE_HEAD,		/* a length in more bytes than needed */
	FAKE_EVIDENCE_NONCE,		/* the answer to another request */
	FAKE_EVIDENCE_COUNT,		/* signs for more than the log holds */
	FAKE_EVIDENCE_OTHER_OWN,	/* instance log of another function */
	FAKE_EVIDENCE_NO_OWN,		/* a guest without an instance log */
	FAKE_EVIDENCE_SUBJECT,		/* speaks of more than was asked for */
	FAKE_EVIDENCE_CURRENT,		/* current kernel beyond the count */
	FAKE_EVIDENCE_SHARED,		/* though the asker insists */
	FAKE_BATCH_SIZE,		/* a tree of none */
	FAKE_BATCH_INDEX,		/* a leaf outside of the tree */
	FAKE_BATCH_PATH,		/* a path longer than any */
	FAKE_RECEIPT_EMPTY,
	FAKE_RECEIPT_LONG,
	FAKE_RECEIPT_GARBAGE,
	FAKE_RECEIPT_TAIL,		/* one byte too many */
	FAKE_RECEIPT_NONCE,		/* for other evidence */
	FAKE_RECEIPT_RX,		/* that came at another time */
	FAKE_RECEIPT_ORDER,		/* sent before it was signed */
	FAKE_LOG_STUCK,			/* bytes, but next does not move */
	FAKE_LOG_BACK,			/* next goes back */
	FAKE_LOG_SKIP,			/* next beyond the records */
	FAKE_LOG_EMPTY,			/* next moves, no bytes */
	FAKE_LOG_LONG,			/* says more than the room */
	FAKE_LOG_GARBAGE,
	FAKE_LOG_NUMBER,		/* a record out of order */
	FAKE_LOG_OTHER,			/* a record of another log */
	FAKE_LOG_CUT,			/* half a record */
	FAKE_LOG_DIGEST,		/* digest does not cover the content */
	FAKE_LOG_NAME,			/* a name that moves the cursor */
	FAKE_NEAR_EMPTY,
	FAKE_NEAR_LONG,			/* says more than the room */
	FAKE_NEAR_GARBAGE,
	FAKE_NEAR_SHORT,		/* a list that lacks a round */
	FAKE_NEAR_BACKWARDS,		/* ends before it begins */
	FAKE_NEAR_SUM,			/* rounds that are longer than the whole */
};

/**
 * struct fake - a card without a card
 * @function: 0 for the host's
 * @count: records in log 0
 * @own: records in the instance log
 * @lie: how it answers
 * @fail: request that fails
 * @error: with this
 * @fails: so often, 0 for always
 * @failed: so often already
 * @lost: receipts to forget before one is given
 * @closed: was the device closed?
 * @attests: how often it was asked
 * @logs: logs that it was asked for last, as VOUCH_ATTEST_*
 * @batch: how many share the signature of evidence, unless the asker insists
 * @own_signature: did it insist when it asked last?
 * @nonce: that it was asked with last
 * @slow_ms: how long it takes to answer
 * @card_ns: how long it says that this was
 * @unstamped: the driver has no bus stamps
 * @ahead: of the program's clock the driver's is, ns
 * @measured: name of the last user record
 */
struct fake {
	unsigned int function;
	uint64_t count;
	uint64_t own;
	enum fake_lie lie;
	unsigned long fail;
	int error;
	unsigned int fails;
	unsigned int failed;
	unsigned int lost;
	bool closed;
	unsigned int attests;
	uint32_t logs;
	unsigned int batch;
	bool own_signature;
	uint8_t nonce[VOUCH_DIGEST_SIZE];
	unsigned int slow_ms;
	uint64_t card_ns;
	bool unstamped;
	int64_t ahead;
	char measured[VOUCH_NAME_MAX + 1];
};

extern const struct vouch_device_ops fake_ops;

size_t fake_record(const struct fake *fake, uint64_t log, uint64_t number, uint8_t *buf,
		   size_t size);
int fake_proximity(const struct fake *fake, struct vouch_ioc_proximity *arg);
size_t fake_evidence(const struct fake *fake, const uint8_t *nonce, uint8_t *buf, size_t size);
size_t fake_receipt(const struct fake *fake, uint8_t *buf, size_t size);

#endif /* VOUCH_FAKE_H */
