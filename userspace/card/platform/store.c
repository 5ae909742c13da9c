// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file.h"
#include "store.h"

/**
 * vouch_store_open - open a journal, making it where it is missing
 * @store: returns the open journal
 * @path: of the file
 *
 * Return: 0 or a negative errno.
 */
int vouch_store_open(struct vouch_store *store, const char *path)
{
	struct stat st;
	int ret;

	store->held = 0;
	store->fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (store->fd < 0)
		return -errno;
	ret = fstat(store->fd, &st) || fsync(store->fd) ? -errno : vouch_folder_sync(path);
	if (ret) {
		close(store->fd);
		store->fd = -1;
		return ret;
	}
	store->size = (uint64_t)st.st_size;
	return 0;
}

/**
 * vouch_store_close - close a journal; what is not flushed is lost
 * @store: the journal
 */
void vouch_store_close(struct vouch_store *store)
{
	if (store->fd >= 0)
		close(store->fd);
	store->fd = -1;
}

static int write_out(struct vouch_store *store)
{
	const int ret = vouch_file_write_at(store->fd, store->buf, store->held,
					    (off_t)store->size);

	if (ret)
		return ret;
	store->size += store->held;
	store->held = 0;
	return 0;
}

int vouch_store_append(void *ctx, const void *data, size_t len)
{
	struct vouch_store *store = ctx;
	int ret = 0;

	if (len > sizeof(store->buf))
		return -EFBIG;
	if (len > sizeof(store->buf) - store->held)
		ret = write_out(store);
	if (ret)
		return ret;
	memcpy(store->buf + store->held, data, len);
	store->held += len;
	return 0;
}

int vouch_store_flush(void *ctx)
{
	struct vouch_store *store = ctx;
	const int ret = write_out(store);

	if (ret)
		return ret;
	return fdatasync(store->fd) ? -errno : 0;
}

int vouch_store_read(void *ctx, uint64_t offset, void *data, size_t len)
{
	struct vouch_store *store = ctx;
	const int ret = write_out(store);

	return ret ? ret : vouch_file_read_at(store->fd, data, len, (off_t)offset);
}

int vouch_store_size(void *ctx, uint64_t *size)
{
	const struct vouch_store *store = ctx;

	*size = store->size + store->held;
	return 0;
}

int vouch_store_truncate(void *ctx, uint64_t size)
{
	struct vouch_store *store = ctx;

	store->held = 0;
	if (ftruncate(store->fd, (off_t)size) || fsync(store->fd))
		return -errno;
	store->size = size;
	return 0;
}
