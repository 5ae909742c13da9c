/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _VOUCH_TEST_KCORE_H
#define _VOUCH_TEST_KCORE_H

/* What stands in the kernel's memory, read without the kernel's module. */

#include <stdbool.h>
#include <stdint.h>
#include <vouch/wire.h>

/*
 * What Documentation/formats.rst calls the kexec image, of the one that this
 * variable of the kernel points to: its layout is from the kernel's BTF, its
 * content from /proc/kcore. Says on stderr why it cannot.
 */
bool kcore_image_digest(const char *variable, uint8_t digest[VOUCH_DIGEST_SIZE]);

#endif /* _VOUCH_TEST_KCORE_H */
