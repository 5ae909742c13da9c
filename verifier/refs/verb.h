/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VOUCH_REFS_VERB_H
#define VOUCH_REFS_VERB_H

#include "manifest.h"
#include "why.h"

/* Exit codes, as all of vouch's tools have them. */
#define VOUCH_EXIT_OK		0
#define VOUCH_EXIT_REFUSED	1	/* not signed by the key, expired */
#define VOUCH_EXIT_TROUBLE	2	/* wrong usage, unreadable, no memory */

/**
 * struct vouch_verb - what ``vouch-refs NAME`` does
 * @name: as typed
 * @synopsis: arguments
 * @summary: one line without a full stop
 * @help: options and remarks, whole lines
 * @run: gets the arguments from the name on; returns an exit code
 */
struct vouch_verb {
	const char *name;
	const char *synopsis;
	const char *summary;
	const char *help;
	int (*run)(int argc, char **argv);
};

extern const struct vouch_verb vouch_verb_add_deb;
extern const struct vouch_verb vouch_verb_add_file;
extern const struct vouch_verb vouch_verb_add_cmdline;
extern const struct vouch_verb vouch_verb_compile;
extern const struct vouch_verb vouch_verb_show;
extern const struct vouch_verb vouch_verb_check;

/**
 * vouch_verb_usage() - complain about the arguments
 * @verb: which
 *
 * Return: VOUCH_EXIT_TROUBLE.
 */
int vouch_verb_usage(const struct vouch_verb *verb);

/**
 * vouch_verb_fail() - say why something failed
 * @why: the reason
 *
 * Return: VOUCH_EXIT_TROUBLE.
 */
int vouch_verb_fail(const struct vouch_why *why);

/**
 * vouch_verb_open() - load a manifest that is to be added to
 * @manifest: returns it; an empty one if there is no such file
 * @path: which
 * @why: returns the reason of a failure
 *
 * Return: 0 or a negative errno.
 */
int vouch_verb_open(struct vouch_manifest *manifest, const char *path, struct vouch_why *why);

#endif /* VOUCH_REFS_VERB_H */
