/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VOUCH_VFU_FUNCTION_H
#define VOUCH_VFU_FUNCTION_H

#include <stdbool.h>
#include <stdint.h>

#include "../core/card.h"
#include "dma.h"
#include "irq.h"
#include "msg.h"
#include "pci.h"
#include "queue.h"
#include "regs.h"

/**
 * struct vouch_function - one PCI function and the client that drives it
 * @card: the card that it belongs to
 * @number: 0 is the host's
 * @hold_ns: test only: how long evidence is held back on its way to the driver
 * @greeted: the client has said which protocol it speaks
 * @used: a client has been here since power-on
 * @why: why it stopped, until that has been reported; or NULL
 * @instance: that its driver has been told of, or zeros
 * @dma: the client's memory
 * @irq: the client's interrupts
 * @pci: configuration space
 * @regs: registers
 * @queue: rings
 */
struct vouch_function {
	struct vouch_card *card;
	uint16_t number;
	const uint64_t *hold_ns;
	bool greeted;
	bool used;
	const char *why;
	uint8_t instance[VOUCH_INSTANCE_SIZE];
	struct vouch_dma dma;
	struct vouch_irq irq;
	struct vouch_pci pci;
	struct vouch_regs regs;
	struct vouch_queue queue;
};

void vouch_function_init(struct vouch_function *f, struct vouch_card *card, uint16_t number,
			 const uint64_t *hold_ns);
void vouch_function_connect(struct vouch_function *f);
void vouch_function_disconnect(struct vouch_function *f);
void vouch_function_enable(struct vouch_function *f);
void vouch_function_disable(struct vouch_function *f);
void vouch_function_reset(struct vouch_function *f);
void vouch_function_restart(struct vouch_function *f);
void vouch_function_fail(struct vouch_function *f, const char *why);
void vouch_function_follow(struct vouch_function *f);
bool vouch_function_may_work(const struct vouch_function *f);

void vouch_dispatch(struct vouch_function *f, struct vouch_msg *msg, struct vouch_reply *reply);

#endif /* VOUCH_VFU_FUNCTION_H */
