// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reading a BPF ring buffer. libbpf has a reader too, but brings an ELF loader
 * along that Debian's libelf.a cannot be linked for.
 */
#include <errno.h>
#include <poll.h>
#include <sys/mman.h>
#include <unistd.h>

#include <linux/bpf.h>

#include "ring.h"

static size_t page(void)
{
	return (size_t)sysconf(_SC_PAGESIZE);
}

/**
 * ring_map() - begin to read
 * @ring: result
 * @fd: of the map; stays the caller's
 * @size: bytes, as the map was made
 *
 * Return: 0 or a negative errno.
 */
int ring_map(struct ring *ring, int fd, size_t size)
{
	void *consumer, *producer;

	consumer = mmap(NULL, page(), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (consumer == MAP_FAILED)
		return -errno;
	producer = mmap(NULL, page() + 2 * size, PROT_READ, MAP_SHARED, fd, (off_t)page());
	if (producer == MAP_FAILED) {
		int error = -errno;

		munmap(consumer, page());
		return error;
	}
	*ring = (struct ring){
		.fd = fd,
		.size = size,
		.consumer = consumer,
		.producer = producer,
		.data = (const uint8_t *)producer + page(),
	};
	return 0;
}

/* ring_unmap() - end it; one that was never mapped is fine */
void ring_unmap(struct ring *ring)
{
	if (!ring->consumer)
		return;
	munmap(ring->consumer, page());
	munmap((void *)(uintptr_t)ring->producer, page() + 2 * ring->size);
	ring->consumer = NULL;
}

/* ring_wait() - until the programs wake the reader; 0, or -EINTR and such */
int ring_wait(const struct ring *ring, int ms)
{
	struct pollfd poll_fd = { .fd = ring->fd, .events = POLLIN };

	return poll(&poll_fd, 1, ms) < 0 ? -errno : 0;
}

/**
 * ring_take() - take what is there
 * @ring: mapped
 * @fn: called with each record; its memory is the program's again afterwards
 * @ctx: for @fn
 *
 * Ends at a record that is being written, and after one ring's worth, so that
 * programs that never stop cannot keep the reader.
 *
 * Return: how many records.
 */
size_t ring_take(struct ring *ring, ring_fn fn, void *ctx)
{
	unsigned long at = __atomic_load_n(ring->consumer, __ATOMIC_RELAXED), from = at;
	unsigned long end = __atomic_load_n(ring->producer, __ATOMIC_ACQUIRE);
	size_t count = 0;

	while (at < end && at - from < ring->size) {
		const uint8_t *record = ring->data + (at & (ring->size - 1));
		uint32_t len = __atomic_load_n((const uint32_t *)record, __ATOMIC_ACQUIRE);

		if (len & BPF_RINGBUF_BUSY_BIT)
			break;
		if (!(len & BPF_RINGBUF_DISCARD_BIT)) {
			fn(ctx, record + BPF_RINGBUF_HDR_SZ, len & ~BPF_RINGBUF_DISCARD_BIT);
			count++;
		}
		len = (len & ~BPF_RINGBUF_DISCARD_BIT) + BPF_RINGBUF_HDR_SZ;
		at += (len + 7) & ~7UL;
		__atomic_store_n(ring->consumer, at, __ATOMIC_RELEASE);
	}
	return count;
}
