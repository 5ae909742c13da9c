/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VOUCH_VFU_REGS_H
#define VOUCH_VFU_REGS_H

#include <stddef.h>
#include <stdint.h>

#include <vouch/regs.h>

struct vouch_function;

#define VOUCH_MSIX_ENTRY_SIZE	16

/**
 * struct vouch_regs - what software has written, and what it reads back
 * @control: VOUCH_CONTROL_*
 * @status: VOUCH_STATUS_*
 * @qsize: entries in each ring
 * @sq_base: submission ring
 * @cq_base: completion ring
 * @time_high: upper half of the clock, when its lower half was read
 * @challenge_low: lower half of a challenge whose upper half has not come
 * @response_high: upper half of a response whose lower half was read, once
 * @table: MSI-X table, kept only to read back: the client has its own
 */
struct vouch_regs {
	uint32_t control;
	uint32_t status;
	uint32_t qsize;
	uint64_t sq_base;
	uint64_t cq_base;
	uint32_t time_high;
	uint32_t challenge_low;
	uint32_t response_high;
	uint8_t table[VOUCH_VECTORS * VOUCH_MSIX_ENTRY_SIZE];
};

uint64_t vouch_regs_read(struct vouch_function *f, uint64_t at, size_t len);
void vouch_regs_write(struct vouch_function *f, uint64_t at, size_t len, uint64_t value);

#endif /* VOUCH_VFU_REGS_H */
