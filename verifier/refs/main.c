// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "verb.h"

static const struct vouch_verb *const verbs[] = {
	&vouch_verb_add_deb, &vouch_verb_add_file, &vouch_verb_add_cmdline,
	&vouch_verb_compile, &vouch_verb_show, &vouch_verb_check,
};

#define VERBS	(sizeof(verbs) / sizeof(verbs[0]))

int vouch_verb_usage(const struct vouch_verb *verb)
{
	fprintf(stderr, "usage: vouch-refs %s %s\n", verb->name, verb->synopsis);
	fprintf(stderr, "try: vouch-refs %s --help\n", verb->name);
	return VOUCH_EXIT_TROUBLE;
}

int vouch_verb_fail(const struct vouch_why *why)
{
	fprintf(stderr, "vouch-refs: %s\n", why->text);
	return VOUCH_EXIT_TROUBLE;
}

int vouch_verb_open(struct vouch_manifest *manifest, const char *path, struct vouch_why *why)
{
	int err = vouch_manifest_load(manifest, path, why);

	return err == -ENOENT ? 0 : err;
}

static int list_verbs(FILE *out)
{
	fputs("usage: vouch-refs VERB [ARGUMENT]...\n\n"
	      "Reference values: what a host may run, from published packages.\n\n", out);
	for (size_t i = 0; i < VERBS; i++)
		fprintf(out, "  %-12s %s\n", verbs[i]->name, verbs[i]->summary);
	fputs("\nvouch-refs VERB --help says more; see vouch-refs(1).\n", out);
	return out == stdout ? VOUCH_EXIT_OK : VOUCH_EXIT_TROUBLE;
}

static int help_verb(const struct vouch_verb *verb)
{
	printf("usage: vouch-refs %s %s\n\n%s.\n\n%s", verb->name, verb->synopsis,
	       verb->summary, verb->help);
	return VOUCH_EXIT_OK;
}

int main(int argc, char **argv)
{
	if (argc < 2)
		return list_verbs(stderr);
	if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "help"))
		return list_verbs(stdout);
	for (size_t i = 0; i < VERBS; i++) {
		if (strcmp(argv[1], verbs[i]->name))
			continue;
		if (argc > 2 && !strcmp(argv[2], "--help"))
			return help_verb(verbs[i]);
		return verbs[i]->run(argc - 1, argv + 1);
	}
	fprintf(stderr, "vouch-refs: unknown verb \"%s\"\n", argv[1]);
	return list_verbs(stderr);
}
