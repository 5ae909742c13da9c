// SPDX-License-Identifier: GPL-2.0-only
/*
 * A file of client memory. Behind an IOMMU the same file comes with thousands
 * of small maps, so it is mapped once and whole. A file that its owner may
 * shrink is never mapped (an access past the end would kill us) but read and
 * written by system calls, which just fail.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "dmafile.h"

#define FILES_MAX	64

/*
 * Memory only: a file on a disk or a FUSE mount could make an access wait. No
 * huge pages either: they can run out at any access, which would kill us.
 */
static int check_kind(int fd, struct stat *st)
{
	struct statfs fs;

	/* Only memory has seals; asking a FUSE mount anything could already wait. */
	if (fcntl(fd, F_GET_SEALS) < 0)
		return -EINVAL;
	if (fstat(fd, st) || fstatfs(fd, &fs))
		return -errno;
	if (!S_ISREG(st->st_mode))
		return -EINVAL;
	return fs.f_type == TMPFS_MAGIC ? 0 : -EINVAL;
}

static void map_whole(struct vouch_dma_file *file)
{
	int seals = fcntl(file->fd, F_GET_SEALS);
	struct stat st;
	void *base;

	/* The size counts only once the seal is known: it may have shrunk until then. */
	if (seals < 0 || !(seals & F_SEAL_SHRINK) || fstat(file->fd, &st) || st.st_size <= 0)
		return;
	base = mmap(NULL, (size_t)st.st_size, PROT_READ | PROT_WRITE,
		    MAP_SHARED | MAP_NORESERVE, file->fd, 0);
	if (base == MAP_FAILED)
		return;
	file->base = base;
	file->size = (uint64_t)st.st_size;
}

static struct vouch_dma_file *find(struct vouch_dma_file *list, const struct stat *st,
				   unsigned int *count)
{
	*count = 0;
	for (struct vouch_dma_file *f = list; f; f = f->next) {
		if (f->dev == st->st_dev && f->ino == st->st_ino)
			return f;
		++*count;
	}
	return NULL;
}

/**
 * vouch_dma_file_get() - the file behind a descriptor
 * @list: files known so far
 * @fd: borrowed
 * @error: set to a negative errno on failure
 *
 * Return: the file, with one more user, or NULL.
 */
struct vouch_dma_file *vouch_dma_file_get(struct vouch_dma_file **list, int fd, int *error)
{
	struct vouch_dma_file *file;
	unsigned int count;
	struct stat st;

	*error = check_kind(fd, &st);
	if (*error)
		return NULL;
	file = find(*list, &st, &count);
	if (file) {
		file->users++;
		return file;
	}
	*error = -ENOSPC;
	if (count >= FILES_MAX)
		return NULL;
	*error = -ENOMEM;
	file = calloc(1, sizeof(*file));
	if (!file)
		return NULL;
	file->fd = fcntl(fd, F_DUPFD_CLOEXEC, 0);
	if (file->fd < 0) {
		*error = -errno;
		free(file);
		return NULL;
	}
	file->dev = st.st_dev;
	file->ino = st.st_ino;
	file->users = 1;
	map_whole(file);
	file->next = *list;
	*list = file;
	*error = 0;
	return file;
}

/**
 * vouch_dma_file_put() - one user less; the last one closes the file
 * @list: the list that it is in
 * @file: the file
 */
void vouch_dma_file_put(struct vouch_dma_file **list, struct vouch_dma_file *file)
{
	struct vouch_dma_file **link = list;

	if (--file->users)
		return;
	while (*link != file)
		link = &(*link)->next;
	*link = file->next;
	if (file->base)
		munmap(file->base, (size_t)file->size);
	close(file->fd);
	free(file);
}

static uint8_t *mapped(struct vouch_dma_file *file, uint64_t at, size_t len)
{
	if (!file->base || len > file->size || at > file->size - len)
		return NULL;
	return file->base + at;
}

/**
 * vouch_dma_file_read() - copy out of client memory
 * @file: the file
 * @at: offset in it
 * @buf: receives @len bytes
 * @len: how many
 *
 * Return: 0, or -EFAULT.
 */
int vouch_dma_file_read(struct vouch_dma_file *file, uint64_t at, void *buf, size_t len)
{
	const uint8_t *from = mapped(file, at, len);

	if (!from)
		return pread(file->fd, buf, len, (off_t)at) == (ssize_t)len ? 0 : -EFAULT;
	memcpy(buf, from, len);
	return 0;
}

/**
 * vouch_dma_file_write() - copy into client memory
 * @file: the file
 * @at: offset in it
 * @buf: @len bytes
 * @len: how many
 *
 * Return: 0, or -EFAULT.
 */
int vouch_dma_file_write(struct vouch_dma_file *file, uint64_t at, const void *buf, size_t len)
{
	uint8_t *to = mapped(file, at, len);

	if (!to)
		return pwrite(file->fd, buf, len, (off_t)at) == (ssize_t)len ? 0 : -EFAULT;
	memcpy(to, buf, len);
	return 0;
}

/**
 * vouch_dma_file_publish() - store eight bytes at once, after all that was
 *	written before
 * @file: the file
 * @at: offset in it, a multiple of eight
 * @value: to be stored
 *
 * Return: 0, or -EFAULT.
 */
int vouch_dma_file_publish(struct vouch_dma_file *file, uint64_t at, uint64_t value)
{
	uint8_t *to = mapped(file, at, sizeof(value));

	if (!to || ((uintptr_t)to % sizeof(value)))
		return vouch_dma_file_write(file, at, &value, sizeof(value));
	__atomic_store_n((uint64_t *)(void *)to, value, __ATOMIC_RELEASE);
	return 0;
}
