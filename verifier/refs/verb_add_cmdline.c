// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <string.h>

#include "file.h"
#include "verb.h"

/*
 * Firmware hands it over in UTF-16, and the kernel's stub measures it in that form,
 * with the NUL where the loader gave one.
 */
static int add_boot_forms(struct vouch_entry *entry, const char *text)
{
	uint8_t bytes[2 * (VOUCH_ENTRY_NAME_MAX + 1)];
	struct vouch_file file = { bytes, 0 };
	int err;

	for (; *text; text++) {
		if (*text & 0x80)
			return 0;
		bytes[file.len++] = (uint8_t)*text;
		bytes[file.len++] = 0;
	}
	err = vouch_file_sha384(&file, entry->sha384[1]);
	bytes[file.len++] = 0;
	bytes[file.len++] = 0;
	if (!err)
		err = vouch_file_sha384(&file, entry->sha384[2]);
	entry->digests = 3;
	return err;
}

static int add(struct vouch_manifest *manifest, const char *text, struct vouch_why *why)
{
	struct vouch_entry entry = { .kind = VOUCH_REF_CMDLINE, .name = text, .digests = 1 };
	uint8_t bytes[VOUCH_ENTRY_NAME_MAX];
	struct vouch_file file = { bytes, strlen(text) };
	int err;

	if (file.len == 0 || file.len > sizeof(bytes))
		return vouch_why(why, -EINVAL, "a command line must have 1 to %zu bytes",
				 sizeof(bytes));
	memcpy(bytes, text, file.len);
	err = vouch_file_sha384(&file, entry.sha384[0]);
	if (!err)
		err = add_boot_forms(&entry, text);
	if (!err && !vouch_manifest_has(manifest, &entry))
		err = vouch_manifest_add(manifest, &entry);
	return err ? vouch_why(why, err, "%s", strerror(-err)) : 0;
}

static int run(int argc, char **argv)
{
	struct vouch_manifest manifest;
	struct vouch_why why = { 0 };
	int err;

	if (argc != 3)
		return vouch_verb_usage(&vouch_verb_add_cmdline);
	err = vouch_verb_open(&manifest, argv[1], &why);
	if (err)
		return vouch_verb_fail(&why);
	err = add(&manifest, argv[2], &why);
	if (!err)
		err = vouch_manifest_save(&manifest, argv[1], &why);
	vouch_manifest_free(&manifest);
	return err ? vouch_verb_fail(&why) : VOUCH_EXIT_OK;
}

const struct vouch_verb vouch_verb_add_cmdline = {
	.name = "add-cmdline",
	.synopsis = "MANIFEST.json TEXT",
	.summary = "Add a kernel command line to a manifest",
	.help = "TEXT is taken byte for byte, as /proc/cmdline shows it without the newline;\n"
		"if it is ASCII, in the forms too in which firmware hands it over.\n",
	.run = run,
};
