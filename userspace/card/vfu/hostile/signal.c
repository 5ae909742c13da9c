// SPDX-License-Identifier: GPL-2.0-only
/* Interrupts and registers. */
#include "../function.h"
#include "hostile.h"

#define STORM	200

void __real_vouch_irq_raise(struct vouch_irq *irq, unsigned int vector);
void __wrap_vouch_irq_raise(struct vouch_irq *irq, unsigned int vector);
uint64_t __real_vouch_regs_read(struct vouch_function *f, uint64_t at, size_t len);
uint64_t __wrap_vouch_regs_read(struct vouch_function *f, uint64_t at, size_t len);

void __wrap_vouch_irq_raise(struct vouch_irq *irq, unsigned int vector)
{
	unsigned int times = 1;

	if (hostile_now()) {
		/* None: the driver finds the answer when it has waited long enough. */
		if (hostile_below(100000) < hostile.stall)
			times = 0;
		else if (!hostile_below(20))
			times = 1 + hostile_below(STORM);
		if (!hostile_below(20))
			__real_vouch_irq_raise(irq, hostile_below(VOUCH_VECTORS));
		hostile.count[HOSTILE_INTERRUPTS] += times != 1;
	}
	while (times--)
		__real_vouch_irq_raise(irq, vector);
}

uint64_t __wrap_vouch_regs_read(struct vouch_function *f, uint64_t at, size_t len)
{
	const uint64_t value = __real_vouch_regs_read(f, at, len);

	if (!hostile_now())
		return value;
	if (hostile_below(100000) < hostile.gone) {
		hostile.count[HOSTILE_REGISTERS]++;
		return ~0ULL;
	}
	if (hostile_below(1000) >= hostile.registers)
		return value;
	hostile.count[HOSTILE_REGISTERS]++;
	switch (hostile_below(3)) {
	case 0:
		return 0;
	case 1:
		return value ^ 1ULL << hostile_below(8 * (uint32_t)len);
	default:
		return hostile_random();
	}
}
