/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VOUCH_PLATFORM_CLOCK_H
#define VOUCH_PLATFORM_CLOCK_H

#include <stdint.h>

uint64_t vouch_clock_raw(void);
uint64_t vouch_clock_since(void *power_on);

#endif /* VOUCH_PLATFORM_CLOCK_H */
