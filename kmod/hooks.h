/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _VOUCH_HOOKS_H
#define _VOUCH_HOOKS_H

/* What the PCI driver calls of the measuring side. */

int vouch_hooks_init(void);
void vouch_hooks_exit(void);
int vouch_boot_record(void);

#endif /* _VOUCH_HOOKS_H */
