/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VOUCH_REFS_WHY_H
#define VOUCH_REFS_WHY_H

/**
 * struct vouch_why - what went wrong, in words for people
 * @where: put before the next reason ("entries 12: "); empty for none
 * @text: one line without a full stop; empty while nothing failed
 */
struct vouch_why {
	char where[128];
	char text[320];
};

/**
 * vouch_why() - note why something failed
 * @why: where to note it
 * @err: negative errno
 * @format: as printf()
 *
 * Return: @err, so that a failing branch is one line.
 */
int vouch_why(struct vouch_why *why, int err, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

#endif /* VOUCH_REFS_WHY_H */
