// SPDX-License-Identifier: GPL-2.0-only
/*
 * The client's address space as the card may reach it: a sorted array of
 * ranges. An unmap forgets whatever lies inside it, known or not, and cuts what
 * it covers in part; a map replaces what was there. One stale range would let
 * the card write into memory that has long had another owner.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "dma.h"
#include "dmafile.h"

#define RANGES_MAX	(1U << 17)

struct vouch_dma_range {
	uint64_t first;
	uint64_t last;		/* inclusive, so that 2^64 can be an end */
	uint64_t offset;	/* of @first in the file */
	struct vouch_dma_file *file;
	unsigned int access;
};

/* Index of the first range that ends at @iova or later. */
static size_t lower_bound(const struct vouch_dma *dma, uint64_t iova)
{
	size_t low = 0, high = dma->count;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (dma->ranges[mid].last < iova)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static int make_room(struct vouch_dma *dma)
{
	struct vouch_dma_range *ranges;
	size_t room;

	if (dma->count < dma->room)
		return 0;
	if (dma->count >= RANGES_MAX)
		return -ENOSPC;
	room = dma->room ? dma->room * 2 : 64;
	ranges = realloc(dma->ranges, room * sizeof(*ranges));
	if (!ranges)
		return -ENOMEM;
	dma->ranges = ranges;
	dma->room = room;
	return 0;
}

static void insert(struct vouch_dma *dma, size_t at, const struct vouch_dma_range *range)
{
	memmove(&dma->ranges[at + 1], &dma->ranges[at],
		(dma->count - at) * sizeof(*dma->ranges));
	dma->ranges[at] = *range;
	dma->count++;
}

/* Cut a hole out of the middle of a range; the caller made room. */
static void split(struct vouch_dma *dma, size_t at, uint64_t first, uint64_t last)
{
	struct vouch_dma_range tail = dma->ranges[at];

	tail.offset += last + 1 - tail.first;
	tail.first = last + 1;
	tail.file->users++;
	dma->ranges[at].last = first - 1;
	insert(dma, at + 1, &tail);
}

static int forget(struct vouch_dma *dma, uint64_t first, uint64_t last)
{
	size_t from = lower_bound(dma, first), to;
	struct vouch_dma_range *r = dma->ranges;

	if (from == dma->count || r[from].first > last)
		return 0;
	if (r[from].first < first && r[from].last > last) {
		int ret = make_room(dma);

		if (!ret)
			split(dma, from, first, last);
		else
			r[from].last = first - 1;
		return ret;
	}
	if (r[from].first < first)
		r[from++].last = first - 1;
	for (to = from; to < dma->count && r[to].last <= last; to++)
		vouch_dma_file_put(&dma->files, r[to].file);
	if (to < dma->count && r[to].first <= last) {
		r[to].offset += last + 1 - r[to].first;
		r[to].first = last + 1;
	}
	memmove(&r[from], &r[to], (dma->count - to) * sizeof(*r));
	dma->count -= to - from;
	return 0;
}

/**
 * vouch_dma_map() - make a range of client memory reachable
 * @dma: the address space
 * @iova: its bus address
 * @size: in bytes, not 0
 * @offset: where it begins in the file
 * @access: VOUCH_DMA_READ, VOUCH_DMA_WRITE
 * @fd: a file of memory, borrowed; with -1 the range only replaces others and
 *	is itself out of reach
 *
 * Return: 0, or a negative errno; then what was there before may be gone.
 */
int vouch_dma_map(struct vouch_dma *dma, uint64_t iova, uint64_t size, uint64_t offset,
		  unsigned int access, int fd)
{
	struct vouch_dma_range range = {
		.first = iova, .last = iova + (size - 1), .offset = offset, .access = access,
	};
	int ret;

	if (!size || range.last < iova || offset > INT64_MAX || size > INT64_MAX - offset)
		return -EINVAL;
	ret = forget(dma, range.first, range.last);
	if (ret || fd < 0)
		return ret;
	ret = make_room(dma);
	if (ret)
		return ret;
	range.file = vouch_dma_file_get(&dma->files, fd, &ret);
	if (!range.file)
		return ret;
	insert(dma, lower_bound(dma, range.first), &range);
	return 0;
}

/**
 * vouch_dma_unmap() - put a range out of reach, whatever was mapped there
 * @dma: the address space
 * @iova: its bus address
 * @size: in bytes; 0 does nothing. A range beyond the end stops at the end.
 *
 * Return: 0, or -ENOMEM or -ENOSPC when a hole could not be cut; then more is
 * out of reach than was asked for, never less.
 */
int vouch_dma_unmap(struct vouch_dma *dma, uint64_t iova, uint64_t size)
{
	uint64_t last = iova + (size - 1);

	if (!size)
		return 0;
	return forget(dma, iova, last < iova ? UINT64_MAX : last);
}

/**
 * vouch_dma_clear() - forget everything
 * @dma: the address space; usable again afterwards
 */
void vouch_dma_clear(struct vouch_dma *dma)
{
	for (size_t i = 0; i < dma->count; i++)
		vouch_dma_file_put(&dma->files, dma->ranges[i].file);
	free(dma->ranges);
	memset(dma, 0, sizeof(*dma));
}

/* The range at @iova with @access; @len is cut to what lies in it. */
static const struct vouch_dma_range *translate(const struct vouch_dma *dma, uint64_t iova,
					       unsigned int access, size_t *len)
{
	size_t at = lower_bound(dma, iova);
	const struct vouch_dma_range *r;

	if (at == dma->count || iova + (*len - 1) < iova)
		return NULL;
	r = &dma->ranges[at];
	if (r->first > iova || !(r->access & access))
		return NULL;
	if (*len - 1 > r->last - iova)
		*len = (size_t)(r->last - iova) + 1;
	return r;
}

/**
 * vouch_dma_read() - copy from client memory
 * @dma: the address space
 * @iova: bus address
 * @buf: receives @len bytes
 * @len: may span several ranges
 *
 * Return: 0, or -EFAULT if any byte is out of reach.
 */
int vouch_dma_read(struct vouch_dma *dma, uint64_t iova, void *buf, size_t len)
{
	for (uint8_t *to = buf; len;) {
		size_t part = len;
		const struct vouch_dma_range *r = translate(dma, iova, VOUCH_DMA_READ, &part);

		if (!r || vouch_dma_file_read(r->file, r->offset + (iova - r->first), to, part))
			return -EFAULT;
		to += part;
		iova += part;
		len -= part;
	}
	return 0;
}

/**
 * vouch_dma_write() - copy to client memory
 * @dma: the address space
 * @iova: bus address
 * @buf: @len bytes
 * @len: may span several ranges
 *
 * Return: 0, or -EFAULT if any byte is out of reach; some may be written then.
 */
int vouch_dma_write(struct vouch_dma *dma, uint64_t iova, const void *buf, size_t len)
{
	for (const uint8_t *from = buf; len;) {
		size_t part = len;
		const struct vouch_dma_range *r = translate(dma, iova, VOUCH_DMA_WRITE, &part);

		if (!r || vouch_dma_file_write(r->file, r->offset + (iova - r->first), from, part))
			return -EFAULT;
		from += part;
		iova += part;
		len -= part;
	}
	return 0;
}

/**
 * vouch_dma_reachable() - whether a write would succeed
 * @dma: the address space
 * @iova: bus address
 * @len: may span several ranges
 */
bool vouch_dma_reachable(const struct vouch_dma *dma, uint64_t iova, size_t len)
{
	while (len) {
		size_t part = len;

		if (!translate(dma, iova, VOUCH_DMA_WRITE, &part))
			return false;
		iova += part;
		len -= part;
	}
	return true;
}

/**
 * vouch_dma_publish() - store eight bytes at once, after all that was written
 *	before
 * @dma: the address space
 * @iova: bus address, a multiple of eight
 * @value: little endian
 *
 * Return: 0, or -EFAULT.
 */
int vouch_dma_publish(struct vouch_dma *dma, uint64_t iova, uint64_t value)
{
	size_t len = sizeof(value);
	const struct vouch_dma_range *r = translate(dma, iova, VOUCH_DMA_WRITE, &len);

	if (!r || len != sizeof(value))
		return -EFAULT;
	return vouch_dma_file_publish(r->file, r->offset + (iova - r->first), value);
}
