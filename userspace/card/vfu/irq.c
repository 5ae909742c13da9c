// SPDX-License-Identifier: GPL-2.0-only
/*
 * MSI-X. QEMU and vfio keep the table; the client hands over an eventfd for
 * each vector that is in use.
 */
#include <errno.h>
#include <linux/vfio.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "bell.h"
#include "irq.h"

/**
 * vouch_irq_init() - no vector is wired
 * @irq: to be initialised
 */
void vouch_irq_init(struct vouch_irq *irq)
{
	memset(irq, 0, sizeof(*irq));
	for (unsigned int i = 0; i < VOUCH_VECTORS; i++)
		irq->fd[i] = -1;
}

/**
 * vouch_irq_clear() - forget the client's wiring
 * @irq: usable again afterwards
 */
void vouch_irq_clear(struct vouch_irq *irq)
{
	for (unsigned int i = 0; i < VOUCH_VECTORS; i++)
		if (irq->fd[i] >= 0)
			close(irq->fd[i]);
	vouch_irq_init(irq);
}

static bool is_eventfd(int fd)
{
	static const char want[] = "anon_inode:[eventfd]";
	char path[32], name[sizeof(want)];
	ssize_t n;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	n = readlink(path, name, sizeof(name));
	return n == (ssize_t)strlen(want) && !memcmp(name, want, (size_t)n);
}

static int wire(struct vouch_irq *irq, unsigned int vector, int fd)
{
	int ret = 0;

	if (fd >= 0)
		ret = is_eventfd(fd) ? vouch_bell_open() : -EINVAL;
	if (ret) {
		close(fd);
		return ret;
	}
	if (irq->fd[vector] >= 0)
		close(irq->fd[vector]);
	irq->fd[vector] = fd;
	return 0;
}

/**
 * vouch_irq_raise() - send one interrupt
 * @irq: the vectors
 * @vector: less than VOUCH_VECTORS
 */
void vouch_irq_raise(struct vouch_irq *irq, unsigned int vector)
{
	irq->pending[vector] = irq->masked[vector];
	if (irq->masked[vector] || irq->fd[vector] < 0)
		return;
	if (vouch_bell_ring(irq->fd[vector]))
		wire(irq, vector, -1);
}

static void unmask(struct vouch_irq *irq, unsigned int vector)
{
	irq->masked[vector] = false;
	if (irq->pending[vector])
		vouch_irq_raise(irq, vector);
}

static void act(struct vouch_irq *irq, uint32_t action, unsigned int vector)
{
	switch (action) {
	case VFIO_IRQ_SET_ACTION_TRIGGER:
		vouch_irq_raise(irq, vector);
		break;
	case VFIO_IRQ_SET_ACTION_MASK:
		irq->masked[vector] = true;
		break;
	case VFIO_IRQ_SET_ACTION_UNMASK:
		unmask(irq, vector);
		break;
	}
}

static int wire_range(struct vouch_irq *irq, const struct vfu_irq_set *set, struct vouch_msg *msg)
{
	int ret = 0;

	/* Without files the vectors are unplugged. */
	if (msg->fd_count && msg->fd_count != set->count)
		return -EINVAL;
	for (uint32_t i = 0; i < set->count && !ret; i++)
		ret = wire(irq, set->start + i, vouch_msg_take_fd(msg, i));
	return ret;
}

static int check_range(const struct vfu_irq_set *set)
{
	if (set->index != VFIO_PCI_MSIX_IRQ_INDEX)
		return set->count ? -EINVAL : 0;
	if (set->start > VOUCH_VECTORS || set->count > VOUCH_VECTORS - set->start)
		return -EINVAL;
	return 0;
}

/**
 * vouch_irq_set() - what VFU_IRQ_SET asks
 * @irq: the vectors
 * @set: start of the message's body
 * @msg: the message, for its data and files
 *
 * Return: 0, -EINVAL, or a negative errno when the machine cannot signal.
 */
int vouch_irq_set(struct vouch_irq *irq, const struct vfu_irq_set *set, struct vouch_msg *msg)
{
	uint32_t type = set->flags & VFIO_IRQ_SET_DATA_TYPE_MASK;
	uint32_t action = set->flags & VFIO_IRQ_SET_ACTION_TYPE_MASK;
	const uint8_t *data = msg->body + sizeof(*set);
	size_t len = msg->len - sizeof(*set);

	if ((set->flags & ~(type | action)) || check_range(set))
		return -EINVAL;
	if (action != VFIO_IRQ_SET_ACTION_TRIGGER && action != VFIO_IRQ_SET_ACTION_MASK &&
	    action != VFIO_IRQ_SET_ACTION_UNMASK)
		return -EINVAL;
	if (set->index != VFIO_PCI_MSIX_IRQ_INDEX)
		return 0;
	switch (type) {
	case VFIO_IRQ_SET_DATA_NONE:
		if (!set->count && action == VFIO_IRQ_SET_ACTION_TRIGGER)
			vouch_irq_clear(irq);
		for (uint32_t i = 0; i < set->count; i++)
			act(irq, action, set->start + i);
		return 0;
	case VFIO_IRQ_SET_DATA_BOOL:
		if (len < set->count)
			return -EINVAL;
		for (uint32_t i = 0; i < set->count; i++)
			if (data[i])
				act(irq, action, set->start + i);
		return 0;
	case VFIO_IRQ_SET_DATA_EVENTFD:
		if (action != VFIO_IRQ_SET_ACTION_TRIGGER)
			return -EINVAL;
		return wire_range(irq, set, msg);
	default:
		return -EINVAL;
	}
}

/**
 * vouch_irq_pending() - the pending bit array
 * @irq: the vectors
 */
uint64_t vouch_irq_pending(const struct vouch_irq *irq)
{
	uint64_t bits = 0;

	for (unsigned int i = 0; i < VOUCH_VECTORS; i++)
		bits |= (uint64_t)irq->pending[i] << i;
	return bits;
}
