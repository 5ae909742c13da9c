// SPDX-License-Identifier: GPL-2.0-only
/* See kernel.h. Documentation/arch/x86/boot.rst has the header. */

#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <asm/bootparam.h>
#include <linux/kexec.h>

#include "kernel.h"

#define SECTOR 512

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

int kexec_load_files(int kernel, int initrd, const char *cmdline)
{
	return syscall(SYS_kexec_file_load, kernel, initrd, strlen(cmdline) + 1, cmdline, 0UL);
}

int kexec_unload(void)
{
	return syscall(SYS_kexec_file_load, -1, -1, 0UL, NULL,
		       (unsigned long)KEXEC_FILE_UNLOAD);
}
