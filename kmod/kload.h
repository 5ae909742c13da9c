/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _VOUCH_KLOAD_H
#define _VOUCH_KLOAD_H

#include <linux/types.h>
#include <vouch/wire.h>

struct kimage;

/**
 * struct vouch_kload - an image as it was recorded
 * @image: or NULL
 * @crash: for a panic
 * @serial: counts loads
 * @number: of its record, or VOUCH_NO_REF
 * @whole: the file it was made from is in the log too, where there is one
 * @digest: of its segments and its entry point
 */
struct vouch_kload {
	const struct kimage *image;
	bool crash;
	u64 serial;
	u64 number;
	bool whole;
	u8 digest[VOUCH_DIGEST_SIZE];
};

bool vouch_kload_find(const struct kimage *image, struct vouch_kload *load);
void vouch_kload_keep(const struct vouch_kload *load);
bool vouch_kload_forget(const struct kimage *image, struct vouch_kload *load);

#endif /* _VOUCH_KLOAD_H */
