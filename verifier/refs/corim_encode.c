// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../lib/corim.h"
#include "corim_encode.h"
#include "hex.h"

/* draft-ietf-rats-corim; the profile is described in references.rst. */
#define TAG_TIME	1
#define TAG_URI		32
#define TAG_CORIM	501
#define TAG_COMID	506
#define TAG_BYTES	560
#define ALG_SHA256	1
#define ALG_SHA384	7

#define UNPACKAGED	"unpackaged"
#define ID_BYTES	16

/**
 * struct group - the values that one CoMID holds
 * @name: of the package, or UNPACKAGED
 * @version: of the package, or NULL
 * @package: what is known of it, or NULL
 */
struct group {
	const char *name;
	const char *version;
	const struct vouch_package *package;
};

static bool belongs(const struct vouch_entry *entry, const struct group *group)
{
	if (!entry->package || !group->version)
		return !entry->package && !group->version;
	return !strcmp(entry->package, group->name) && !strcmp(entry->version, group->version);
}

static void put_digest(struct vouch_encoder *e, unsigned int alg, const uint8_t *digest,
		       size_t len)
{
	vouch_encoder_uint(e, 2);
	vouch_encoder_array(e, 1);
	vouch_encoder_array(e, 2);
	vouch_encoder_uint(e, alg);
	vouch_encoder_bytes(e, digest, len);
}

static void put_version(struct vouch_encoder *e, const char *version)
{
	vouch_encoder_uint(e, 0);
	vouch_encoder_map(e, 1);
	vouch_encoder_uint(e, 0);
	vouch_encoder_text(e, version);
}

static void put_name(struct vouch_encoder *e, const char *name)
{
	vouch_encoder_uint(e, 11);
	vouch_encoder_text(e, name);
}

/* The key tells forms of one thing apart, as CoRIM wants; nothing matches it. */
static void put_key(struct vouch_encoder *e, const struct vouch_entry *entry, size_t form)
{
	const char *name = entry->kind == VOUCH_REF_CMDLINE ? "text" : entry->name;
	char key[VOUCH_ENTRY_NAME_MAX + 64];

	if (form)
		snprintf(key, sizeof(key), "%s/%s/%zu", vouch_ref_kind_text(entry->kind), name,
			 form);
	else
		snprintf(key, sizeof(key), "%s/%s", vouch_ref_kind_text(entry->kind), name);
	vouch_encoder_uint(e, 0);
	vouch_encoder_text(e, key);
}

static size_t count_forms(const struct vouch_entry *entry)
{
	return entry->digests + entry->is_pe;
}

/* What firmware measures of a kernel is another kind of value, so that neither passes for it. */
static void put_entry(struct vouch_encoder *e, const struct vouch_entry *whole, size_t form)
{
	struct vouch_entry copy = *whole, *entry = &copy;

	if (form == whole->digests) {
		copy.kind = VOUCH_REF_AUTHENTICODE;
		memcpy(copy.sha384[0], whole->authenticode, VOUCH_REF_DIGEST_SIZE);
		form = 0;
	}
	vouch_encoder_map(e, 2);
	put_key(e, entry, form);
	vouch_encoder_uint(e, 1);
	vouch_encoder_map(e, 2 + !!entry->version + (entry->build_id.len != 0));
	if (entry->version)
		put_version(e, entry->version);
	put_digest(e, ALG_SHA384, entry->sha384[form], VOUCH_REF_DIGEST_SIZE);
	if (entry->build_id.len) {
		vouch_encoder_uint(e, 4);
		vouch_encoder_tag(e, TAG_BYTES);
		vouch_encoder_bytes(e, entry->build_id.bytes, entry->build_id.len);
	}
	put_name(e, entry->name);
}

static void put_package(struct vouch_encoder *e, const struct vouch_package *package)
{
	vouch_encoder_map(e, 2);
	vouch_encoder_uint(e, 0);
	vouch_encoder_text(e, "package");
	vouch_encoder_uint(e, 1);
	vouch_encoder_map(e, 3);
	put_version(e, package->version);
	put_digest(e, ALG_SHA256, package->sha256, VOUCH_SHA256_SIZE);
	put_name(e, package->name);
}

static void put_environment(struct vouch_encoder *e, const struct vouch_manifest *manifest,
			    const struct group *group)
{
	vouch_encoder_map(e, 1);
	vouch_encoder_uint(e, 0);
	vouch_encoder_map(e, 2);
	vouch_encoder_uint(e, 1);
	vouch_encoder_text(e, manifest->provider ? manifest->provider : "unknown");
	vouch_encoder_uint(e, 2);
	vouch_encoder_text(e, group->name);
}

static size_t count_values(const struct vouch_manifest *manifest, const struct group *group)
{
	size_t count = !!group->package;

	for (size_t i = 0; i < manifest->count; i++)
		if (belongs(&manifest->entries[i], group))
			count += count_forms(&manifest->entries[i]);
	return count;
}

