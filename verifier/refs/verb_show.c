// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <getopt.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../lib/corim.h"
#include "date.h"
#include "file.h"
#include "hex.h"
#include "verb.h"

static void print_row(const struct vouch_ref *ref)
{
	char hex[2 * VOUCH_REF_BUILD_ID_MAX + 1] = "-";

	if (ref->build_id_len)
		vouch_hex_encode(ref->build_id, ref->build_id_len, hex);
	else if (ref->digest_count)
		vouch_hex_encode(ref->digests[0], 20, hex);
	printf("%-19s %-28.*s %-40s %.*s %.*s\n", vouch_ref_kind_text(ref->kind),
	       (int)ref->name_len, ref->name, hex, (int)ref->source_len, ref->source,
	       (int)ref->version_len, ref->version);
}

static json_t *to_json(const struct vouch_ref *ref)
{
	char hex[2 * VOUCH_REF_BUILD_ID_MAX + 1];
	json_t *list = json_array();
	json_t *object;

	for (size_t i = 0; i < ref->digest_count; i++) {
		vouch_hex_encode(ref->digests[i], VOUCH_REF_DIGEST_SIZE, hex);
		json_array_append_new(list, json_string(hex));
	}
	vouch_hex_encode(ref->build_id, ref->build_id_len, hex);
	object = json_pack("{s:s, s:s%, s:s%, s:s%, s:o}", "kind", vouch_ref_kind_text(ref->kind),
			   "name", ref->name, ref->name_len, "package", ref->source,
			   ref->source_len, "version", ref->version, ref->version_len,
			   "sha384", list);
	if (object && ref->build_id_len)
		json_object_set_new(object, "build-id", json_string(hex));
	return object;
}

static void show_table(const struct vouch_refs *refs, const struct vouch_corim_info *info)
{
	char date[VOUCH_DATE_SIZE];
	struct vouch_ref ref;

	printf("# signature not checked: use vouch-refs check\n");
	if (info->not_after) {
		vouch_date_format(info->not_after, date);
		printf("# valid until %s\n", date);
	}
	printf("%-19s %-28s %-40s %s\n", "# kind", "name", "build-id, or first of SHA-384",
	       "package");
	for (size_t i = 0; vouch_refs_get(refs, i, &ref); i++)
		print_row(&ref);
	printf("# %zu values\n", vouch_refs_count(refs));
}

static int show_json(const struct vouch_refs *refs)
{
	json_t *list = json_array();
	struct vouch_ref ref;
	int err;

	for (size_t i = 0; vouch_refs_get(refs, i, &ref); i++)
		json_array_append_new(list, to_json(&ref));
	err = json_array_size(list) != vouch_refs_count(refs) ||
	      json_dumpf(list, stdout, JSON_INDENT(1)) || puts("") < 0;
	json_decref(list);
	return err ? VOUCH_EXIT_TROUBLE : VOUCH_EXIT_OK;
}

static int show(const char *path, bool json)
{
	struct vouch_refs *refs = vouch_refs_new();
	struct vouch_corim_info info;
	struct vouch_why why = { 0 };
	struct vouch_file file;
	int code = VOUCH_EXIT_OK;
	int err;

	snprintf(why.where, sizeof(why.where), "%.120s: ", path);
	err = refs ? vouch_file_read(&file, path, &why) :
		     vouch_why(&why, -ENOMEM, "out of memory");
	if (!err) {
		err = vouch_corim_list(refs, file.bytes, file.len, &info);
		free(file.bytes);
		if (err)
			vouch_why(&why, err, "not a signed CoRIM of vouch's profile");
	}
	if (err)
		code = vouch_verb_fail(&why);
	else if (json)
		code = show_json(refs);
	else
		show_table(refs, &info);
	vouch_refs_free(refs);
	return code;
}

static int run(int argc, char **argv)
{
	static const struct option options[] = {
		{ "json", no_argument, NULL, 'j' }, { 0 },
	};
	bool json = false;
	int c;

	while ((c = getopt_long(argc, argv, "j", options, NULL)) != -1) {
		if (c != 'j')
			return vouch_verb_usage(&vouch_verb_show);
		json = true;
	}
	if (argc - optind != 1)
		return vouch_verb_usage(&vouch_verb_show);
	return show(argv[optind], json);
}

const struct vouch_verb vouch_verb_show = {
	.name = "show",
	.synopsis = "[--json] FILE.corim",
	.summary = "List the values of a CoRIM, whoever signed it",
	.help = "  -j, --json   all digests, for programs\n",
	.run = run,
};
