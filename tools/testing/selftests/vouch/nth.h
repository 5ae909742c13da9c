/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _VOUCH_TEST_NTH_H
#define _VOUCH_TEST_NTH_H

/* Letting the kernel's allocations for this task fail. */

#include <stdbool.h>

/* Is this a kernel that can (CONFIG_FAULT_INJECTION)? For the calling task. */
bool nth_open(void);

/* With the @n-th allocation failing; returns whether there was one. */
bool nth_under(unsigned int n, int (*act)(void), int *rc);

/* With none failing; returns how many could have. */
unsigned int nth_of(int (*act)(void), int *rc);

/* With all of them failing; the result of @act, or the errno of arranging it. */
int nth_all(int (*act)(void));

#endif /* _VOUCH_TEST_NTH_H */
