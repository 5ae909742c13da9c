/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _VOUCH_KIMAGE_H
#define _VOUCH_KIMAGE_H

#include <linux/types.h>

struct kimage;

int vouch_kimage_digest(const struct kimage *image, u8 *digest);
const char *vouch_kimage_cmdline(const struct kimage *image, size_t *size);

#endif /* _VOUCH_KIMAGE_H */
