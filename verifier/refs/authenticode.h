/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VOUCH_REFS_AUTHENTICODE_H
#define VOUCH_REFS_AUTHENTICODE_H

/*
 * The digest that firmware measures of a program it starts: "Windows Authenticode
 * Portable Executable Signature Format". It leaves out the checksum and the
 * signatures, so a file has the same before and after it is signed.
 */

#include <stddef.h>
#include <stdint.h>

/**
 * vouch_authenticode_sha384() - the Authenticode digest of a PE image
 * @image: content of the file
 * @len: bytes there
 * @digest: returns 48 bytes
 *
 * Return: 0; -ENOEXEC if it is not a PE image; -EBADMSG if it is damaged; -EIO if
 * the library refuses.
 */
int vouch_authenticode_sha384(const uint8_t *image, size_t len, uint8_t *digest);

#endif /* VOUCH_REFS_AUTHENTICODE_H */
