/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _VOUCH_KEXEC_H
#define _VOUCH_KEXEC_H

/* What the jump (kjump.c) knows of the loads (kexec.c), and they of it. */

#include <linux/types.h>

struct kimage;

bool vouch_kexec_trylock(void);
void vouch_kexec_unlock(void);
const struct kimage *vouch_kexec_current(void);

/* kjump.c */
void vouch_kjump_wait(void);

#endif /* _VOUCH_KEXEC_H */
