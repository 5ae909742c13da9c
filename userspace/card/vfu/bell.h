/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VOUCH_VFU_BELL_H
#define VOUCH_VFU_BELL_H

int vouch_bell_open(void);
int vouch_bell_ring(int eventfd);

#endif /* VOUCH_VFU_BELL_H */
