/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VOUCH_REFS_MANIFEST_H
#define VOUCH_REFS_MANIFEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../lib/refs.h"
#include "elf.h"
#include "why.h"

#define VOUCH_SHA256_SIZE	32
#define VOUCH_ENTRY_DIGESTS	4	/* of one thing: plain and compressed */
#define VOUCH_ENTRY_TEXT_MAX	255	/* bytes of a name, release, package, ... */
#define VOUCH_ENTRY_NAME_MAX	VOUCH_REF_TEXT_MAX
#define VOUCH_MANIFEST_MAX	(256U << 20)
#define VOUCH_MANIFEST_ENTRIES	200000

/**
 * struct vouch_package - where values were taken from
 * @name: of the package
 * @version: of the package
 * @sha256: of its .deb, as in the archive's index
 */
struct vouch_package {
	const char *name;
	const char *version;
	uint8_t sha256[VOUCH_SHA256_SIZE];
};

/**
 * struct vouch_entry - one reference value
 * @kind: of what
 * @name: a kernel's release; a module's name as the kernel has it; otherwise
 *	a file's name or a command line's own text
 * @release: kernel release that a module belongs to, or NULL
 * @package: package that carries it, or NULL
 * @version: that package's, or NULL
 * @digests: how many of @sha384 are set
 * @sha384: of the file, in each form in which it can be loaded
 * @build_id: of the ELF file, or of the kernel inside the image
 * @is_pe: of a kernel, @authenticode is set
 * @authenticode: what firmware measures of it
 */
struct vouch_entry {
	enum vouch_ref_kind kind;
	const char *name;
	const char *release;
	const char *package;
	const char *version;
	size_t digests;
	uint8_t sha384[VOUCH_ENTRY_DIGESTS][VOUCH_REF_DIGEST_SIZE];
	struct vouch_build_id build_id;
	bool is_pe;
	uint8_t authenticode[VOUCH_REF_DIGEST_SIZE];
};

/**
 * struct vouch_manifest - reference values, as people write them
 * @provider: who states them, or NULL
 * @not_before: valid from, seconds since 1970, or 0
 * @expires: valid until, seconds since 1970, or 0 for no end
 * @package_count: of @packages
 * @packages: the packages that @entries name
 * @count: of @entries
 * @room: allocated in @entries
 * @entries: the values, those of one package side by side
 */
struct vouch_manifest {
	char *provider;
	int64_t not_before;
	int64_t expires;
	size_t package_count;
	struct vouch_package *packages;
	size_t count;
	size_t room;
	struct vouch_entry *entries;
};

/**
 * vouch_manifest_free() - release what a manifest holds, and empty it
 * @manifest: from vouch_manifest_load(), or zeroed
 */
void vouch_manifest_free(struct vouch_manifest *manifest);

/**
 * vouch_manifest_add() - append a reference value
 * @manifest: to which
 * @entry: copied, with its strings; dashes in a module's name become underscores
 *
 * Return: 0; -ENOMEM; -E2BIG if the manifest is full.
 */
int vouch_manifest_add(struct vouch_manifest *manifest, const struct vouch_entry *entry);

/**
 * vouch_manifest_has() - is there a value that is equal in everything?
 * @manifest: where
 * @entry: what
 */
bool vouch_manifest_has(const struct vouch_manifest *manifest, const struct vouch_entry *entry);

/**
 * vouch_manifest_add_package() - append a package
 * @manifest: to which
 * @package: copied, with its strings
 *
 * Return: 0; -EEXIST if one of that name and version is there; -ENOMEM; -E2BIG.
 */
int vouch_manifest_add_package(struct vouch_manifest *manifest,
			       const struct vouch_package *package);

/**
 * vouch_manifest_merge() - append all packages and values of another
 * @to: to which
 * @from: what; packages that @to has already are left out, with their values
 *
 * Return: 0; -ENOMEM; -E2BIG.
 */
int vouch_manifest_merge(struct vouch_manifest *to, const struct vouch_manifest *from);

/**
 * vouch_manifest_known() - is the package that a value names listed?
 * @manifest: where
 * @entry: the value; one that names no package is fine
 */
bool vouch_manifest_known(const struct vouch_manifest *manifest,
			  const struct vouch_entry *entry);

/**
 * vouch_manifest_kind() - the kind of a name
 * @text: as in a manifest
 *
 * Return: the kind, or 0 if there is none of that name.
 */
enum vouch_ref_kind vouch_manifest_kind(const char *text);

/**
 * vouch_manifest_operator() - may the host's operator declare such a value?
 * @kind: of what
 */
bool vouch_manifest_operator(enum vouch_ref_kind kind);

/**
 * vouch_manifest_load() - read a manifest
 * @manifest: returns it; what it held is lost, so it should be empty
 * @path: JSON file
 * @why: returns the reason of a failure, with a line or an entry's number
 *
 * Return: 0; -ENOENT if there is no such file; -EINVAL if it is not a
 * manifest; -E2BIG; -EIO; -ENOMEM.
 */
int vouch_manifest_load(struct vouch_manifest *manifest, const char *path,
			struct vouch_why *why);

/**
 * vouch_manifest_save() - write a manifest, all of it or nothing
 * @manifest: which
 * @path: JSON file, replaced
 * @why: returns the reason of a failure
 *
 * Return: 0 or a negative errno.
 */
int vouch_manifest_save(const struct vouch_manifest *manifest, const char *path,
			struct vouch_why *why);

#endif /* VOUCH_REFS_MANIFEST_H */
