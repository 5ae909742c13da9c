/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VOUCH_REFS_RUN_H
#define VOUCH_REFS_RUN_H

#include <stddef.h>

#include "why.h"

/**
 * vouch_run() - run a program to its end
 * @argv: program, looked up in PATH, and arguments; NULL-terminated
 * @out: returns the first line of its output, or NULL if that is not wanted
 * @room: bytes at @out
 * @why: returns the reason of a failure
 *
 * No shell is involved.
 *
 * Return: 0; -ENOENT if it could not be started; -EIO if it failed or said
 * more than @room - 1 bytes.
 */
int vouch_run(const char *const *argv, char *out, size_t room, struct vouch_why *why);

#endif /* VOUCH_REFS_RUN_H */
