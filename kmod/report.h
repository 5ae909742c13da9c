/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _VOUCH_REPORT_H
#define _VOUCH_REPORT_H

#include <linux/types.h>

struct vouch_card;

/**
 * struct vouch_report - an answer of the card, in memory of kvmalloc()
 * @evidence: COSE_Sign1
 * @evidence_len: bytes there
 * @logs: struct vouch_report_head and the logs
 * @logs_len: bytes there
 */
struct vouch_report {
	u8 *evidence;
	size_t evidence_len;
	u8 *logs;
	size_t logs_len;
};

int vouch_report_make(struct vouch_card *card, const void *in, size_t len, size_t max,
		      struct vouch_report *report);
void vouch_report_free(struct vouch_report *report);

/* tsm.c */
void vouch_tsm_init(void);
void vouch_tsm_exit(void);

#endif /* _VOUCH_REPORT_H */
