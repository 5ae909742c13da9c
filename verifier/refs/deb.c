// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "deb.h"
#include "file.h"
#include "hex.h"
#include "run.h"

/* Part of the cache's file names: to be raised when a scan finds other things. */
#define CACHE_FORMAT	2

static int read_field(const char *path, const char *name, char *value, struct vouch_why *why)
{
	const char *const argv[] = { "dpkg-deb", "--field", path, name, NULL };
	int err = vouch_run(argv, value, VOUCH_ENTRY_TEXT_MAX + 1, why);

	if (!err && !*value)
		err = vouch_why(why, -EINVAL, "%s: it has no %s", path, name);
	return err;
}

static void remove_tree(const char *root)
{
	const char *const argv[] = { "rm", "-rf", "--", root, NULL };
	struct vouch_why ignored = { 0 };

	if (vouch_run(argv, NULL, 0, &ignored))
		fprintf(stderr, "vouch-refs: %s is left behind\n", root);
}

/* Not /tmp, which may be memory: a kernel's modules are large. */
static int unpack_and_scan(struct vouch_manifest *manifest, const char *path,
			   const struct vouch_package *package, struct vouch_why *why)
{
	char root[] = "/var/tmp/vouch-refs.XXXXXX";
	const char *const argv[] = { "dpkg-deb", "--extract", path, root, NULL };
	int err;

	if (!mkdtemp(root))
		return vouch_why(why, -errno, "%s: %s", root, strerror(errno));
	err = vouch_run(argv, NULL, 0, why);
	if (!err)
		err = vouch_deb_scan(manifest, root, package, why);
	remove_tree(root);
	return err;
}

static int scan(struct vouch_manifest *manifest, const char *path,
		const uint8_t *sha256, struct vouch_why *why)
{
	char name[VOUCH_ENTRY_TEXT_MAX + 1], version[VOUCH_ENTRY_TEXT_MAX + 1];
	struct vouch_package package = { .name = name, .version = version };
	int err;

	err = read_field(path, "Package", name, why);
	if (!err)
		err = read_field(path, "Version", version, why);
	if (err)
		return err;
	memcpy(package.sha256, sha256, VOUCH_SHA256_SIZE);
	fprintf(stderr, "vouch-refs: hashing %s %s\n", name, version);
	err = vouch_manifest_add_package(manifest, &package);
	if (err)
		return vouch_why(why, err, "%s", strerror(-err));
	return unpack_and_scan(manifest, path, &package, why);
}

static int cached(struct vouch_manifest *manifest, const char *path, const char *kept,
		  const uint8_t *sha256, struct vouch_why *why)
{
	int err = vouch_manifest_load(manifest, kept, why);

	if (err != -ENOENT)
		return err;
	err = scan(manifest, path, sha256, why);
	return err ? err : vouch_manifest_save(manifest, kept, why);
}

int vouch_deb_add(struct vouch_manifest *manifest, const char *path, const char *cache,
		  struct vouch_why *why)
{
	char hex[2 * VOUCH_SHA256_SIZE + 1];
	uint8_t sha256[VOUCH_SHA256_SIZE];
	struct vouch_manifest own = { 0 };
	char *kept;
	int err;

	err = vouch_file_sha256(path, sha256, why);
	if (err)
		return err;
	vouch_hex_encode(sha256, sizeof(sha256), hex);
	if (cache && (mkdir(cache, 0755) && errno != EEXIST))
		return vouch_why(why, -errno, "%s: %s", cache, strerror(errno));
	if (!cache) {
		err = scan(&own, path, sha256, why);
	} else if (asprintf(&kept, "%s/%s.%d.json", cache, hex, CACHE_FORMAT) < 0) {
		err = vouch_why(why, -ENOMEM, "out of memory");
	} else {
		err = cached(&own, path, kept, sha256, why);
		free(kept);
	}
	if (!err) {
		err = vouch_manifest_merge(manifest, &own);
		if (err)
			vouch_why(why, err, "%s: %s", path, strerror(-err));
	}
	vouch_manifest_free(&own);
	return err;
}