static void put_comid(struct vouch_encoder *e, const struct vouch_manifest *manifest,
		      const struct group *group, size_t count)
{
	char id[2 * VOUCH_ENTRY_TEXT_MAX + 64];

	snprintf(id, sizeof(id), VOUCH_CORIM_PROFILE "/%s/%s", group->name,
		 group->version ? group->version : "-");
	vouch_encoder_map(e, 2);
	vouch_encoder_uint(e, 1);
	vouch_encoder_map(e, 1);
	vouch_encoder_uint(e, 0);
	vouch_encoder_text(e, id);
	vouch_encoder_uint(e, 4);
	vouch_encoder_map(e, 1);
	vouch_encoder_uint(e, 0);
	vouch_encoder_array(e, 1);
	vouch_encoder_array(e, 2);
	put_environment(e, manifest, group);
	vouch_encoder_array(e, count);
	if (group->package)
		put_package(e, group->package);
	for (size_t i = 0; i < manifest->count; i++)
		for (size_t form = 0; belongs(&manifest->entries[i], group) &&
		     form < count_forms(&manifest->entries[i]); form++)
			put_entry(e, &manifest->entries[i], form);
}

/* Appends a tagged CoMID to @tags unless there is nothing in it. */
static size_t put_group(struct vouch_encoder *tags, const struct vouch_manifest *manifest,
			const struct group *group)
{
	struct vouch_encoder comid = { 0 };
	size_t count = count_values(manifest, group);

	if (!count)
		return 0;
	put_comid(&comid, manifest, group, count);
	vouch_encoder_tag(tags, TAG_COMID);
	vouch_encoder_bytes(tags, comid.bytes, comid.len);
	tags->failed |= comid.failed;
	vouch_encoder_free(&comid);
	return 1;
}

static bool seen(const struct vouch_manifest *manifest, size_t i)
{
	struct group group = {
		.name = manifest->entries[i].package, .version = manifest->entries[i].version,
	};

	while (i--)
		if (belongs(&manifest->entries[i], &group))
			return true;
	return false;
}

/* A manifest may name packages that it says nothing more about. */
static size_t put_unlisted(struct vouch_encoder *tags, const struct vouch_manifest *manifest)
{
	size_t count = 0;

	for (size_t i = 0; i < manifest->count; i++) {
		const struct vouch_entry *entry = &manifest->entries[i];
		struct group group = { .name = entry->package, .version = entry->version };

		if (vouch_manifest_known(manifest, entry) || seen(manifest, i))
			continue;
		count += put_group(tags, manifest, &group);
	}
	return count;
}

static size_t put_groups(struct vouch_encoder *tags, const struct vouch_manifest *manifest)
{
	struct group group = { .name = UNPACKAGED };
	size_t count = put_group(tags, manifest, &group);

	for (size_t i = 0; i < manifest->package_count; i++) {
		group.package = &manifest->packages[i];
		group.name = group.package->name;
		group.version = group.package->version;
		count += put_group(tags, manifest, &group);
	}
	return count + put_unlisted(tags, manifest);
}

static void put_time(struct vouch_encoder *e, unsigned int key, int64_t seconds)
{
	vouch_encoder_uint(e, key);
	vouch_encoder_tag(e, TAG_TIME);
	vouch_encoder_uint(e, seconds);
}

/* Unique to the content, and the same for the same content. */
static int put_id(struct vouch_encoder *e, const struct vouch_encoder *tags)
{
	char id[sizeof("vouch-refs-") + 2 * ID_BYTES] = "vouch-refs-";
	uint8_t digest[EVP_MAX_MD_SIZE];

	if (!EVP_Digest(tags->bytes, tags->len, digest, NULL, EVP_sha384(), NULL))
		return -EIO;
	vouch_hex_encode(digest, ID_BYTES, id + strlen(id));
	vouch_encoder_uint(e, 0);
	vouch_encoder_text(e, id);
	return 0;
}

static int put_corim(struct vouch_encoder *e, const struct vouch_manifest *manifest,
		     const struct vouch_encoder *tags, size_t count)
{
	vouch_encoder_tag(e, TAG_CORIM);
	vouch_encoder_map(e, manifest->expires ? 4 : 3);
	if (put_id(e, tags))
		return -EIO;
	vouch_encoder_uint(e, 1);
	vouch_encoder_array(e, count);
	vouch_encoder_raw(e, tags->bytes, tags->len);
	vouch_encoder_uint(e, 3);
	vouch_encoder_tag(e, TAG_URI);
	vouch_encoder_text(e, VOUCH_CORIM_PROFILE);
	if (!manifest->expires)
		return 0;
	vouch_encoder_uint(e, 4);
	vouch_encoder_map(e, manifest->not_before ? 2 : 1);
	if (manifest->not_before)
		put_time(e, 0, manifest->not_before);
	put_time(e, 1, manifest->expires);
	return 0;
}

int vouch_corim_encode(struct vouch_encoder *e, const struct vouch_manifest *manifest,
		       struct vouch_why *why)
{
	struct vouch_encoder tags = { 0 };
	size_t count;
	int err = 0;

	if (manifest->not_before && !manifest->expires)
		return vouch_why(why, -EINVAL, "\"not-before\" needs \"expires\"");
	count = put_groups(&tags, manifest);
	if (!count)
		err = vouch_why(why, -EINVAL, "there are no reference values to sign");
	if (!err && put_corim(e, manifest, &tags, count))
		err = vouch_why(why, -EIO, "SHA-384 is not available");
	if (!err && (tags.failed || e->failed))
		err = vouch_why(why, -ENOMEM, "out of memory");
	vouch_encoder_free(&tags);
	return err;
}
