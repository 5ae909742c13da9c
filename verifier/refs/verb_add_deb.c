// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "deb.h"
#include "verb.h"

/* Where a user's caches are, made if need be; NULL if there is no place. */
static char *default_cache(void)
{
	const char *base = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
	char *parent, *path;

	if (base && *base == '/')
		parent = strdup(base);
	else if (!home || asprintf(&parent, "%s/.cache", home) < 0)
		return NULL;
	if (!parent || (mkdir(parent, 0700) && errno != EEXIST) ||
	    asprintf(&path, "%s/vouch-refs", parent) < 0)
		path = NULL;
	free(parent);
	return path;
}

static int add_all(struct vouch_manifest *manifest, char **debs, const char *cache,
		   struct vouch_why *why)
{
	char *own = cache ? NULL : default_cache();
	int err = 0;

	while (!err && *debs)
		err = vouch_deb_add(manifest, *debs++, own ? own : cache, why);
	free(own);
	return err;
}

static int run(int argc, char **argv)
{
	static const struct option options[] = {
		{ "cache", required_argument, NULL, 'c' }, { 0 },
	};
	struct vouch_manifest manifest;
	struct vouch_why why = { 0 };
	const char *cache = NULL, *path;
	int c, err;

	while ((c = getopt_long(argc, argv, "c:", options, NULL)) != -1) {
		if (c != 'c')
			return vouch_verb_usage(&vouch_verb_add_deb);
		cache = optarg;
	}
	if (argc - optind < 2)
		return vouch_verb_usage(&vouch_verb_add_deb);
	path = argv[optind++];
	err = vouch_verb_open(&manifest, path, &why);
	if (err)
		return vouch_verb_fail(&why);
	err = add_all(&manifest, argv + optind, cache, &why);
	if (!err)
		err = vouch_manifest_save(&manifest, path, &why);
	vouch_manifest_free(&manifest);
	return err ? vouch_verb_fail(&why) : VOUCH_EXIT_OK;
}

const struct vouch_verb vouch_verb_add_deb = {
	.name = "add-deb",
	.synopsis = "[--cache DIR] MANIFEST.json PACKAGE.deb...",
	.summary = "Add kernels, modules and VMMs of Debian packages to a manifest",
	.help =
	"The manifest is made if there is none. A package that is in it already is\n"
	"left alone. vouch-refs does not fetch or verify packages: apt does, with\n"
	"\"apt-get download\".\n"
	"What was computed is kept, by the package's digest, in ~/.cache/vouch-refs.\n\n"
	"  -c, --cache DIR   keep it there instead\n",
	.run = run,
};
