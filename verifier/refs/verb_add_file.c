// SPDX-License-Identifier: GPL-2.0-only
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scan.h"
#include "verb.h"

#define CARD_ID_DIGITS	64

/* What the options say, before the file has been read. */
struct wish {
	const char *kind;
	const char *name;
	const char *release;
};

/* A key without a card would be taken for no card's, and the reason found too late. */
static bool is_card_id(const char *name)
{
	return name && strlen(name) == CARD_ID_DIGITS &&
	       strspn(name, "0123456789abcdef") == CARD_ID_DIGITS;
}

static int add(struct vouch_manifest *manifest, const struct wish *wish, const char *file,
	       struct vouch_why *why)
{
	enum vouch_ref_kind kind = vouch_manifest_kind(wish->kind);
	struct vouch_entry entry = { .kind = kind };
	char *own_name;
	int err;

	snprintf(why->where, sizeof(why->where), "%.120s: ", file);
	err = vouch_scan_file(&entry, file, why);
	why->where[0] = '\0';
	own_name = (char *)(uintptr_t)entry.name;
	entry.release = wish->release;
	if (wish->name)
		entry.name = wish->name;
	if (!err && !vouch_manifest_has(manifest, &entry))
		err = vouch_manifest_add(manifest, &entry);
	if (err && !*why->text)
		vouch_why(why, err, "%s: %s", file, strerror(-err));
	free(own_name);
	return err;
}

static int run(int argc, char **argv)
{
	static const struct option options[] = {
		{ "kind", required_argument, NULL, 'k' },
		{ "name", required_argument, NULL, 'n' },
		{ "release", required_argument, NULL, 'r' }, { 0 },
	};
	struct vouch_manifest manifest;
	struct vouch_why why = { 0 };
	struct wish wish = { 0 };
	int c, err;

	while ((c = getopt_long(argc, argv, "k:n:r:", options, NULL)) != -1) {
		if (c == 'k')
			wish.kind = optarg;
		else if (c == 'n')
			wish.name = optarg;
		else if (c == 'r')
			wish.release = optarg;
		else
			return vouch_verb_usage(&vouch_verb_add_file);
	}
	if (argc - optind != 2 || !wish.kind)
		return vouch_verb_usage(&vouch_verb_add_file);
	if (!vouch_manifest_kind(wish.kind) ||
	    vouch_manifest_kind(wish.kind) == VOUCH_REF_CMDLINE ||
	    vouch_manifest_kind(wish.kind) == VOUCH_REF_AUTHENTICODE) {
		fprintf(stderr, "vouch-refs: no kind \"%s\" of a file\n", wish.kind);
		return vouch_verb_usage(&vouch_verb_add_file);
	}
	if (vouch_manifest_kind(wish.kind) == VOUCH_REF_TPM_KEY && !is_card_id(wish.name)) {
		fputs("vouch-refs: the --name of a tpm-key is its host's card id, 64 hex digits\n",
		      stderr);
		return vouch_verb_usage(&vouch_verb_add_file);
	}
	err = vouch_verb_open(&manifest, argv[optind], &why);
	if (err)
		return vouch_verb_fail(&why);
	err = add(&manifest, &wish, argv[optind + 1], &why);
	if (!err)
		err = vouch_manifest_save(&manifest, argv[optind], &why);
	vouch_manifest_free(&manifest);
	return err ? vouch_verb_fail(&why) : VOUCH_EXIT_OK;
}

const struct vouch_verb vouch_verb_add_file = {
	.name = "add-file",
	.synopsis = "--kind KIND [--name NAME] [--release RELEASE] MANIFEST.json FILE",
	.summary = "Add one file to a manifest",
	.help =
	"  -k, --kind KIND   kernel, module, vmm, initramfs, firmware, card-firmware,\n"
	"                    bpf (a program's instructions), boot-loader (a PE image),\n"
	"                    tpm-key (a public key in PEM or DER)\n"
	"  -n, --name NAME   instead of the kernel's release, the module's name or\n"
	"                    the file's name; of a tpm-key, the id of the host's card,\n"
	"                    as vouch info says it\n"
	"  -r, --release RELEASE   kernel release that the file belongs to, for people\n",
	.run = run,
};
