// SPDX-License-Identifier: GPL-2.0-only

#include <string.h>

#include "images.h"

#define PAGE 4096

/* One part that is full, one with zeros in it, one that memory exceeds. */
static uint8_t content[3 * PAGE];

void segments_make(struct segments *segments, unsigned long base, uint8_t fill)
{
	memset(content, fill, sizeof(content));
	memset(content + PAGE, 0, PAGE);
	*segments = (struct segments) {
		.list = {
			{ content, sizeof(content) - 100, (void *)base, sizeof(content) },
			{ content, 10, (void *)(base + 0x200000), 4 * PAGE },
		},
		.entry = base + 16,
	};
}

int segments_load(const struct segments *segments, unsigned long flags)
{
	return kexec_load_segments(segments->entry, segments->list, 2, flags);
}

bool segments_are(const struct segments *segments, const struct record *record)
{
	uint8_t digest[VOUCH_DIGEST_SIZE];

	kexec_image_digest(segments->list, 2, segments->entry, digest);
	return !memcmp(record->measured, digest, sizeof(digest));
}

int files_load(const char *text, unsigned long flags)
{
	return kernel_load(initrd, text, flags);
}
