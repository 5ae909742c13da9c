/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VOUCH_VFU_REGION_H
#define VOUCH_VFU_REGION_H

#include <stddef.h>
#include <stdint.h>

struct vouch_function;

uint64_t vouch_region_size(uint32_t index);
int vouch_region_read(struct vouch_function *f, uint32_t index, uint64_t at, void *buf, size_t len);
int vouch_region_write(struct vouch_function *f, uint32_t index, uint64_t at, const void *buf,
		       size_t len);

#endif /* VOUCH_VFU_REGION_H */
