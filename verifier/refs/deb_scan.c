// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fts.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "deb.h"
#include "scan.h"

#define WORKERS_MAX	4

/**
 * struct item - one file that a value is made from
 * @path: where it is
 * @release: kernel release that it belongs to, or NULL
 * @entry: the value
 * @err: what making it ended with
 * @why: and in words
 */
struct item {
	char *path;
	char *release;
	struct vouch_entry entry;
	int err;
	struct vouch_why why;
};

/**
 * struct work - what the workers share
 * @items: the files
 * @count: of them
 * @next: the first one that nobody has taken
 */
struct work {
	struct item *items;
	size_t count;
	atomic_size_t next;
};

static bool ends_with(const char *text, const char *end)
{
	size_t len = strlen(text), n = strlen(end);

	return len >= n && !strcmp(text + len - n, end);
}

/* Which kind of value a path inside the package gives, 0 for none. */
static enum vouch_ref_kind classify(const char *path)
{
	const char *base = strrchr(path, '/') + 1;

	if (strstr(path, "/lib/modules/")) {
		if (ends_with(base, ".ko") || ends_with(base, ".ko.xz"))
			return VOUCH_REF_MODULE;
		return strcmp(base, "vmlinuz") ? 0 : VOUCH_REF_KERNEL;
	}
	if (!strncmp(path, "/boot/vmlinuz-", 14))
		return VOUCH_REF_KERNEL;
	if (!strncmp(path, "/usr/bin/qemu-system-", 21))
		return VOUCH_REF_VMM;
	return 0;
}

/* .../lib/modules/RELEASE/...; NULL for a path elsewhere */
static char *release_of(const char *path)
{
	const char *release = strstr(path, "/lib/modules/");

	if (!release)
		return NULL;
	release += strlen("/lib/modules/");
	return strndup(release, strcspn(release, "/"));
}

static int collect_one(struct work *work, const char *path, const char *inside)
{
	enum vouch_ref_kind kind = classify(inside);
	struct item *items;

	if (!kind)
		return 0;
	items = realloc(work->items, (work->count + 1) * sizeof(*items));
	if (!items)
		return -ENOMEM;
	work->items = items;
	memset(&items[work->count], 0, sizeof(*items));
	items[work->count].path = strdup(path);
	items[work->count].release = kind == VOUCH_REF_MODULE ? release_of(inside) : NULL;
	items[work->count].entry.kind = kind;
	return items[work->count++].path ? 0 : -ENOMEM;
}

static int by_name(const FTSENT **a, const FTSENT **b)
{
	return strcmp((*a)->fts_name, (*b)->fts_name);
}

static int collect(struct work *work, const char *root, struct vouch_why *why)
{
	char *const roots[] = { (char *)(uintptr_t)root, NULL };
	FTS *tree = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, by_name);
	FTSENT *node;
	int err = 0;

	if (!tree)
		return vouch_why(why, -errno, "%s: %s", root, strerror(errno));
	while (!err && (node = fts_read(tree))) {
		if (node->fts_info == FTS_DNR || node->fts_info == FTS_ERR)
			err = -node->fts_errno;
		if (node->fts_info == FTS_F)
			err = collect_one(work, node->fts_path, node->fts_path + strlen(root));
	}
	fts_close(tree);
	return err ? vouch_why(why, err, "%s: %s", root, strerror(-err)) : 0;
}

static void *worker(void *arg)
{
	struct work *work = arg;
	size_t i;

	while ((i = atomic_fetch_add(&work->next, 1)) < work->count) {
		struct item *item = &work->items[i];

		item->err = vouch_scan_file(&item->entry, item->path, &item->why);
	}
	return NULL;
}

static void run_workers(struct work *work)
{
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);
	pthread_t threads[WORKERS_MAX];
	int started = 0;

	while (started < WORKERS_MAX && started < cpus - 1 && (size_t)started < work->count &&
	       !pthread_create(&threads[started], NULL, worker, work))
		started++;
	worker(work);
	while (started)
		pthread_join(threads[--started], NULL);
}

static int add_items(struct vouch_manifest *manifest, struct work *work, size_t skip,
		     const struct vouch_package *package, struct vouch_why *why)
{
	for (size_t i = 0; i < work->count; i++) {
		struct item *item = &work->items[i];
		struct vouch_entry entry = item->entry;
		int err = item->err;

		if (err)
			return vouch_why(why, err, "%s: %s", item->path + skip, item->why.text);
		entry.release = item->release;
		entry.package = package->name;
		entry.version = package->version;
		err = vouch_manifest_add(manifest, &entry);
		if (err)
			return vouch_why(why, err, "%s", strerror(-err));
	}
	return 0;
}

static void work_free(struct work *work)
{
	for (size_t i = 0; i < work->count; i++) {
		free(work->items[i].path);
		free(work->items[i].release);
		free((void *)(uintptr_t)work->items[i].entry.name);
	}
	free(work->items);
}

int vouch_deb_scan(struct vouch_manifest *manifest, const char *root,
		   const struct vouch_package *package, struct vouch_why *why)
{
	struct work work = { 0 };
	int err = collect(&work, root, why);

	if (!err) {
		run_workers(&work);
		err = add_items(manifest, &work, strlen(root), package, why);
	}
	work_free(&work);
	return err;
}
