/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VOUCH_VERIFY_READER_H
#define VOUCH_VERIFY_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * struct vouch_reader - where the caller keeps a package
 * @read_at: reads exactly @len bytes from @offset into @buf; 0 or negative
 *	errno. The bytes must not change while they are appraised.
 * @ctx: for @read_at
 * @size: bytes in all
 */
struct vouch_reader {
	int (*read_at)(void *ctx, uint64_t offset, void *buf, size_t len);
	void *ctx;
	uint64_t size;
};

/**
 * struct vouch_range - a part of a package
 * @offset: of its first byte
 * @len: bytes
 * @present: there is one
 * @batched: its content type is that of a leaf of a batch
 */
struct vouch_range {
	uint64_t offset;
	uint64_t len;
	bool present;
	bool batched;
};

#endif /* VOUCH_VERIFY_READER_H */
