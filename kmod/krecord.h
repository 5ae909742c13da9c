/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _VOUCH_KRECORD_H
#define _VOUCH_KRECORD_H

#include <linux/types.h>

struct kimage;
struct vouch_kload;

int vouch_krecord_measure(struct vouch_kload *load, const struct kimage *image);
int vouch_krecord_load(struct vouch_kload *load, const struct kimage *image, u64 kernel);
int vouch_krecord_present(void);
void vouch_krecord_drop(const struct vouch_kload *load);

#endif /* _VOUCH_KRECORD_H */
