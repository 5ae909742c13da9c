/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _VOUCH_STEP_H
#define _VOUCH_STEP_H

#include <linux/types.h>

bool vouch_step_begin(const char *what, const char *name);
void vouch_step_token(u64 token);
void vouch_step_happened(void);
void vouch_step_end(bool happened);
void vouch_step_init(void);
void vouch_step_exit(void);

#endif /* _VOUCH_STEP_H */
