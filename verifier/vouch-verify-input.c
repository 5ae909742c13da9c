// SPDX-License-Identifier: GPL-2.0-only
/* Files in and out. */
#include "vouch-verify.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/pem.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/package.h"

#define ROOT_MAX	65536

uint8_t *tool_read_file(const char *path, size_t max, size_t *len)
{
	FILE *file = fopen(path, "rb");
	size_t room = 65536, used = 0, got;
	uint8_t *bytes = NULL, *more;

	if (!file)
		tool_fail("%s: %s", path, strerror(errno));
	do {
		room *= 2;
		more = realloc(bytes, room);
		if (!more)
			tool_fail("%s: out of memory", path);
		bytes = more;
		got = fread(bytes + used, 1, room - used, file);
		used += got;
	} while (got && used == room && used <= max);
	if (ferror(file))
		tool_fail("%s: cannot read it", path);
	fclose(file);
	if (used > max)
		tool_fail("%s: longer than %zu bytes", path, max);
	*len = used;
	return bytes;
}

static int read_at(void *ctx, uint64_t offset, void *buf, size_t len)
{
	struct tool_package *package = ctx;
	uint8_t *out = buf;

	while (len) {
		ssize_t got = pread(package->fd, out, len, (off_t)offset);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return got < 0 ? -errno : -EIO;
		out += got;
		offset += (uint64_t)got;
		len -= (size_t)got;
	}
	return 0;
}

/* A pipe cannot be read twice: keep it in an unnamed file. */
static int spool(int in)
{
	FILE *file = tmpfile();
	char buf[65536];
	ssize_t got;
	int fd;

	if (!file)
		tool_fail("cannot make a temporary file: %s", strerror(errno));
	for (;;) {
		got = read(in, buf, sizeof(buf));
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			tool_fail("cannot read the package: %s", strerror(errno));
		if (!got)
			break;
		if (fwrite(buf, 1, (size_t)got, file) != (size_t)got)
			tool_fail("cannot write a temporary file: %s", strerror(errno));
	}
	if (fflush(file))
		tool_fail("cannot write a temporary file: %s", strerror(errno));
	fd = dup(fileno(file));
	fclose(file);
	return fd;
}

void tool_package_open(struct tool_package *package, const char *path)
{
	struct stat st;
	int fd = strcmp(path, "-") ? open(path, O_RDONLY | O_CLOEXEC) : dup(STDIN_FILENO);

	if (fd < 0 || fstat(fd, &st))
		tool_fail("%s: %s", path, strerror(errno));
	if (S_ISDIR(st.st_mode))
		tool_fail("%s: a folder, not a package", path);
	if (!S_ISREG(st.st_mode)) {
		int copy = spool(fd);

		close(fd);
		fd = copy;
		if (fd < 0 || fstat(fd, &st))
			tool_fail("%s: %s", path, strerror(errno));
	}
	package->fd = fd;
	package->reader = (struct vouch_reader){ read_at, package, (uint64_t)st.st_size };
}

static void write_part(const struct tool_package *package, const struct vouch_range *range,
		       const char *folder, const char *name)
{
	char path[4096], buf[65536];
	uint64_t done = 0;
	FILE *file;

	if (!range->present)
		return;
	if (snprintf(path, sizeof(path), "%s/%s.cbor", folder, name) >= (int)sizeof(path))
		tool_fail("%s: too long", folder);
	file = fopen(path, "wb");
	if (!file)
		tool_fail("%s: %s", path, strerror(errno));
	while (done < range->len) {
		size_t len = range->len - done < sizeof(buf) ? (size_t)(range->len - done) :
			     sizeof(buf);

		if (package->reader.read_at(package->reader.ctx, range->offset + done, buf, len))
			tool_fail("cannot read the package");
		if (fwrite(buf, 1, len, file) != len)
			tool_fail("%s: %s", path, strerror(errno));
		done += len;
	}
	if (fclose(file))
		tool_fail("%s: %s", path, strerror(errno));
}

void tool_package_split(const struct tool_package *package, const struct vouch_range *parts,
			const char *folder)
{
	if (mkdir(folder, 0777) && errno != EEXIST)
		tool_fail("%s: %s", folder, strerror(errno));
	write_part(package, &parts[VOUCH_PART_LOG], folder, "log");
	write_part(package, &parts[VOUCH_PART_OWN], folder, "own");
	write_part(package, &parts[VOUCH_PART_EVIDENCE], folder, "evidence");
	write_part(package, &parts[VOUCH_PART_RECEIPT], folder, "receipt");
	write_part(package, &parts[VOUCH_PART_REQUEST], folder, "request");
	write_part(package, &parts[VOUCH_PART_PROXIMITY], folder, "proximity");
}

X509 *tool_read_root(const char *path)
{
	size_t len;
	uint8_t *pem = tool_read_file(path, ROOT_MAX, &len);
	BIO *bio = BIO_new_mem_buf(pem, (int)len);
	X509 *root = bio ? PEM_read_bio_X509(bio, NULL, NULL, NULL) : NULL;

	BIO_free(bio);
	free(pem);
	if (!root)
		tool_fail("%s: not a certificate in PEM", path);
	return root;
}

EVP_PKEY *tool_read_key(const char *pem_or_path, const char *folder)
{
	char path[4096];
	BIO *bio;
	EVP_PKEY *key;

	if (!strncmp(pem_or_path, "-----BEGIN", 10)) {
		bio = BIO_new_mem_buf(pem_or_path, -1);
	} else {
		bool absolute = pem_or_path[0] == '/';

		if (snprintf(path, sizeof(path), "%s%s%s", absolute ? "" : folder,
			     absolute ? "" : "/", pem_or_path) >= (int)sizeof(path))
			return NULL;
		bio = BIO_new_file(path, "r");
	}
	key = bio ? PEM_read_bio_PUBKEY(bio, NULL, NULL, NULL) : NULL;
	BIO_free(bio);
	return key;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

int tool_hex_decode(const char *hex, size_t hex_len, uint8_t *out, size_t max)
{
	size_t i;

	if (hex_len % 2 || hex_len / 2 > max)
		return -1;
	for (i = 0; i < hex_len / 2; i++) {
		int high = hex_digit(hex[2 * i]), low = hex_digit(hex[2 * i + 1]);

		if (high < 0 || low < 0)
			return -1;
		out[i] = (uint8_t)(high << 4 | low);
	}
	return (int)(hex_len / 2);
}

void tool_hex_encode(char *out, const uint8_t *bytes, size_t len)
{
	static const char digits[] = "0123456789abcdef";
	size_t i;

	for (i = 0; i < len; i++) {
		out[2 * i] = digits[bytes[i] >> 4];
		out[2 * i + 1] = digits[bytes[i] & 0xf];
	}
	out[2 * len] = '\0';
}
