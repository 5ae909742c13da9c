/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _VOUCH_RECORD_H
#define _VOUCH_RECORD_H

/*
 * Writing records into this machine's log: what the measuring hooks use of the
 * PCI driver. They know no rings and no device.
 */

#include <linux/types.h>
#include <vouch/wire.h>

/* Module parameters (policy.c, main.c). */
extern bool vouch_fail_closed;
extern unsigned int vouch_timeout_ms;

/* target.c */
int vouch_target_check(void);

/* record.c */
int vouch_record_write(u16 type, const u8 *digest, const char *name,
		       const void *data, size_t data_len, u64 ref, u64 *number);
void vouch_record_settle(void);
int vouch_record_identity(struct vouch_identity *id);
int vouch_record_read(u64 from, void *out, u32 *size);

#endif /* _VOUCH_RECORD_H */
