/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _VOUCH_KEXEC_H
#define _VOUCH_KEXEC_H

/* What the jump (kjump.c) knows of the loads (kexec.c), and they of it. */

#include <linux/types.h>

struct kimage;
struct vouch_kload;

bool vouch_kexec_trylock(void);
void vouch_kexec_unlock(void);
const struct kimage *vouch_kexec_current(void);
bool vouch_kexec_is_replaced(const struct vouch_kload *load);

/* kjump.c */
void vouch_kjump_wait(void);

#endif /* _VOUCH_KEXEC_H */
