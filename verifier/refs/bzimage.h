/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VOUCH_REFS_BZIMAGE_H
#define VOUCH_REFS_BZIMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "why.h"

#define VOUCH_VMLINUX_MAX	(512U << 20)
#define VOUCH_RELEASE_MAX	64

/**
 * struct vouch_bzimage - what a bootable x86 kernel image says of itself
 * @release: first word of its version text, NUL-terminated
 * @payload: the compressed kernel, in the caller's image
 * @payload_len: bytes, without the size that follows them
 * @vmlinux_len: bytes of the kernel when decompressed
 */
struct vouch_bzimage {
	char release[VOUCH_RELEASE_MAX + 1];
	const uint8_t *payload;
	size_t payload_len;
	size_t vmlinux_len;
};

/**
 * vouch_bzimage_is() - does this look like a bootable x86 kernel image?
 * @image: bytes
 * @len: how many
 */
bool vouch_bzimage_is(const uint8_t *image, size_t len);

/**
 * vouch_bzimage_parse() - read an x86 kernel image's setup header
 * @image: a whole bzImage; hostile bytes are expected
 * @len: bytes
 * @bz: returns what it says; points into @image
 * @why: returns the reason of a failure
 *
 * Return: 0; -ENOEXEC if it is no bzImage of boot protocol 2.08 or later;
 * -EBADMSG if its header points outside of it.
 */
int vouch_bzimage_parse(const uint8_t *image, size_t len, struct vouch_bzimage *bz,
			struct vouch_why *why);

/**
 * vouch_bzimage_unpack() - decompress the kernel inside an image
 * @bz: from vouch_bzimage_parse()
 * @vmlinux: returns @bz->vmlinux_len bytes, for the caller to free()
 * @why: returns the reason of a failure
 *
 * Return: 0; -EPROTONOSUPPORT for a compression other than zstd; -EBADMSG if
 * the payload is damaged or not of the size it claims; -ENOMEM.
 */
int vouch_bzimage_unpack(const struct vouch_bzimage *bz, uint8_t **vmlinux,
			 struct vouch_why *why);

#endif /* VOUCH_REFS_BZIMAGE_H */
