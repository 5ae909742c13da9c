/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _VOUCH_TEST_FUSE_H
#define _VOUCH_TEST_FUSE_H

/* A file system of one file, served by a process that can stop answering. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define FUSE_FILE "vmm-fuse"

/* Shared with the server. */
struct fuse_switch {
	volatile bool direct;	/* who opens the file from now on bypasses the cache */
	volatile bool hold;	/* reads are not answered any more */
	volatile int held;	/* how many */
};

struct fuse {
	char folder[32];
	pid_t pid;
	struct fuse_switch *state;
};

/* The kernel has it, or its module can be loaded. */
bool fuse_is_there(void);

/* Mount it, with a copy of @content in its file. 0 or -errno. */
int fuse_start(struct fuse *fuse, const uint8_t *content, size_t size);

/* Whoever waits for the server gets an error. Once more does nothing. */
void fuse_stop(struct fuse *fuse);

#endif /* _VOUCH_TEST_FUSE_H */
