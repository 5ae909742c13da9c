// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "authenticode.h"
#include "bzimage.h"
#include "spki.h"
#include "scan.h"

static int hash(struct vouch_entry *entry, const struct vouch_file *file, struct vouch_why *why)
{
	int err = vouch_file_sha384(file, entry->sha384[entry->digests]);

	if (err)
		return vouch_why(why, err, "SHA-384 is not available");
	entry->digests++;
	return 0;
}

static int identify(struct vouch_entry *entry, const uint8_t *elf, size_t len,
		    const char *noun, struct vouch_why *why)
{
	int err = vouch_elf_build_id(elf, len, &entry->build_id);

	if (err == -ENODATA)
		return vouch_why(why, err, "%s has no build-id", noun);
	if (err)
		return vouch_why(why, err, "%s is not a 64-bit ELF file, or a damaged one", noun);
	return 0;
}

int vouch_scan_kernel(struct vouch_entry *entry, const struct vouch_file *image,
		      struct vouch_why *why)
{
	struct vouch_bzimage bz;
	uint8_t *vmlinux;
	int err;

	err = vouch_bzimage_parse(image->bytes, image->len, &bz, why);
	if (!err)
		err = vouch_bzimage_unpack(&bz, &vmlinux, why);
	if (err)
		return err;
	err = identify(entry, vmlinux, bz.vmlinux_len, "the kernel", why);
	free(vmlinux);
	if (!err)
		err = hash(entry, image, why);
	if (err)
		return err;
	err = vouch_authenticode_sha384(image->bytes, image->len, entry->authenticode);
	if (err && err != -ENOEXEC)
		return vouch_why(why, err, "the kernel's PE header is damaged");
	entry->is_pe = !err;
	entry->kind = VOUCH_REF_KERNEL;
	entry->name = strdup(bz.release);
	return entry->name ? 0 : vouch_why(why, -ENOMEM, "out of memory");
}

/* A module is named after its file. */
static const char *module_name(const char *path, bool *compressed)
{
	const char *base = strrchr(path, '/');
	char *name = strdup(base ? base + 1 : path);
	size_t len;

	if (!name)
		return NULL;
	len = strlen(name);
	*compressed = len > 3 && !strcmp(name + len - 3, ".xz");
	if (*compressed)
		name[len -= 3] = '\0';
	if (len > 3 && !strcmp(name + len - 3, ".ko"))
		name[len - 3] = '\0';
	return name;
}

static int scan_plain(struct vouch_entry *entry, const struct vouch_file *ko,
		      struct vouch_why *why)
{
	int err = identify(entry, ko->bytes, ko->len, "the module", why);

	return err ? err : hash(entry, ko, why);
}

int vouch_scan_module(struct vouch_entry *entry, const char *path,
		      const struct vouch_file *file, struct vouch_why *why)
{
	struct vouch_file ko;
	bool compressed;
	int err;

	entry->kind = VOUCH_REF_MODULE;
	entry->name = module_name(path, &compressed);
	if (!entry->name)
		return vouch_why(why, -ENOMEM, "out of memory");
	if (!compressed)
		return scan_plain(entry, file, why);
	err = vouch_file_unxz(file, &ko, why);
	if (err)
		return err;
	err = scan_plain(entry, &ko, why);
	free(ko.bytes);
	return err ? err : hash(entry, file, why);
}

static int hash_kind(struct vouch_entry *entry, const struct vouch_file *file,
		     struct vouch_why *why)
{
	uint8_t *digest = entry->sha384[0];
	int err;

	if (entry->kind == VOUCH_REF_BOOT_LOADER) {
		err = vouch_authenticode_sha384(file->bytes, file->len, digest);
		if (err)
			return vouch_why(why, err, "not a PE image, or a damaged one");
	} else if (entry->kind == VOUCH_REF_TPM_KEY) {
		err = vouch_spki_sha384(file->bytes, file->len, digest);
		if (err)
			return vouch_why(why, err, "not a public key in PEM or DER");
	} else {
		return hash(entry, file, why);
	}
	entry->digests = 1;
	return 0;
}

int vouch_scan_file(struct vouch_entry *entry, const char *path, struct vouch_why *why)
{
	const char *base = strrchr(path, '/');
	struct vouch_file file;
	int err;

	err = vouch_file_read(&file, path, why);
	if (err)
		return err;
	if (entry->kind == VOUCH_REF_KERNEL) {
		err = vouch_scan_kernel(entry, &file, why);
	} else if (entry->kind == VOUCH_REF_MODULE) {
		err = vouch_scan_module(entry, path, &file, why);
	} else {
		entry->name = strdup(base ? base + 1 : path);
		err = entry->name ? hash_kind(entry, &file, why) :
				    vouch_why(why, -ENOMEM, "out of memory");
	}
	free(file.bytes);
	return err;
}
