// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "date.h"
#include "hex.h"
#include "manifest.h"

static void set_text(json_t *object, const char *key, const char *text)
{
	if (text)
		json_object_set_new(object, key, json_string(text));
}

static void set_hex(json_t *object, const char *key, const uint8_t *bytes, size_t len)
{
	char text[2 * VOUCH_BUILD_ID_MAX + 1];

	vouch_hex_encode(bytes, len, text);
	set_text(object, key, text);
}

static void set_date(json_t *object, const char *key, int64_t seconds)
{
	char text[VOUCH_DATE_SIZE];

	if (!seconds)
		return;
	vouch_date_format(seconds, text);
	set_text(object, key, text);
}

static json_t *from_entry(const struct vouch_entry *entry)
{
	json_t *object = json_object();

	set_text(object, "kind", vouch_ref_kind_text(entry->kind));
	set_text(object, "name", entry->name);
	set_text(object, "release", entry->release);
	set_text(object, "package", entry->package);
	set_text(object, "version", entry->version);
	if (entry->digests) {
		char text[2 * VOUCH_REF_DIGEST_SIZE + 1];
		json_t *list = json_array();

		for (size_t i = 0; i < entry->digests; i++) {
			vouch_hex_encode(entry->sha384[i], VOUCH_REF_DIGEST_SIZE, text);
			json_array_append_new(list, json_string(text));
		}
		json_object_set_new(object, "sha384", list);
	}
	if (entry->build_id.len)
		set_hex(object, "build-id", entry->build_id.bytes, entry->build_id.len);
	if (entry->is_pe)
		set_hex(object, "authenticode", entry->authenticode, VOUCH_REF_DIGEST_SIZE);
	return object;
}

static json_t *from_package(const struct vouch_package *package)
{
	json_t *object = json_object();

	set_text(object, "name", package->name);
	set_text(object, "version", package->version);
	set_hex(object, "sha256", package->sha256, VOUCH_SHA256_SIZE);
	return object;
}

static json_t *from_manifest(const struct vouch_manifest *manifest)
{
	json_t *root = json_object();
	json_t *packages = json_array();
	json_t *entries = json_array();

	json_object_set_new(root, "vouch-refs", json_integer(1));
	set_text(root, "provider", manifest->provider);
	set_date(root, "not-before", manifest->not_before);
	set_date(root, "expires", manifest->expires);
	for (size_t i = 0; i < manifest->package_count; i++)
		json_array_append_new(packages, from_package(&manifest->packages[i]));
	json_object_set_new(root, "packages", packages);
	for (size_t i = 0; i < manifest->count; i++)
		json_array_append_new(entries, from_entry(&manifest->entries[i]));
	json_object_set_new(root, "entries", entries);
	return root;
}

/* Allocation failures above leave keys out: such a manifest must not be kept. */
static int complete(const struct vouch_manifest *manifest, json_t *root)
{
	return root && json_array_size(json_object_get(root, "entries")) == manifest->count;
}

int vouch_manifest_save(const struct vouch_manifest *manifest, const char *path,
			struct vouch_why *why)
{
	json_t *root = from_manifest(manifest);
	char *temporary = NULL;
	int err = 0;

	if (!complete(manifest, root) || asprintf(&temporary, "%s.%d", path, getpid()) < 0)
		err = vouch_why(why, -ENOMEM, "out of memory");
	else if (json_dump_file(root, temporary, JSON_INDENT(1)) || rename(temporary, path))
		err = vouch_why(why, -EIO, "%s: cannot write: %s", path, strerror(errno));
	if (err && temporary)
		unlink(temporary);
	free(temporary);
	json_decref(root);
	return err;
}
