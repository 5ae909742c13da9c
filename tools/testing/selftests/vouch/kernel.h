/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _VOUCH_TEST_KERNEL_H
#define _VOUCH_TEST_KERNEL_H

/* A file that kexec_file_load(2) takes for a kernel, and loads. */

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define KERNEL_SIZE 0x10000

void kernel_make(uint8_t image[KERNEL_SIZE]);

/* A file in memory with this name and content; its descriptor or -1. */
int content_file(const char *name, const void *content, size_t size);

/* A whole file; its length or -1. */
ssize_t content_read(const char *path, void *content, size_t size);

int kexec_load_files(int kernel, int initrd, const char *cmdline);
int kexec_unload(void);

#endif /* _VOUCH_TEST_KERNEL_H */
