// SPDX-License-Identifier: GPL-2.0-only
#include <getopt.h>

#include "deb.h"
#include "verb.h"

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
	while (!err && optind < argc)
		err = vouch_deb_add(&manifest, argv[optind++], cache, &why);
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
	"\"apt-get download\".\n\n"
	"  -c, --cache DIR   keep what was computed there, by the package's digest\n",
	.run = run,
};
