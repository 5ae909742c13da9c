/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VOUCH_VFU_DMAFILE_H
#define VOUCH_VFU_DMAFILE_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/**
 * struct vouch_dma_file - a file of client memory, shared by all its ranges
 * @next: in the list of files
 * @dev: with @ino, its identity
 * @ino: with @dev, its identity
 * @users: ranges in it
 * @fd: our own descriptor
 * @base: whole file mapped, or NULL where it might shrink under us
 * @size: bytes at @base
 */
struct vouch_dma_file {
	struct vouch_dma_file *next;
	dev_t dev;
	ino_t ino;
	size_t users;
	int fd;
	uint8_t *base;
	uint64_t size;
};

struct vouch_dma_file *vouch_dma_file_get(struct vouch_dma_file **list, int fd, int *error);
void vouch_dma_file_put(struct vouch_dma_file **list, struct vouch_dma_file *file);
int vouch_dma_file_read(struct vouch_dma_file *file, uint64_t at, void *buf, size_t len);
int vouch_dma_file_write(struct vouch_dma_file *file, uint64_t at, const void *buf, size_t len);
int vouch_dma_file_publish(struct vouch_dma_file *file, uint64_t at, uint64_t value);

#endif /* VOUCH_VFU_DMAFILE_H */
