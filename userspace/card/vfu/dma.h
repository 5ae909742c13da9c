/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VOUCH_VFU_DMA_H
#define VOUCH_VFU_DMA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct vouch_dma_file;
struct vouch_dma_range;

#define VOUCH_DMA_READ		1U	/* the card may read */
#define VOUCH_DMA_WRITE		2U

/**
 * struct vouch_dma - what of the client's memory the card can reach
 * @ranges: sorted by address, none overlapping
 * @count: of @ranges
 * @room: allocated in @ranges
 * @files: every file that a range lies in
 */
struct vouch_dma {
	struct vouch_dma_range *ranges;
	size_t count;
	size_t room;
	struct vouch_dma_file *files;
};

int vouch_dma_map(struct vouch_dma *dma, uint64_t iova, uint64_t size, uint64_t offset,
		  unsigned int access, int fd);
int vouch_dma_unmap(struct vouch_dma *dma, uint64_t iova, uint64_t size);
void vouch_dma_clear(struct vouch_dma *dma);
int vouch_dma_read(struct vouch_dma *dma, uint64_t iova, void *buf, size_t len);
int vouch_dma_write(struct vouch_dma *dma, uint64_t iova, const void *buf, size_t len);
bool vouch_dma_reachable(const struct vouch_dma *dma, uint64_t iova, size_t len);
int vouch_dma_publish(struct vouch_dma *dma, uint64_t iova, uint64_t value);

#endif /* VOUCH_VFU_DMA_H */
