// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file.h"

/**
 * vouch_path_join - the path of a file in a folder
 * @path: room for VOUCH_PATH_SIZE bytes
 * @folder: the folder
 * @name: what comes after it, with its separator
 *
 * Return: 0, or -ENAMETOOLONG.
 */
int vouch_path_join(char *path, const char *folder, const char *name)
{
	size_t len = strlen(folder);

	while (len > 1 && folder[len - 1] == '/')
		len--;
	if (len + strlen(name) >= VOUCH_PATH_SIZE)
		return -ENAMETOOLONG;
	memcpy(path, folder, len);
	strcpy(path + len, name);
	return 0;
}

/**
 * vouch_file_write_at - write all of it
 * @fd: file
 * @data: what
 * @len: bytes
 * @offset: where
 *
 * Return: 0 or a negative errno; part may have been written.
 */
int vouch_file_write_at(int fd, const void *data, size_t len, off_t offset)
{
	const uint8_t *p = data;

	while (len) {
		ssize_t n = pwrite(fd, p, len, offset);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n ? -errno : -EIO;
		p += n;
		len -= (size_t)n;
		offset += n;
	}
	return 0;
}

/**
 * vouch_file_read_at - read exactly so much
 * @fd: file
 * @data: room for @len bytes
 * @len: bytes
 * @offset: where
 *
 * Return: 0, -ENODATA when the file ends before, or a negative errno.
 */
int vouch_file_read_at(int fd, void *data, size_t len, off_t offset)
{
	uint8_t *p = data;

	while (len) {
		ssize_t n = pread(fd, p, len, offset);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n ? -errno : -ENODATA;
		p += n;
		len -= (size_t)n;
		offset += n;
	}
	return 0;
}

/**
 * vouch_folder_sync - make what happened to a file's name durable
 * @path: of the file
 *
 * Return: 0 or a negative errno.
 */
int vouch_folder_sync(const char *path)
{
	char copy[VOUCH_PATH_SIZE];
	int fd, ret;

	ret = vouch_path_join(copy, path, "");
	if (ret)
		return ret;
	fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	ret = fsync(fd) ? -errno : 0;
	close(fd);
	return ret;
}

/**
 * vouch_file_read - read a whole file
 * @path: of the file
 * @buf: room for @cap bytes
 * @cap: most that is taken
 * @len: returns bytes read
 *
 * Return: 0, -EFBIG when it is longer, or a negative errno.
 */
int vouch_file_read(const char *path, uint8_t *buf, size_t cap, size_t *len)
{
	const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	struct stat st;
	int ret = 0;

	if (fd < 0)
		return -errno;
	if (fstat(fd, &st))
		ret = -errno;
	else if (!S_ISREG(st.st_mode))
		ret = -EINVAL;
	else if ((uint64_t)st.st_size > cap)
		ret = -EFBIG;
	if (!ret) {
		*len = (size_t)st.st_size;
		ret = vouch_file_read_at(fd, buf, *len, 0);
	}
	close(fd);
	return ret;
}

/**
 * vouch_file_replace - durably write a whole file, all or nothing
 * @path: of the file
 * @data: what
 * @len: bytes
 * @mode: its permissions
 *
 * Return: 0 or a negative errno.
 */
int vouch_file_replace(const char *path, const void *data, size_t len, mode_t mode)
{
	char fresh[VOUCH_PATH_SIZE];
	int fd, ret;

	ret = vouch_path_join(fresh, path, ".new");
	if (ret)
		return ret;
	if (unlink(fresh) && errno != ENOENT)
		return -errno;
	fd = open(fresh, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode);
	if (fd < 0)
		return -errno;
	ret = vouch_file_write_at(fd, data, len, 0);
	if (!ret && fsync(fd))
		ret = -errno;
	close(fd);
	if (!ret && rename(fresh, path))
		ret = -errno;
	return ret ? ret : vouch_folder_sync(path);
}
