// SPDX-License-Identifier: GPL-2.0-only
/*
 * Bytes on disk in a file without a name. A log's length stands before it in
 * the package, so it must be known first, and a log may not fit in memory.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "private.h"

struct vouch_spool {
	int fd;
	uint64_t size;
};

/* An initramfs may have no folder for it, and is memory anyway. */
static int open_nameless(void)
{
	const char *dir = secure_getenv("TMPDIR");
	int fd = -1;

	if (dir)
		fd = open(dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (fd < 0)
		fd = open("/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (fd < 0)
		fd = memfd_create("vouch-log", MFD_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

/* vouch_spool_new() - an empty spool, in $TMPDIR or /tmp */
int vouch_spool_new(struct vouch_spool **out)
{
	struct vouch_spool *spool = calloc(1, sizeof(*spool));

	if (!spool)
		return -ENOMEM;
	spool->fd = open_nameless();
	if (spool->fd < 0) {
		int ret = spool->fd;

		free(spool);
		return ret;
	}
	*out = spool;
	return 0;
}

/* vouch_spool_add() - append bytes */
int vouch_spool_add(struct vouch_spool *spool, const void *buf, size_t len)
{
	const uint8_t *from = buf;

	while (len) {
		ssize_t put = write(spool->fd, from, len);

		if (put < 0 && errno == EINTR)
			continue;
		if (put <= 0)
			return put ? -errno : -EIO;
		from += put;
		len -= (size_t)put;
		spool->size += (uint64_t)put;
	}
	return 0;
}

/* vouch_spool_send() - write @len bytes from offset @from on */
int vouch_spool_send(struct vouch_spool *spool, uint64_t from, uint64_t len,
		     vouch_write_fn write_fn, void *ctx)
{
	uint8_t buf[16384];

	while (len) {
		size_t want = len < sizeof(buf) ? (size_t)len : sizeof(buf);
		ssize_t got = pread(spool->fd, buf, want, (off_t)from);
		int ret;

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return got ? -errno : -EIO;
		ret = write_fn(ctx, buf, (size_t)got);
		if (ret)
			return ret;
		from += (uint64_t)got;
		len -= (uint64_t)got;
	}
	return 0;
}

uint64_t vouch_spool_size(const struct vouch_spool *spool)
{
	return spool->size;
}

/* vouch_spool_free() - forget it and its bytes; NULL is fine */
void vouch_spool_free(struct vouch_spool *spool)
{
	if (spool)
		close(spool->fd);
	free(spool);
}

/* vouch_write_file() - a vouch_write_fn for a FILE */
int vouch_write_file(void *file, const void *buf, size_t len)
{
	return fwrite(buf, 1, len, file) == len ? 0 : errno ? -errno : -EIO;
}
