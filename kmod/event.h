/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _VOUCH_EVENT_H
#define _VOUCH_EVENT_H

#include <linux/types.h>
#include <vouch/wire.h>

bool vouch_event_armed(void);
void vouch_event_arm(void);
int vouch_event_write(u16 type, const u8 *digest, const char *name, u64 ref,
		      u64 *number);
int vouch_event_write_id(u16 type, const char *name, const void *id, size_t id_len,
			 u64 *number);
void vouch_event_tell(u16 type, const u8 *digest, const char *name, u64 ref);
int vouch_event_tell_data(u16 type, const char *name, const void *data, size_t data_len);
void vouch_event_lost(const char *text);
int vouch_event_unmeasured(u16 type, const char *name, int err);

#endif /* _VOUCH_EVENT_H */
