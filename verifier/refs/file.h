/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VOUCH_REFS_FILE_H
#define VOUCH_REFS_FILE_H

#include <stddef.h>
#include <stdint.h>

#include "why.h"

#define VOUCH_FILE_MAX		(1U << 30)
#define VOUCH_MODULE_MAX	(256U << 20)

/**
 * struct vouch_file - the content of a file
 * @bytes: for the caller to free(), never NULL
 * @len: how many
 */
struct vouch_file {
	uint8_t *bytes;
	size_t len;
};

/**
 * vouch_file_read() - read a whole regular file, never through a symbolic link
 * @file: returns its content
 * @path: which
 * @why: returns the reason of a failure, without @path
 *
 * Return: 0; -E2BIG above VOUCH_FILE_MAX; -EINVAL if it is not a regular file;
 * -ENOMEM; or what open() or read() failed with.
 */
int vouch_file_read(struct vouch_file *file, const char *path, struct vouch_why *why);

/**
 * vouch_file_unxz() - decompress as the kernel does when it loads a module
 * @xz: content of an .xz file
 * @out: returns the decompressed content
 * @why: returns the reason of a failure
 *
 * Return: 0; -EBADMSG if it is damaged; -E2BIG above VOUCH_MODULE_MAX; -ENOMEM.
 */
int vouch_file_unxz(const struct vouch_file *xz, struct vouch_file *out,
		    struct vouch_why *why);

/**
 * vouch_file_sha384() - digest of a content
 * @file: content
 * @digest: returns 48 bytes
 *
 * Return: 0 or -EIO if the library refuses.
 */
int vouch_file_sha384(const struct vouch_file *file, uint8_t *digest);

/**
 * vouch_file_sha256() - digest of a file of any size
 * @path: which
 * @digest: returns 32 bytes
 * @why: returns the reason of a failure
 *
 * Return: 0 or a negative errno.
 */
int vouch_file_sha256(const char *path, uint8_t *digest, struct vouch_why *why);

#endif /* VOUCH_REFS_FILE_H */
