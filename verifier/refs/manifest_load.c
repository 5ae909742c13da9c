// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <jansson.h>
#include <string.h>
#include <sys/stat.h>

#include "date.h"
#include "hex.h"
#include "manifest.h"

static const char *const top_keys[] = {
	"vouch-refs", "provider", "not-before", "expires", "packages", "entries", NULL
};

static const char *const entry_keys[] = {
	"kind", "name", "release", "package", "version", "sha384", "build-id", "authenticode",
	NULL
};

static const char *const package_keys[] = { "name", "version", "sha256", NULL };

static int check_keys(json_t *object, const char *const *keys, struct vouch_why *why)
{
	const char *key;
	json_t *value;

	json_object_foreach(object, key, value) {
		size_t i = 0;

		while (keys[i] && strcmp(keys[i], key))
			i++;
		if (!keys[i])
			return vouch_why(why, -EINVAL, "unknown key \"%.40s\"", key);
	}
	return 0;
}

static int read_text(json_t *object, const char *key, size_t most, const char **text,
		     struct vouch_why *why)
{
	json_t *value = json_object_get(object, key);

	*text = NULL;
	if (!value)
		return 0;
	if (!json_is_string(value))
		return vouch_why(why, -EINVAL, "\"%s\" must be a string", key);
	if (json_string_length(value) == 0 || json_string_length(value) > most ||
	    strlen(json_string_value(value)) != json_string_length(value))
		return vouch_why(why, -EINVAL, "\"%s\" must have 1 to %zu bytes, none of them NUL",
				 key, most);
	*text = json_string_value(value);
	return 0;
}

static int read_date(json_t *object, const char *key, int64_t *seconds, struct vouch_why *why)
{
	const char *text;
	int err = read_text(object, key, VOUCH_ENTRY_TEXT_MAX, &text, why);

	if (err || !text)
		return err;
	if (vouch_date_parse(text, seconds))
		return vouch_why(why, -EINVAL,
				 "\"%s\" must be a date such as 2027-01-31, not \"%.40s\"",
				 key, text);
	return 0;
}

static int read_digests(json_t *object, struct vouch_entry *to, struct vouch_why *why)
{
	json_t *list = json_object_get(object, "sha384");
	json_t *value;
	size_t i;

	if (!list)
		return 0;
	if (!json_is_array(list) || json_array_size(list) == 0 ||
	    json_array_size(list) > VOUCH_ENTRY_DIGESTS)
		return vouch_why(why, -EINVAL, "\"sha384\" must be a list of 1 to %d digests",
				 VOUCH_ENTRY_DIGESTS);
	json_array_foreach(list, i, value)
		if (!json_is_string(value) ||
		    !vouch_hex_decode(json_string_value(value), to->sha384[i],
				      VOUCH_REF_DIGEST_SIZE))
			return vouch_why(why, -EINVAL,
					 "digest %zu of \"sha384\" must be 96 hexadecimal digits",
					 i + 1);
	to->digests = json_array_size(list);
	return 0;
}

static int read_build_id(json_t *object, struct vouch_entry *to, struct vouch_why *why)
{
	const char *text;
	int err = read_text(object, "build-id", 2 * VOUCH_BUILD_ID_MAX, &text, why);

	if (err || !text)
		return err;
	to->build_id.len = strlen(text) / 2;
	if (!vouch_hex_decode(text, to->build_id.bytes, to->build_id.len))
		return vouch_why(why, -EINVAL, "\"build-id\" must be hexadecimal digits");
	return 0;
}

static int read_authenticode(json_t *object, struct vouch_entry *to, struct vouch_why *why)
{
	const char *text;
	int err = read_text(object, "authenticode", 2 * VOUCH_REF_DIGEST_SIZE, &text, why);

	if (err || !text)
		return err;
	to->is_pe = to->kind == VOUCH_REF_KERNEL &&
		    vouch_hex_decode(text, to->authenticode, VOUCH_REF_DIGEST_SIZE);
	if (!to->is_pe)
		return vouch_why(why, -EINVAL,
				 "\"authenticode\" is a kernel's, of 96 hexadecimal digits");
	return 0;
}

static int read_package(struct vouch_manifest *manifest, json_t *object,
			struct vouch_why *why)
{
	struct vouch_package package;
	const char *sha256;
	int err;

	if (!json_is_object(object))
		return vouch_why(why, -EINVAL, "must be an object");
	err = check_keys(object, package_keys, why);
	if (!err)
		err = read_text(object, "name", VOUCH_ENTRY_TEXT_MAX, &package.name, why);
	if (!err)
		err = read_text(object, "version", VOUCH_ENTRY_TEXT_MAX, &package.version, why);
	if (!err)
		err = read_text(object, "sha256", 2 * VOUCH_SHA256_SIZE, &sha256, why);
	if (err)
		return err;
	if (!package.name || !package.version || !sha256)
		return vouch_why(why, -EINVAL, "needs \"name\", \"version\" and \"sha256\"");
	if (!vouch_hex_decode(sha256, package.sha256, VOUCH_SHA256_SIZE))
		return vouch_why(why, -EINVAL, "\"sha256\" must be 64 hexadecimal digits");
	err = vouch_manifest_add_package(manifest, &package);
	return err ? vouch_why(why, err, "%s", strerror(-err)) : 0;
}

