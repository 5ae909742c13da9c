/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VOUCH_CLI_RING_H
#define VOUCH_CLI_RING_H

#include <stddef.h>
#include <stdint.h>

typedef void (*ring_fn)(void *ctx, const void *data, size_t len);

/**
 * struct ring - a BPF ring buffer as its only reader sees it
 * @fd: of the map
 * @size: bytes of data
 * @consumer: how far this reader is; the kernel reads it
 * @producer: how far the programs are
 * @data: mapped twice in a row, so that no record is in two parts
 */
struct ring {
	int fd;
	size_t size;
	unsigned long *consumer;
	const unsigned long *producer;
	const uint8_t *data;
};

int ring_map(struct ring *ring, int fd, size_t size);
void ring_unmap(struct ring *ring);
int ring_wait(const struct ring *ring, int ms);
size_t ring_take(struct ring *ring, ring_fn fn, void *ctx);

#endif /* VOUCH_CLI_RING_H */
