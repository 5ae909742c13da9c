// SPDX-License-Identifier: GPL-2.0-only
#include "report.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <openssl/sha.h>
#include <vouch/ioctl.h>
#include <vouch/report.h>

const char *report_folder;

int report_open(const char *name, int flags)
{
	char path[128];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", report_folder, name);
	fd = open(path, flags, 0220);
	return fd < 0 ? -errno : fd;
}

int report_write(const char *name, const void *bytes, size_t len)
{
	/* As agents open it. */
	int error, fd = report_open(name, O_WRONLY | O_CREAT | O_TRUNC);
	ssize_t put;

	if (fd < 0)
		return fd;
	put = write(fd, bytes, len);
	error = errno;
	/* The kernel takes it at the end. */
	close(fd);
	if (put < 0)
		return -error;
	return put == (ssize_t)len ? 0 : -EIO;
}

ssize_t report_read(const char *name, void *bytes, size_t size)
{
	int error, fd = report_open(name, O_RDONLY);
	size_t len = 0;
	ssize_t got;

	if (fd < 0)
		return fd;
	while ((got = read(fd, (char *)bytes + len, size - len)) > 0)
		len += got;
	error = errno;
	close(fd);
	return got < 0 ? -error : (ssize_t)len;
}

long report_generation(void)
{
	char text[32] = "";

	return report_read("generation", text, sizeof(text) - 1) > 0 ? atol(text) : -1;
}

bool report_has(const char *name)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/%s", report_folder, name);
	return !access(path, F_OK);
}

bool report_is_for(const uint8_t *bytes, size_t len, const void *in, size_t in_len)
{
	uint8_t nonce[VOUCH_DIGEST_SIZE];
	SHA512_CTX ctx;

	SHA384_Init(&ctx);
	SHA384_Update(&ctx, VOUCH_REPORT_CONTEXT, strlen(VOUCH_REPORT_CONTEXT));
	SHA384_Update(&ctx, in, in_len);
	SHA384_Final(nonce, &ctx);
	return memmem(bytes, len, nonce, sizeof(nonce));
}
