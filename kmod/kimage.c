// SPDX-License-Identifier: GPL-2.0-only
/*
 * The digest of a loaded kexec image: what will stand in memory, where, and
 * where it is entered. Documentation/formats.rst, "kexec image".
 *
 * Between load and jump nothing of this changes in a kernel that behaves: the
 * source pages belong to the image alone, the control pages (page tables, the
 * relocation code) are not part of the list, and kimage_terminate(), after
 * which the list is complete, is the last writer.
 */

#include <linux/kexec.h>
#include <linux/mm.h>

#include "compat.h"
#include "digest.h"
#include "kimage.h"

static int add_u64(struct shash_desc *desc, u64 value)
{
	__le64 le = cpu_to_le64(value);

	return vouch_digest_add(desc, &le, sizeof(le));
}

static int run_begin(struct shash_desc *desc, u64 address)
{
	return add_u64(desc, address);
}

static int run_end(struct shash_desc *desc, u64 size)
{
	return add_u64(desc, size);
}

static int add_list(struct shash_desc *desc, const struct kimage *image)
{
	const kimage_entry_t *ptr = &image->head;
	kimage_entry_t entry;
	bool open = false;
	u64 size = 0;
	int err = 0;

	while (!err && (entry = *ptr) && !(entry & IND_DONE)) {
		void *page = boot_phys_to_virt(entry & PAGE_MASK);

		if (entry & IND_INDIRECTION) {
			ptr = page;
			continue;
		}
		if (entry & IND_DESTINATION) {
			if (open)
				err = run_end(desc, size);
			if (!err)
				err = run_begin(desc, entry & PAGE_MASK);
			open = true;
			size = 0;
		} else if (entry & IND_SOURCE) {
			err = vouch_digest_add(desc, page, PAGE_SIZE);
			size += PAGE_SIZE;
		}
		ptr++;
	}
	if (!err && open)
		err = run_end(desc, size);
	return err;
}

/* Segments that were allocated in their final place are not in the list. */
static int add_in_place(struct shash_desc *desc, const struct kimage *image)
{
	unsigned long i;
	int err = 0;

	for (i = 0; !err && i < image->nr_segments; i++) {
		struct page *first = vouch_kimage_cma(image, i);

		if (!first)
			continue;
		err = run_begin(desc, image->segment[i].mem);
		if (!err)
			err = vouch_digest_add(desc, page_address(first),
					       image->segment[i].memsz);
		if (!err)
			err = run_end(desc, image->segment[i].memsz);
	}
	return err;
}

/**
 * vouch_kimage_digest() - hash a loaded image
 * @image: complete, not for a crash; the caller holds the kexec lock
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
