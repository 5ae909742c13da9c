// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <lzma.h>
#include <openssl/evp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file.h"

static int read_all(int fd, struct vouch_file *file)
{
	size_t done = 0;

	while (done < file->len) {
		ssize_t n = read(fd, file->bytes + done, file->len - done);

		if (n < 0)
			return -errno;
		if (n == 0)
			return -EIO;
		done += n;
	}
	return 0;
}

int vouch_file_read(struct vouch_file *file, const char *path, struct vouch_why *why)
{
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	struct stat st;
	int err = 0;

	if (fd < 0)
		return vouch_why(why, -errno, "%s", strerror(errno));
	if (fstat(fd, &st) || !S_ISREG(st.st_mode))
		err = vouch_why(why, -EINVAL, "not a regular file");
	else if (st.st_size > VOUCH_FILE_MAX)
		err = vouch_why(why, -E2BIG, "larger than %u bytes", VOUCH_FILE_MAX);
	if (!err) {
		file->len = st.st_size;
		file->bytes = malloc(file->len + 1);
		err = file->bytes ? read_all(fd, file) : -ENOMEM;
		if (err) {
			free(file->bytes);
			vouch_why(why, err, "%s", strerror(-err));
		}
	}
	close(fd);
	return err;
}

/* The index at the end of the file says how large the content is. */
static int unxz_size(const struct vouch_file *xz, uint64_t *size)
{
	const size_t footer = LZMA_STREAM_HEADER_SIZE;
	uint64_t memory = VOUCH_MODULE_MAX;
	lzma_stream_flags flags;
	lzma_index *index;
	size_t pos = 0;

	if (xz->len < 2 * footer ||
	    lzma_stream_footer_decode(&flags, xz->bytes + xz->len - footer) != LZMA_OK ||
	    flags.backward_size > xz->len - 2 * footer)
		return -EBADMSG;
	if (lzma_index_buffer_decode(&index, &memory, NULL,
				     xz->bytes + xz->len - footer - flags.backward_size,
				     &pos, flags.backward_size) != LZMA_OK)
		return -EBADMSG;
	*size = lzma_index_uncompressed_size(index);
	lzma_index_end(index, NULL);
	return 0;
}

int vouch_file_unxz(const struct vouch_file *xz, struct vouch_file *out,
		    struct vouch_why *why)
{
	uint64_t memory = VOUCH_MODULE_MAX;
	size_t in = 0, done = 0;
	uint64_t size;
	int err;

	err = unxz_size(xz, &size);
	if (err)
		return vouch_why(why, err, "not an .xz file, or a damaged one");
	if (size > VOUCH_MODULE_MAX)
		return vouch_why(why, -E2BIG, "more than %u bytes when decompressed",
				 VOUCH_MODULE_MAX);
	out->len = size;
	out->bytes = malloc(out->len + 1);
	if (!out->bytes)
		return vouch_why(why, -ENOMEM, "out of memory");
	if (lzma_stream_buffer_decode(&memory, 0, NULL, xz->bytes, &in, xz->len,
				      out->bytes, &done, out->len) != LZMA_OK ||
	    in != xz->len || done != out->len) {
		free(out->bytes);
		return vouch_why(why, -EBADMSG, "damaged .xz file");
	}
	return 0;
}

int vouch_file_sha384(const struct vouch_file *file, uint8_t *digest)
{
	return EVP_Digest(file->bytes, file->len, digest, NULL, EVP_sha384(), NULL) ? 0 : -EIO;
}

static int hash_stream(FILE *in, EVP_MD_CTX *ctx, uint8_t *digest)
{
	static const size_t room = 1 << 20;
	uint8_t *buffer = malloc(room);
	bool ok = buffer && EVP_DigestInit_ex(ctx, EVP_sha256(), NULL);
	size_t n;

	while (ok && (n = fread(buffer, 1, room, in)) > 0)
		ok = EVP_DigestUpdate(ctx, buffer, n);
	ok = ok && !ferror(in) && EVP_DigestFinal_ex(ctx, digest, NULL);
	free(buffer);
	return ok ? 0 : -EIO;
}

int vouch_file_sha256(const char *path, uint8_t *digest, struct vouch_why *why)
{
	FILE *in = fopen(path, "rbe");
	EVP_MD_CTX *ctx;
	int err;

	if (!in)
		return vouch_why(why, -errno, "%s: %s", path, strerror(errno));
	ctx = EVP_MD_CTX_new();
	err = ctx ? hash_stream(in, ctx, digest) : -ENOMEM;
	if (err)
		vouch_why(why, err, "%s: %s", path, strerror(-err));
	EVP_MD_CTX_free(ctx);
	fclose(in);
	return err;
}
