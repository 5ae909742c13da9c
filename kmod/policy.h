/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _VOUCH_POLICY_H
#define _VOUCH_POLICY_H

#include <linux/types.h>

bool vouch_policy_measures(u16 type);
int vouch_policy_record(void);

#endif /* _VOUCH_POLICY_H */
