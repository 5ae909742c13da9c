// SPDX-License-Identifier: GPL-2.0-only
/*
 * One PCI function: what enabling, resetting and losing it means for its
 * registers, its rings and the card.
 */
#include <string.h>

#include "function.h"

/**
 * vouch_function_init() - a function that nobody drives yet
 * @f: to be initialised
 * @card: an open card
 * @number: 0 is the host's
 * @hold_ns: test only: how long evidence is held back
 */
void vouch_function_init(struct vouch_function *f, struct vouch_card *card, uint16_t number,
			 const uint64_t *hold_ns)
{
	memset(f, 0, sizeof(*f));
	f->card = card;
	f->number = number;
	f->hold_ns = hold_ns;
	vouch_irq_init(&f->irq);
	vouch_pci_init(&f->pci);
}

static void set_status(struct vouch_function *f, uint32_t status)
{
	if (f->regs.status == status)
		return;
	f->regs.status = status;
	vouch_irq_raise(&f->irq, VOUCH_VECTOR_EVENT);
}

/**
 * vouch_function_fail() - stop a function until its reset
 * @f: the function
 * @why: for the operator of the card; a constant
 */
void vouch_function_fail(struct vouch_function *f, const char *why)
{
	if (!(f->regs.status & VOUCH_STATUS_FATAL))
		f->why = why;
	vouch_queue_stop(&f->queue);
	set_status(f, VOUCH_STATUS_FATAL);
}

/**
 * vouch_function_enable() - CONTROL.ENABLE was set
 * @f: the function
 *
 * A function that has failed stays so until its reset.
 */
void vouch_function_enable(struct vouch_function *f)
{
	const struct vouch_regs *r = &f->regs;

	if (r->status & VOUCH_STATUS_FATAL)
		return;
	if (vouch_queue_start(&f->queue, r->qsize, r->sq_base, r->cq_base)) {
		vouch_function_fail(f, "bad ring size or address");
		return;
	}
	if (vouch_card_attach(f->card, f->number)) {
		vouch_function_fail(f, "the card could not record the attach");
		return;
	}
	set_status(f, VOUCH_STATUS_READY);
}

/**
 * vouch_function_disable() - CONTROL.ENABLE was cleared
 * @f: the function
 */
void vouch_function_disable(struct vouch_function *f)
{
	vouch_queue_stop(&f->queue);
	if (vouch_card_detach(f->card, f->number, VOUCH_LEAVE_DRIVER)) {
		vouch_function_fail(f, "the card could not record the detach");
		return;
	}
	set_status(f, f->regs.status & VOUCH_STATUS_FATAL);
}

static void clear_registers(struct vouch_function *f)
{
	vouch_queue_stop(&f->queue);
	memset(&f->regs, 0, sizeof(f->regs));
}

/**
 * vouch_function_reset() - function level reset
 * @f: the function
 *
 * The client's memory and interrupt wiring stay: they are the bus, not the
 * function.
 */
void vouch_function_reset(struct vouch_function *f)
{
	clear_registers(f);
	vouch_pci_init(&f->pci);
	if (vouch_card_reset(f->card, f->number))
		vouch_function_fail(f, "the card could not record the reset");
}

/**
 * vouch_function_restart() - the card behind the function has power-cycled
 * @f: the function
 *
 * Its registers are as after power-on, and its driver is told to look.
 */
void vouch_function_restart(struct vouch_function *f)
{
	clear_registers(f);
	vouch_irq_raise(&f->irq, VOUCH_VECTOR_EVENT);
}

/**
 * vouch_function_connect() - a client has come
 * @f: the function
 *
 * One that comes after another finds a function that has been reset.
 */
void vouch_function_connect(struct vouch_function *f)
{
	f->greeted = false;
	if (f->used)
		vouch_function_reset(f);
	f->used = true;
}

/**
 * vouch_function_disconnect() - the client is gone, and with it the function
 * @f: the function
 */
void vouch_function_disconnect(struct vouch_function *f)
{
	clear_registers(f);
	vouch_pci_init(&f->pci);
	vouch_irq_clear(&f->irq);
	vouch_dma_clear(&f->dma);
	f->greeted = false;
	if (vouch_card_detach(f->card, f->number, VOUCH_LEAVE_GONE))
		vouch_function_fail(f, "the card could not record the loss");
}

/**
 * vouch_function_follow() - tell a driver that its instance is another one
 * @f: the function; after the host's commands
 */
void vouch_function_follow(struct vouch_function *f)
{
	static const uint8_t none[VOUCH_INSTANCE_SIZE];
	const uint8_t *now = vouch_card_instance(f->card, f->number);

	now = now ? now : none;
	if (!memcmp(f->instance, now, sizeof(f->instance)))
		return;
	memcpy(f->instance, now, sizeof(f->instance));
	if (f->queue.running)
		vouch_irq_raise(&f->irq, VOUCH_VECTOR_EVENT);
}

/**
 * vouch_function_may_work() - whether the rings may be used now
 * @f: the function
 *
 * Without bus mastering, or in a sleep state, commands simply wait.
 */
bool vouch_function_may_work(const struct vouch_function *f)
{
	return f->queue.running && vouch_pci_may_dma(&f->pci);
}
