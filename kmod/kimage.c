// SPDX-License-Identifier: GPL-2.0-only
/*
 * The digest of a loaded kexec image: what will stand in memory, where, and
 * where it is entered. Documentation/formats.rst, "kexec image".
 *
 * Between load and jump nothing of this changes in a kernel that behaves: the
 * source pages belong to the image alone, the control pages (page tables, the
 * relocation code) are not part of the list, and who fills the last segment is
 * the last writer. Only a crash kernel's list of memory and CPUs may follow
 * their hotplug afterwards.
 */

#include <linux/highmem.h>
#include <linux/kexec.h>
#include <linux/mm.h>
#include <linux/string.h>

#include "compat.h"
#include "digest.h"
#include "kimage.h"

/* What follows the address of a run. */
#define RUN_ZEROS	0x00	/* a page of zeros */
#define RUN_PAGE	0x01	/* any other page, which follows */
#define RUN_END		0x02

static int add_u64(struct shash_desc *desc, u64 value)
{
	__le64 le = cpu_to_le64(value);

	return vouch_digest_add(desc, &le, sizeof(le));
}

static int add_mark(struct shash_desc *desc, u8 mark)
{
	return vouch_digest_add(desc, &mark, sizeof(mark));
}

static int add_page(struct shash_desc *desc, const void *page)
{
	int err;

	if (!memchr_inv(page, 0, PAGE_SIZE))
		return add_mark(desc, RUN_ZEROS);
	err = add_mark(desc, RUN_PAGE);
	return err ?: vouch_digest_add(desc, page, PAGE_SIZE);
}

static int add_list(struct shash_desc *desc, const struct kimage *image)
{
	const kimage_entry_t *ptr = &image->head;
	kimage_entry_t entry;
	bool open = false;
	int err = 0;

	while (!err && (entry = *ptr) && !(entry & IND_DONE)) {
		const void *page = boot_phys_to_virt(entry & PAGE_MASK);

		if (entry & IND_INDIRECTION) {
			ptr = page;
			continue;
		}
		if (entry & IND_DESTINATION) {
			if (open)
				err = add_mark(desc, RUN_END);
			if (!err)
				err = add_u64(desc, entry & PAGE_MASK);
			open = true;
		} else if (entry & IND_SOURCE) {
			err = add_page(desc, page);
		}
		ptr++;
	}
	if (!err && open)
		err = add_mark(desc, RUN_END);
	return err;
}

/* Where a segment lies that was filled in its final place, or NULL. */
static struct page *segment_in_place(const struct kimage *image, unsigned long i)
{
	if (image->type == KEXEC_TYPE_CRASH)
		return boot_pfn_to_page(PHYS_PFN(image->segment[i].mem));
	return vouch_kimage_cma(image, i);
}

static int add_mapped(struct shash_desc *desc, struct page *page)
{
	const void *content = kmap_local_page(page);
	int err = add_page(desc, content);

	kunmap_local(content);
	return err;
}

/* Those are not in the list. */
static int add_in_place(struct shash_desc *desc, const struct kimage *image)
{
	int err = 0;

	for (unsigned long i = 0; !err && i < image->nr_segments; i++) {
		const struct kexec_segment *segment = &image->segment[i];
		struct page *first = segment_in_place(image, i);

		if (!first)
			continue;
		err = add_u64(desc, segment->mem);
		for (size_t n = 0; !err && n < segment->memsz >> PAGE_SHIFT; n++)
			err = add_mapped(desc, first + n);
		if (!err)
			err = add_mark(desc, RUN_END);
	}
	return err;
}

/**
 * vouch_kimage_digest() - hash a loaded image
 * @image: all segments are filled; the caller holds the kexec lock
 * @digest: VOUCH_DIGEST_SIZE bytes
 *
 * Context: process context, sleeps.
 * Return: 0 or a negative errno.
 */
int vouch_kimage_digest(const struct kimage *image, u8 *digest)
{
	static const char context[] = "vouch/image/1";
	struct shash_desc *desc __free(vouch_digest) = vouch_digest_start();
	int err;

	if (IS_ERR(desc))
		return PTR_ERR(desc);
	err = vouch_digest_add(desc, context, sizeof(context) - 1);
	if (!err)
		err = add_list(desc, image);
	if (!err)
		err = add_in_place(desc, image);
	if (!err)
		err = add_u64(desc, image->start);
	if (!err)
		err = vouch_digest_finish(desc, digest);
	return err;
}

/**
 * vouch_kimage_cmdline() - the command line of an image that is being loaded
 * @image: from files; the caller holds the kexec lock
 * @size: returns its length, without its NUL
 *
 * Context: process context.
 * Return: the text; empty where none was given.
 */
const char *vouch_kimage_cmdline(const struct kimage *image, size_t *size)
{
	*size = 0;
#ifdef CONFIG_KEXEC_FILE
	if (image->cmdline_buf && image->cmdline_buf_len) {
		*size = image->cmdline_buf_len - 1;
		return image->cmdline_buf;
	}
#endif
	return "";
}
