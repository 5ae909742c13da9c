// SPDX-License-Identifier: GPL-2.0-only
/*
 * Alters a loaded kexec image as something in the kernel could that means harm:
 * the last byte of its greatest segment.
 * Loaded a second time it puts the byte back.
 */

#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/io.h>
#include <linux/kexec.h>
#include <linux/module.h>

static unsigned long place;
module_param(place, ulong, 0);
MODULE_PARM_DESC(place, "address of kexec_image, from /proc/kallsyms");

static bool entry;
module_param(entry, bool, 0);
MODULE_PARM_DESC(entry, "the segment that is entered, which checks all but itself");

static unsigned long choice(const struct kimage *image)
{
	unsigned long most = 0;

	for (unsigned long i = 0; i < image->nr_segments; i++) {
		const struct kexec_segment *segment = &image->segment[i];

		if (entry && image->start >= segment->mem &&
		    image->start - segment->mem < segment->memsz)
			return i;
		if (segment->memsz > image->segment[most].memsz)
			most = i;
	}
	return most;
}

/* In the list of pages, where the segment is not in its place already. */
static u8 *list_end(const struct kimage *image, const struct kexec_segment *segment)
{
	const kimage_entry_t *at = &image->head;
	unsigned long address = 0;

	while (*at && !(*at & IND_DONE)) {
		u8 *page = phys_to_virt(*at & PAGE_MASK);

		if (*at & IND_INDIRECTION) {
			at = (kimage_entry_t *)page;
			continue;
		}
		if (*at & IND_DESTINATION)
			address = *at & PAGE_MASK;
		if (*at & IND_SOURCE) {
			address += PAGE_SIZE;
			if (address == segment->mem + segment->memsz)
				return page + PAGE_SIZE - 1;
		}
		at++;
	}
	return NULL;
}

static int __init alter_init(void)
{
	const struct kimage *image = place ? *(struct kimage **)place : NULL;
	const struct kexec_segment *segment;
	u8 *end;

	if (!image)
		return -ENOENT;
	segment = &image->segment[choice(image)];
	end = list_end(image, segment);
#ifdef KEXEC_FILE_NO_CMA
	if (image->segment_cma[segment - image->segment]) {
		end = page_address(image->segment_cma[segment - image->segment]);
		end += segment->memsz - 1;
	}
#endif
	if (!end)
		return -ENXIO;
	*end ^= 1;
	pr_info("%s: %#lx of %#zx bytes\n", segment->memsz > segment->bufsz ? "past" : "inside",
		segment->mem + segment->memsz - 1, segment->bufsz);
	return 0;
}

static void __exit alter_exit(void)
{
}

module_init(alter_init);
module_exit(alter_exit);

MODULE_DESCRIPTION("Alters a loaded kexec image, for a test");
MODULE_AUTHOR("The vouch authors");
MODULE_LICENSE("GPL");
