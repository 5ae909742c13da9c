/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VOUCH_VFU_IRQ_H
#define VOUCH_VFU_IRQ_H

#include <stdbool.h>
#include <stdint.h>

#include <vouch/regs.h>

#include "msg.h"

/**
 * struct vouch_irq - the MSI-X vectors as the client wired them
 * @fd: eventfd of each vector, or -1
 * @masked: held back by the client
 * @pending: raised while masked
 */
struct vouch_irq {
	int fd[VOUCH_VECTORS];
	bool masked[VOUCH_VECTORS];
	bool pending[VOUCH_VECTORS];
};

void vouch_irq_init(struct vouch_irq *irq);
void vouch_irq_clear(struct vouch_irq *irq);
int vouch_irq_set(struct vouch_irq *irq, const struct vfu_irq_set *set, struct vouch_msg *msg);
void vouch_irq_raise(struct vouch_irq *irq, unsigned int vector);
uint64_t vouch_irq_pending(const struct vouch_irq *irq);

#endif /* VOUCH_VFU_IRQ_H */
