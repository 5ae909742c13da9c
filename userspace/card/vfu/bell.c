// SPDX-License-Identifier: GPL-2.0-only
/*
 * Signalling an eventfd of which another process holds the other end. A write
 * would wait on a full counter, and O_NONBLOCK does not help: its owner can
 * clear it at any time. So the kernel is made to signal it, as completion of a
 * request that completes at once; that never waits.
 */
#include <errno.h>
#include <linux/aio_abi.h>
#include <poll.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "bell.h"

#define COMPLETIONS	64	/* gathered before they are thrown away */

static aio_context_t context;

/**
 * vouch_bell_open() - get ready to ring
 *
 * Return: 0, also when that was done before, or a negative errno.
 */
int vouch_bell_open(void)
{
	return context || !syscall(SYS_io_setup, COMPLETIONS, &context) ? 0 : -errno;
}

static void drain(void)
{
	struct io_event events[COMPLETIONS];
	struct timespec now = { 0 };

	syscall(SYS_io_getevents, context, 0, COMPLETIONS, events, &now);
}

/**
 * vouch_bell_ring() - add one to an eventfd, or nothing if it is full
 * @eventfd: the eventfd; vouch_bell_open() has succeeded
 *
 * Never waits.
 *
 * Return: 0, or a negative errno.
 */
int vouch_bell_ring(int eventfd)
{
	struct iocb request = {
		.aio_lio_opcode = IOCB_CMD_POLL,
		.aio_fildes = (uint32_t)eventfd,
		/* Whatever its count, one of these holds. */
		.aio_buf = POLLIN | POLLOUT,
		.aio_flags = IOCB_FLAG_RESFD,
		.aio_resfd = (uint32_t)eventfd,
	};
	struct iocb *list[] = { &request };

	if (syscall(SYS_io_submit, context, 1, list) == 1)
		return 0;
	if (errno != EAGAIN)
		return -errno;
	drain();
	return syscall(SYS_io_submit, context, 1, list) == 1 ? 0 : -errno;
}
