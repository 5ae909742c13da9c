/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VOUCH_REFS_ELF_H
#define VOUCH_REFS_ELF_H

#include <stddef.h>
#include <stdint.h>

#define VOUCH_BUILD_ID_MAX	64

/**
 * struct vouch_build_id - the linker's identifier of an ELF file
 * @len: bytes of @bytes, 0 for none
 * @bytes: the identifier
 */
struct vouch_build_id {
	size_t len;
	uint8_t bytes[VOUCH_BUILD_ID_MAX];
};

/**
 * vouch_elf_build_id() - find the GNU build-id note of an ELF file
 * @elf: a whole 64-bit little-endian ELF file: an executable, the kernel, or
 *	a module; hostile bytes are expected
 * @len: bytes
 * @id: returns the identifier
 *
 * Looks at the note segments, then at the note sections (a module has only
 * these).
 *
 * Return: 0; -ENOEXEC if it is no such ELF file; -EBADMSG if its tables point
 * outside of it; -ENODATA if it carries no build-id.
 */
int vouch_elf_build_id(const uint8_t *elf, size_t len, struct vouch_build_id *id);

#endif /* VOUCH_REFS_ELF_H */
