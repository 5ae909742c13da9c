/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _VOUCH_TEST_KERNEL_H
#define _VOUCH_TEST_KERNEL_H

/* A file that kexec_file_load(2) takes for a kernel, and what kexec loads. */

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <linux/kexec.h>
#include <vouch/wire.h>

#define KERNEL_SIZE 0x10000

void kernel_make(uint8_t image[KERNEL_SIZE]);

/* A file in memory with this name and content; its descriptor or -1. */
int content_file(const char *name, const void *content, size_t size);

/* A whole file; its length or -1. */
ssize_t content_read(const char *path, void *content, size_t size);

/* By kexec_file_load(2), with its flags; @cmdline may be NULL. */
int kexec_load_files(int kernel, int initrd, const char *cmdline, unsigned long flags);
int kexec_unload(unsigned long flags);

/* The same, of a kernel_make() and an initramfs with that content. */
int kernel_load(const char *initrd, const char *cmdline, unsigned long flags);

/* Where crash kernels go, or 0. */
unsigned long crash_base(void);

/* By kexec_load(2). */
int kexec_load_segments(unsigned long entry, const struct kexec_segment *segments,
			unsigned long n, unsigned long flags);

/* What Documentation/formats.rst calls the kexec image of these segments. */
void kexec_image_digest(const struct kexec_segment *segments, unsigned long n,
			unsigned long entry, uint8_t digest[VOUCH_DIGEST_SIZE]);

#endif /* _VOUCH_TEST_KERNEL_H */
