/* SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR MIT */
#ifndef _UAPI_VOUCH_REPORT_H
#define _UAPI_VOUCH_REPORT_H

/*
 * Reports of configfs-tsm (Documentation/formats.rst, reports): outblob is the
 * evidence, auxblob this head and the logs that the evidence speaks of.
 */

#include "types.h"

#define VOUCH_REPORT_INBLOB_MIN	32	/* bytes of inblob */
#define VOUCH_REPORT_INBLOB_MAX	64
#define VOUCH_REPORT_CONTEXT	"vouch/tsm/1"
#define VOUCH_REPORT_MAGIC	"VOUCHLG1"

/**
 * struct vouch_report_head - how auxblob begins
 * @magic: VOUCH_REPORT_MAGIC
 * @log_len: bytes of log 0 that follow
 * @own_len: bytes of the asker's own log, after that; both 0 where the logs
 *	are longer than the kernel lets an auxblob be
 */
struct vouch_report_head {
	__u8 magic[8];
	__le64 log_len;
	__le64 own_len;
};

VOUCH_LAYOUT(vouch_report_head, 24);

#endif /* _UAPI_VOUCH_REPORT_H */
