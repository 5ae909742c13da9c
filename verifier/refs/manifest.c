// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "manifest.h"

/* The manifest owns what its entries only show as constant. */
static void text_free(const char *text)
{
	free((void *)(uintptr_t)text);
}

static void entry_free(struct vouch_entry *entry)
{
	text_free(entry->name);
	text_free(entry->release);
	text_free(entry->package);
	text_free(entry->version);
}

static void package_free(struct vouch_package *package)
{
	text_free(package->name);
	text_free(package->version);
}

void vouch_manifest_free(struct vouch_manifest *manifest)
{
	for (size_t i = 0; i < manifest->count; i++)
		entry_free(&manifest->entries[i]);
	for (size_t i = 0; i < manifest->package_count; i++)
		package_free(&manifest->packages[i]);
	free(manifest->entries);
	free(manifest->packages);
	free(manifest->provider);
	memset(manifest, 0, sizeof(*manifest));
}

static bool same_text(const char *a, const char *b)
{
	return a && b ? !strcmp(a, b) : a == b;
}

static bool same(const struct vouch_entry *a, const struct vouch_entry *b)
{
	return a->kind == b->kind && a->digests == b->digests &&
	       !memcmp(a->sha384, b->sha384, a->digests * VOUCH_REF_DIGEST_SIZE) &&
	       a->is_pe == b->is_pe &&
	       !memcmp(a->authenticode, b->authenticode, sizeof(a->authenticode)) &&
	       a->build_id.len == b->build_id.len &&
	       !memcmp(a->build_id.bytes, b->build_id.bytes, a->build_id.len) &&
	       same_text(a->name, b->name) && same_text(a->release, b->release) &&
	       same_text(a->package, b->package) && same_text(a->version, b->version);
}

bool vouch_manifest_has(const struct vouch_manifest *manifest, const struct vouch_entry *entry)
{
	for (size_t i = 0; i < manifest->count; i++)
		if (same(&manifest->entries[i], entry))
			return true;
	return false;
}

static int grow(struct vouch_manifest *manifest)
{
	size_t room = manifest->room ? manifest->room * 2 : 64;
	struct vouch_entry *entries;

	if (manifest->count < manifest->room)
		return 0;
	if (manifest->count >= VOUCH_MANIFEST_ENTRIES)
		return -E2BIG;
	entries = realloc(manifest->entries, room * sizeof(*entries));
	if (!entries)
		return -ENOMEM;
	manifest->entries = entries;
	manifest->room = room;
	return 0;
}

static bool copy_text(const char **to, const char *from)
{
	*to = from ? strdup(from) : NULL;
	return !from || *to;
}

/* A module's file may have dashes; the kernel knows it with underscores. */
static void name_as_kernel(struct vouch_entry *entry)
{
	char *p = (char *)(uintptr_t)entry->name;

	for (p = strchr(p, '-'); p; p = strchr(p, '-'))
		*p = '_';
}

int vouch_manifest_add(struct vouch_manifest *manifest, const struct vouch_entry *entry)
{
	struct vouch_entry copy = *entry;
	bool copied;
	int err;

	err = grow(manifest);
	if (err)
		return err;
	copied = copy_text(&copy.name, entry->name);
	copied &= copy_text(&copy.release, entry->release);
	copied &= copy_text(&copy.package, entry->package);
	copied &= copy_text(&copy.version, entry->version);
	if (!copied) {
		entry_free(&copy);
		return -ENOMEM;
	}
	if (copy.kind == VOUCH_REF_MODULE)
		name_as_kernel(&copy);
	manifest->entries[manifest->count++] = copy;
	return 0;
}

static bool has_package(const struct vouch_manifest *manifest, const char *name,
			const char *version)
{
	for (size_t i = 0; i < manifest->package_count; i++)
		if (same_text(manifest->packages[i].name, name) &&
		    same_text(manifest->packages[i].version, version))
			return true;
	return false;
}

int vouch_manifest_add_package(struct vouch_manifest *manifest,
			       const struct vouch_package *package)
{
	struct vouch_package copy = *package, *packages;
	bool copied;

	if (has_package(manifest, package->name, package->version))
		return -EEXIST;
	if (manifest->package_count >= VOUCH_MANIFEST_ENTRIES)
		return -E2BIG;
	packages = realloc(manifest->packages, (manifest->package_count + 1) * sizeof(*packages));
	if (!packages)
		return -ENOMEM;
	manifest->packages = packages;
	copied = copy_text(&copy.name, package->name);
	copied &= copy_text(&copy.version, package->version);
	if (!copied) {
		package_free(&copy);
		return -ENOMEM;
	}
	packages[manifest->package_count++] = copy;
	return 0;
}

int vouch_manifest_merge(struct vouch_manifest *to, const struct vouch_manifest *from)
{
	struct vouch_manifest before = *to;
	int err;

	for (size_t i = 0; i < from->count; i++) {
		const struct vouch_entry *entry = &from->entries[i];

		if (entry->package && has_package(&before, entry->package, entry->version))
			continue;
		err = vouch_manifest_add(to, entry);
		if (err)
			return err;
	}
	for (size_t i = 0; i < from->package_count; i++) {
		err = vouch_manifest_add_package(to, &from->packages[i]);
		if (err && err != -EEXIST)
			return err;
	}
	return 0;
}

bool vouch_manifest_known(const struct vouch_manifest *manifest, const struct vouch_entry *entry)
{
	return !entry->package || has_package(manifest, entry->package, entry->version);
}

enum vouch_ref_kind vouch_manifest_kind(const char *text)
{
	static const enum vouch_ref_kind kinds[] = {
#define KIND(name, value, known) VOUCH_REF_##name,
		VOUCH_REF_KINDS(KIND)
#undef KIND
	};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (!strcmp(text, vouch_ref_kind_text(kinds[i])))
			return kinds[i];
	return 0;
}

bool vouch_manifest_operator(enum vouch_ref_kind kind)
{
	return kind == VOUCH_REF_INITRAMFS || kind == VOUCH_REF_CMDLINE;
}
