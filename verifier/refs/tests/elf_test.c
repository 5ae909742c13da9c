// SPDX-License-Identifier: GPL-2.0-only
#include <elf.h>
#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "../elf.h"
#include "tap.h"

#define ID_LEN	20

/* An ELF file with one table of one entry that points to notes at its end. */
struct image {
	Elf64_Ehdr header;
	union {
		Elf64_Phdr segment;
		Elf64_Shdr section;
	};
	struct {
		Elf64_Nhdr other;
		char other_name[8];
		char other_desc[4];
		Elf64_Nhdr note;
		char name[4];
		uint8_t id[ID_LEN];
	} notes;
};

static struct image base(void)
{
	struct image image = { 0 };

	memcpy(image.header.e_ident, ELFMAG, SELFMAG);
	image.header.e_ident[EI_CLASS] = ELFCLASS64;
	image.header.e_ident[EI_DATA] = ELFDATA2LSB;
	image.notes.other = (Elf64_Nhdr){ 6, 4, 1 };
	memcpy(image.notes.other_name, "Linux", 6);
	image.notes.note = (Elf64_Nhdr){ 4, ID_LEN, NT_GNU_BUILD_ID };
	memcpy(image.notes.name, "GNU", 4);
	for (int i = 0; i < ID_LEN; i++)
		image.notes.id[i] = (uint8_t)(i + 1);
	return image;
}

static struct image executable(void)
{
	struct image image = base();

	image.header.e_phoff = offsetof(struct image, segment);
	image.header.e_phnum = 1;
	image.header.e_phentsize = sizeof(Elf64_Phdr);
	image.segment.p_type = PT_NOTE;
	image.segment.p_offset = offsetof(struct image, notes);
	image.segment.p_filesz = sizeof(image.notes);
	return image;
}

static struct image module(void)
{
	struct image image = base();

	image.header.e_shoff = offsetof(struct image, section);
	image.header.e_shnum = 1;
	image.header.e_shentsize = sizeof(Elf64_Shdr);
	image.section.sh_type = SHT_NOTE;
	image.section.sh_offset = offsetof(struct image, notes);
	image.section.sh_size = sizeof(image.notes);
	return image;
}

/* Without what pads the struct. */
#define LEN	(offsetof(struct image, notes) + sizeof(((struct image *)0)->notes))

/* In memory of exactly that size, so that ASAN sees a byte too far. */
static int find(const struct image *image, size_t len, struct vouch_build_id *id)
{
	uint8_t *copy = malloc(len ? len : 1);
	int err;

	memcpy(copy, image, len);
	err = vouch_elf_build_id(copy, len, id);
	free(copy);
	return err;
}

static void expect(const struct image *image, int want, const char *name)
{
	struct vouch_build_id id;

	IS(find(image, LEN, &id), want, "%s", name);
}

static void finds(const struct image *image, const char *name)
{
	struct vouch_build_id id;
	int err = find(image, LEN, &id);

	OK(!err && id.len == ID_LEN && !memcmp(id.bytes, image->notes.id, ID_LEN), "%s", name);
}

static void test_good(void)
{
	struct image image = executable();

	finds(&image, "build-id behind another note of a segment");
	image = module();
	finds(&image, "build-id in a note section");
	image.notes.note.n_type = 2;
	expect(&image, -ENODATA, "no build-id note");
	image = base();
	expect(&image, -ENODATA, "no tables");
}

static void test_kind(void)
{
	struct image image = executable();
	struct vouch_build_id id;

	IS(find(&image, sizeof(Elf64_Ehdr) - 1, &id), -ENOEXEC, "shorter than a header");
	image.header.e_ident[0] = 0;
	expect(&image, -ENOEXEC, "wrong magic");
	image = executable();
	image.header.e_ident[EI_CLASS] = ELFCLASS32;
	expect(&image, -ENOEXEC, "32-bit");
	image = executable();
	image.header.e_ident[EI_DATA] = ELFDATA2MSB;
	expect(&image, -ENOEXEC, "big endian");
}

static void test_tables(void)
{
	struct image image = executable();

	image.header.e_phoff = UINT64_MAX - 8;
	expect(&image, -EBADMSG, "segment table beyond 2^64");
	image = executable();
	image.header.e_phnum = 0xffff;
	expect(&image, -EBADMSG, "more segments than there are");
	image = executable();
	image.header.e_phentsize--;
	expect(&image, -EBADMSG, "odd segment size");
	image = executable();
	image.segment.p_filesz = UINT64_MAX;
	expect(&image, -EBADMSG, "segment longer than the file");
	image = executable();
	image.segment.p_offset = UINT64_MAX - 4;
	expect(&image, -EBADMSG, "segment behind the file");
	image = module();
	image.header.e_shnum = 0xffff;
	expect(&image, -EBADMSG, "more sections than there are");
	image = module();
	image.header.e_shentsize = 1;
	expect(&image, -EBADMSG, "odd section size");
	image = module();
	image.section.sh_size++;
	expect(&image, -EBADMSG, "section longer than the file");
}

static void test_notes(void)
{
	struct image image = executable();

	image.notes.note.n_descsz = UINT32_MAX;
	expect(&image, -EBADMSG, "note longer than its segment");
	image = executable();
	image.notes.other.n_namesz = UINT32_MAX;
	expect(&image, -EBADMSG, "note name longer than its segment");
	image = executable();
	image.notes.note.n_descsz = 0;
	expect(&image, -EBADMSG, "empty build-id");
	image = executable();
	image.notes.note.n_namesz = 5;
	expect(&image, -EBADMSG, "name runs into the build-id");
	image = executable();
	image.segment.p_filesz = offsetof(struct image, notes.note) -
				 offsetof(struct image, notes);
	expect(&image, -ENODATA, "segment ends before the build-id");
}

static void test_cut(void)
{
	struct image images[] = { executable(), module() };

	for (size_t i = 0; i < 2; i++) {
		struct vouch_build_id id;
		size_t len = 0;

		while (len < LEN && find(&images[i], len, &id))
			len++;
		IS((long)len, LEN, "every shorter file is refused");
	}
}

int main(void)
{
	test_good();
	test_kind();
	test_tables();
	test_notes();
	test_cut();
	return tap_done();
}
