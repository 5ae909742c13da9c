// SPDX-License-Identifier: GPL-2.0-only
/* See kernel.h. Documentation/arch/x86/boot.rst has the header. */

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <asm/bootparam.h>
#include <linux/kexec.h>
#include <openssl/sha.h>

#include "kernel.h"

#define SECTOR 512
#define PAGE 4096

void kernel_make(uint8_t image[KERNEL_SIZE])
{
	struct setup_header header = {
		.setup_sects = 4,
		.boot_flag = 0xaa55,
		.jump = 0x66eb,
		.header = 0x53726448,	/* "HdrS" */
		.version = 0x020c,
		.loadflags = LOADED_HIGH,
		.kernel_alignment = 0x200000,
		.relocatable_kernel = 1,
		.min_alignment = 21,
		.xloadflags = XLF_KERNEL_64 | XLF_CAN_BE_LOADED_ABOVE_4G |
			      XLF_5LEVEL | XLF_5LEVEL_ENABLED,
		.cmdline_size = 2047,
		.initrd_addr_max = 0x7fffffff,
		.init_size = 0x40000,
		.pref_address = 0x1000000,
	};

	for (size_t i = 0; i < KERNEL_SIZE; i++)
		image[i] = i * 7;
	memset(image, 0, (header.setup_sects + 1) * SECTOR);
	memcpy(image + 0x1f1, &header, sizeof(header));
}

int content_file(const char *name, const void *content, size_t size)
{
	int fd = memfd_create(name, MFD_CLOEXEC);

	if (fd < 0)
		return -1;
	if (write(fd, content, size) == (ssize_t)size)
		return fd;
	close(fd);
	return -1;
}

ssize_t content_read(const char *path, void *content, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n, len = 0;

	if (fd < 0)
		return -1;
	while ((n = read(fd, (char *)content + len, size - len)) > 0)
		len += n;
	close(fd);
	return n ? -1 : len;
}

int kexec_load_files(int kernel, int initrd, const char *cmdline, unsigned long flags)
{
	return syscall(SYS_kexec_file_load, kernel, initrd, cmdline ? strlen(cmdline) + 1 : 0UL,
		       cmdline, flags);
}

int kexec_unload(unsigned long flags)
{
	return syscall(SYS_kexec_file_load, -1, -1, 0UL, NULL, flags | KEXEC_FILE_UNLOAD);
}

int kernel_load(const char *initrd, const char *cmdline, unsigned long flags)
{
	static uint8_t image[KERNEL_SIZE];
	int kernel_fd, initrd_fd, rc;

	kernel_make(image);
	kernel_fd = content_file("kernel", image, sizeof(image));
	initrd_fd = content_file("initrd", initrd, strlen(initrd) + 1);
	rc = kexec_load_files(kernel_fd, initrd_fd, cmdline, flags);
	close(kernel_fd);
	close(initrd_fd);
	return rc;
}

unsigned long crash_base(void)
{
	FILE *iomem = fopen("/proc/iomem", "r");
	unsigned long base = 0;
	char line[256];

	while (iomem && fgets(line, sizeof(line), iomem))
		if (strstr(line, "Crash kernel"))
			base = strtoul(line, NULL, 16);
	if (iomem)
		fclose(iomem);
	return base;
}

int kexec_load_segments(unsigned long entry, const struct kexec_segment *segments,
			unsigned long n, unsigned long flags)
{
	return syscall(SYS_kexec_load, entry, n, segments, flags | KEXEC_ARCH_DEFAULT);
}

static void add_u64(SHA512_CTX *ctx, uint64_t value)
{
	uint8_t le[8];

	for (int i = 0; i < 8; i++)
		le[i] = value >> 8 * i;
	SHA384_Update(ctx, le, sizeof(le));
}

static void add_page(SHA512_CTX *ctx, const struct kexec_segment *segment, size_t at)
{
	static const uint8_t zeros[PAGE];
	uint8_t page[PAGE] = {};

	if (at < segment->bufsz)
		memcpy(page, (const uint8_t *)segment->buf + at,
		       segment->bufsz - at < PAGE ? segment->bufsz - at : PAGE);
	if (!memcmp(page, zeros, PAGE)) {
		SHA384_Update(ctx, "\0", 1);
		return;
	}
	SHA384_Update(ctx, "\1", 1);
	SHA384_Update(ctx, page, PAGE);
}

void kexec_image_digest(const struct kexec_segment *segments, unsigned long n,
			unsigned long entry, uint8_t digest[VOUCH_DIGEST_SIZE])
{
	SHA512_CTX ctx;

	SHA384_Init(&ctx);
	SHA384_Update(&ctx, "vouch/image/1", 13);
	for (unsigned long i = 0; i < n; i++) {
		add_u64(&ctx, (uintptr_t)segments[i].mem);
		for (size_t at = 0; at < segments[i].memsz; at += PAGE)
			add_page(&ctx, &segments[i], at);
		SHA384_Update(&ctx, "\2", 1);
	}
	add_u64(&ctx, entry);
	SHA384_Final(digest, &ctx);
}
