/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _VOUCH_TEST_IMAGES_H
#define _VOUCH_TEST_IMAGES_H

/* Images to load: one that is known to the last byte, and one made from files. */

#include "kernel.h"
#include "log.h"

static const char cmdline[] = "quiet splash", initrd[] = "an initramfs";

struct segments {
	struct kexec_segment list[2];
	unsigned long entry;
};

/* At two addresses from @base on; @fill tells one image from another. */
void segments_make(struct segments *segments, unsigned long base, uint8_t fill);

int segments_load(const struct segments *segments, unsigned long flags);

/* Is that what the record says was loaded? */
bool segments_are(const struct segments *segments, const struct record *record);

int files_load(const char *text, unsigned long flags);

#endif /* _VOUCH_TEST_IMAGES_H */