static int read_texts(json_t *object, struct vouch_entry *to, struct vouch_why *why)
{
	int err;

	err = read_text(object, "name", VOUCH_ENTRY_NAME_MAX, &to->name, why);
	if (!err)
		err = read_text(object, "release", VOUCH_ENTRY_TEXT_MAX, &to->release, why);
	if (!err)
		err = read_text(object, "package", VOUCH_ENTRY_TEXT_MAX, &to->package, why);
	if (!err)
		err = read_text(object, "version", VOUCH_ENTRY_TEXT_MAX, &to->version, why);
	return err;
}

/* A value that nothing could be matched with is a mistake of its author. */
static int check_entry(const struct vouch_entry *entry, struct vouch_why *why)
{
	if (!entry->name)
		return vouch_why(why, -EINVAL, "\"name\" is missing");
	if (!entry->digests)
		return vouch_why(why, -EINVAL, "\"sha384\" is missing");
	if (entry->kind == VOUCH_REF_KERNEL && !entry->build_id.len)
		return vouch_why(why, -EINVAL, "a kernel needs its \"build-id\"");
	if (!entry->package != !entry->version)
		return vouch_why(why, -EINVAL, "\"package\" and \"version\" go together");
	return 0;
}

static int read_entry(struct vouch_manifest *manifest, json_t *object,
		      struct vouch_why *why)
{
	struct vouch_entry entry = { 0 };
	const char *kind;
	int err;

	if (!json_is_object(object))
		return vouch_why(why, -EINVAL, "must be an object");
	err = check_keys(object, entry_keys, why);
	if (!err)
		err = read_text(object, "kind", VOUCH_ENTRY_TEXT_MAX, &kind, why);
	if (err)
		return err;
	entry.kind = kind ? vouch_manifest_kind(kind) : 0;
	if (!entry.kind)
		return vouch_why(why, -EINVAL, "unknown kind \"%.40s\"",
				 kind ? kind : "");
	err = read_texts(object, &entry, why);
	if (!err)
		err = read_digests(object, &entry, why);
	if (!err)
		err = read_build_id(object, &entry, why);
	if (!err)
		err = read_authenticode(object, &entry, why);
	if (!err)
		err = check_entry(&entry, why);
	if (err)
		return err;
	err = vouch_manifest_add(manifest, &entry);
	return err ? vouch_why(why, err, "%s", strerror(-err)) : 0;
}

typedef int (*read_item)(struct vouch_manifest *manifest, json_t *object,
			 struct vouch_why *why);

static int read_list(struct vouch_manifest *manifest, json_t *list, const char *noun,
		     read_item item, struct vouch_why *why)
{
	json_t *object;
	size_t i;
	int err;

	if (!json_is_array(list))
		return vouch_why(why, -EINVAL, "\"%s\" must be a list", noun);
	json_array_foreach(list, i, object) {
		snprintf(why->where, sizeof(why->where), "%s %zu: ", noun, i + 1);
		err = item(manifest, object, why);
		if (err)
			return err;
	}
	why->where[0] = '\0';
	return 0;
}

static int read_manifest(struct vouch_manifest *manifest, json_t *root, struct vouch_why *why)
{
	json_t *packages = json_object_get(root, "packages");
	const char *provider;
	int err;

	if (json_integer_value(json_object_get(root, "vouch-refs")) != 1)
		return vouch_why(why, -EINVAL, "not a manifest: \"vouch-refs\" must be 1");
	err = check_keys(root, top_keys, why);
	if (!err)
		err = read_text(root, "provider", VOUCH_ENTRY_TEXT_MAX, &provider, why);
	if (!err)
		err = read_date(root, "not-before", &manifest->not_before, why);
	if (!err)
		err = read_date(root, "expires", &manifest->expires, why);
	if (err)
		return err;
	manifest->provider = provider ? strdup(provider) : NULL;
	if (provider && !manifest->provider)
		return vouch_why(why, -ENOMEM, "out of memory");
	if (packages) {
		err = read_list(manifest, packages, "packages", read_package, why);
		if (err)
			return err;
	}
	return read_list(manifest, json_object_get(root, "entries"), "entries", read_entry, why);
}

int vouch_manifest_load(struct vouch_manifest *manifest, const char *path,
			struct vouch_why *why)
{
	json_error_t error;
	struct stat st;
	json_t *root;
	int err;

	memset(manifest, 0, sizeof(*manifest));
	if (stat(path, &st))
		return vouch_why(why, -errno, "%s: %s", path, strerror(errno));
	if (st.st_size > VOUCH_MANIFEST_MAX)
		return vouch_why(why, -E2BIG, "%s: larger than a manifest may be", path);
	root = json_load_file(path, JSON_REJECT_DUPLICATES, &error);
	if (!root)
		return vouch_why(why, -EINVAL, "%s: line %d: %s", path, error.line, error.text);
	err = read_manifest(manifest, root, why);
	json_decref(root);
	if (err) {
		struct vouch_why inner = *why;

		vouch_manifest_free(manifest);
		why->where[0] = '\0';
		return vouch_why(why, err, "%.200s: %.200s", path, inner.text);
	}
	return 0;
}
