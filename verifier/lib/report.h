/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VOUCH_VERIFY_REPORT_H
#define VOUCH_VERIFY_REPORT_H

/*
 * Reports of configfs-tsm (formats.rst, reports): evidence and logs as a kernel
 * hands them out, which nobody but the card has signed.
 */

#include "package.h"

#define VOUCH_REPORT_CONTEXT	"vouch/tsm/1"
#define VOUCH_REPORT_HEAD	24	/* bytes before the logs */

/**
 * vouch_report_open() - find the parts of a report
 * @package: returns where they are; it has no signature and no request
 * @reader: outblob, and right behind it auxblob; borrowed
 * @outblob_len: bytes of the first
 *
 * Return: VOUCH_REASON_NONE, UNREADABLE, PACKAGE_MALFORMED or TOO_LONG.
 */
enum vouch_reason vouch_report_open(struct vouch_package *package,
				    const struct vouch_reader *reader, uint64_t outblob_len);

#endif /* VOUCH_VERIFY_REPORT_H */
