/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _VOUCH_TEST_PATCH_H
#define _VOUCH_TEST_PATCH_H

/* Livepatches, and the modules of tools/testing/kmod/livepatch that make them. */

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* The module's file: beside this program, or where the environment says. */
void module_path(const char *name, char *path, size_t size);

/* 0 or -errno. */
int module_load(const char *name, const char *options);
bool module_is_there(const char *name);

/* First character of a file of the patch, or 0 where there is none. */
char patch_read(const char *name, const char *file);

/* 0 or -errno. */
int patch_write(const char *name, const char *file, const char *value);

/* Until its transition is over: '1' enabled, or 0 when it is gone. */
bool patch_settles(const char *name, char enabled);

/* A task that stays in the function which the module klp_held has; or -1. */
pid_t held_start(void);
void held_release(void);

#endif /* _VOUCH_TEST_PATCH_H */
