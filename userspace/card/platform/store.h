/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VOUCH_PLATFORM_STORE_H
#define VOUCH_PLATFORM_STORE_H

/* The journal as a file: appends gather in memory and go out with a flush. */

#include <stddef.h>
#include <stdint.h>

/**
 * struct vouch_store - an open journal
 * @fd: file
 * @size: bytes in the file, without @held
 * @held: bytes in @buf
 * @buf: appended, not written yet
 */
struct vouch_store {
	int fd;
	uint64_t size;
	size_t held;
	uint8_t buf[65536];
};

int vouch_store_open(struct vouch_store *store, const char *path);
void vouch_store_close(struct vouch_store *store);

int vouch_store_append(void *ctx, const void *data, size_t len);
int vouch_store_flush(void *ctx);
int vouch_store_read(void *ctx, uint64_t offset, void *data, size_t len);
int vouch_store_size(void *ctx, uint64_t *size);
int vouch_store_truncate(void *ctx, uint64_t size);

#endif /* VOUCH_PLATFORM_STORE_H */
