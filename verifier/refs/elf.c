// SPDX-License-Identifier: GPL-2.0-only
#include <elf.h>
#include <endian.h>
#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "elf.h"

static bool inside(uint64_t offset, uint64_t size, size_t len)
{
	return offset <= len && size <= len - offset;
}

/* Notes are padded to four bytes in what the kernel and the linker emit. */
static uint64_t padded(uint32_t size)
{
	return ((uint64_t)size + 3) & ~3ULL;
}

static int search_notes(const uint8_t *notes, size_t len, struct vouch_build_id *id)
{
	while (len >= sizeof(Elf64_Nhdr)) {
		Elf64_Nhdr note;
		uint64_t name, desc;

		memcpy(&note, notes, sizeof(note));
		notes += sizeof(note);
		len -= sizeof(note);
		name = padded(note.n_namesz);
		desc = padded(note.n_descsz);
		if (name > len || note.n_descsz > len - name)
			return -EBADMSG;
		if (note.n_type == NT_GNU_BUILD_ID && note.n_namesz == 4 &&
		    !memcmp(notes, "GNU", 4)) {
			if (!note.n_descsz || note.n_descsz > VOUCH_BUILD_ID_MAX)
				return -EBADMSG;
			id->len = note.n_descsz;
			memcpy(id->bytes, notes + name, id->len);
			return 0;
		}
		if (desc > len - name)
			break;
		notes += name + desc;
		len -= name + desc;
	}
	return -ENODATA;
}

static int search_segments(const uint8_t *elf, size_t len, const Elf64_Ehdr *header,
			   struct vouch_build_id *id)
{
	Elf64_Phdr segment;
	int err;

	if (!header->e_phnum)
		return -ENODATA;
	if (header->e_phentsize != sizeof(segment) ||
	    !inside(header->e_phoff, (uint64_t)header->e_phnum * sizeof(segment), len))
		return -EBADMSG;
	for (unsigned int i = 0; i < header->e_phnum; i++) {
		memcpy(&segment, elf + header->e_phoff + i * sizeof(segment), sizeof(segment));
		if (segment.p_type != PT_NOTE)
			continue;
		if (!inside(segment.p_offset, segment.p_filesz, len))
			return -EBADMSG;
		err = search_notes(elf + segment.p_offset, segment.p_filesz, id);
		if (err != -ENODATA)
			return err;
	}
	return -ENODATA;
}

static int search_sections(const uint8_t *elf, size_t len, const Elf64_Ehdr *header,
			   struct vouch_build_id *id)
{
	Elf64_Shdr section;
	int err;

	if (!header->e_shnum)
		return -ENODATA;
	if (header->e_shentsize != sizeof(section) ||
	    !inside(header->e_shoff, (uint64_t)header->e_shnum * sizeof(section), len))
		return -EBADMSG;
	for (unsigned int i = 0; i < header->e_shnum; i++) {
		memcpy(&section, elf + header->e_shoff + i * sizeof(section), sizeof(section));
		if (section.sh_type != SHT_NOTE)
			continue;
		if (!inside(section.sh_offset, section.sh_size, len))
			return -EBADMSG;
		err = search_notes(elf + section.sh_offset, section.sh_size, id);
		if (err != -ENODATA)
			return err;
	}
	return -ENODATA;
}

int vouch_elf_build_id(const uint8_t *elf, size_t len, struct vouch_build_id *id)
{
	Elf64_Ehdr header;
	int err;

	id->len = 0;
	if (len < sizeof(header))
		return -ENOEXEC;
	memcpy(&header, elf, sizeof(header));
	if (memcmp(header.e_ident, ELFMAG, SELFMAG) ||
	    header.e_ident[EI_CLASS] != ELFCLASS64 || header.e_ident[EI_DATA] != ELFDATA2LSB)
		return -ENOEXEC;
	err = search_segments(elf, len, &header, id);
	if (err != -ENODATA)
		return err;
	return search_sections(elf, len, &header, id);
}
