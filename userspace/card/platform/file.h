/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VOUCH_PLATFORM_FILE_H
#define VOUCH_PLATFORM_FILE_H

/* Whole files of the state folder; each function returns 0 or a negative errno. */

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define VOUCH_PATH_SIZE	4096

int vouch_path_join(char *path, const char *folder, const char *name);
int vouch_file_read(const char *path, uint8_t *buf, size_t cap, size_t *len);
int vouch_file_replace(const char *path, const void *data, size_t len, mode_t mode);
int vouch_file_write_at(int fd, const void *data, size_t len, off_t offset);
int vouch_file_read_at(int fd, void *data, size_t len, off_t offset);
int vouch_folder_sync(const char *path);

#endif /* VOUCH_PLATFORM_FILE_H */
