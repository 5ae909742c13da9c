// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <zstd.h>

#include "bzimage.h"

/* Offsets of the setup header: Documentation/arch/x86/boot.rst in Linux. */
#define SETUP_SECTS	0x1f1
#define MAGIC		0x202
#define PROTOCOL	0x206
#define VERSION_TEXT	0x20e
#define PAYLOAD_OFFSET	0x248
#define PAYLOAD_LENGTH	0x24c
#define HEADER_END	0x250
#define SECTOR		512

static unsigned int le16_at(const uint8_t *p)
{
	return p[0] | p[1] << 8;
}

static uint32_t le32_at(const uint8_t *p)
{
	return le16_at(p) | (uint32_t)le16_at(p + 2) << 16;
}

bool vouch_bzimage_is(const uint8_t *image, size_t len)
{
	return len >= HEADER_END && !memcmp(image + MAGIC, "HdrS", 4);
}

static int read_release(const uint8_t *image, size_t len, char *release, struct vouch_why *why)
{
	size_t at = le16_at(image + VERSION_TEXT) + SECTOR;
	size_t n = 0;

	if (le16_at(image + VERSION_TEXT) == 0 || at >= len)
		return vouch_why(why, -EBADMSG, "kernel image: no version text");
	while (at + n < len && image[at + n] > ' ' && image[at + n] < 0x7f) {
		if (n == VOUCH_RELEASE_MAX)
			return vouch_why(why, -EBADMSG, "kernel image: release is too long");
		release[n] = (char)image[at + n];
		n++;
	}
	if (n == 0 || at + n == len)
		return vouch_why(why, -EBADMSG, "kernel image: bad version text");
	release[n] = '\0';
	return 0;
}

int vouch_bzimage_parse(const uint8_t *image, size_t len, struct vouch_bzimage *bz,
			struct vouch_why *why)
{
	unsigned int sectors;
	size_t start, length;
	int err;

	if (!vouch_bzimage_is(image, len))
		return vouch_why(why, -ENOEXEC, "not a bootable x86 kernel image");
	if (le16_at(image + PROTOCOL) < 0x208)
		return vouch_why(why, -ENOEXEC, "kernel image: boot protocol before 2.08");
	err = read_release(image, len, bz->release, why);
	if (err)
		return err;

	/* Boot protocol: zero means four, as in the oldest loaders. */
	sectors = image[SETUP_SECTS] ? image[SETUP_SECTS] : 4;
	start = (sectors + 1) * (size_t)SECTOR + le32_at(image + PAYLOAD_OFFSET);
	length = le32_at(image + PAYLOAD_LENGTH);
	if (length < 8 || start > len || length > len - start)
		return vouch_why(why, -EBADMSG, "kernel image: payload is outside the file");
	bz->payload = image + start;
	bz->payload_len = length - 4;
	bz->vmlinux_len = le32_at(image + start + length - 4);
	return 0;
}

static const char *other_compression(const uint8_t *payload)
{
	static const struct {
		uint8_t magic[3];
		const char *name;
	} known[] = {
		{ { 0x1f, 0x8b, 0x08 }, "gzip" }, { { 0xfd, '7', 'z' }, "xz" },
		{ { 'B', 'Z', 'h' }, "bzip2" }, { { 0x5d, 0x00, 0x00 }, "lzma" },
		{ { 0x02, 0x21, 0x4c }, "lz4" }, { { 0x89, 'L', 'Z' }, "lzo" },
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (!memcmp(payload, known[i].magic, 3))
			return known[i].name;
	return "an unknown method";
}

static int inflate(const struct vouch_bzimage *bz, uint8_t *vmlinux, struct vouch_why *why)
{
	ZSTD_inBuffer in = { bz->payload, bz->payload_len, 0 };
	ZSTD_outBuffer out = { vmlinux, bz->vmlinux_len, 0 };
	ZSTD_DStream *stream = ZSTD_createDStream();
	size_t left;

	if (!stream)
		return vouch_why(why, -ENOMEM, "out of memory");
	do {
		size_t before = in.pos + out.pos;

		left = ZSTD_decompressStream(stream, &out, &in);
		if (in.pos + out.pos == before)
			break;
	} while (left && !ZSTD_isError(left));
	ZSTD_freeDStream(stream);
	if (ZSTD_isError(left))
		return vouch_why(why, -EBADMSG, "kernel image: damaged payload (%s)",
				 ZSTD_getErrorName(left));
	if (left || out.pos != out.size)
		return vouch_why(why, -EBADMSG,
				 "kernel image: payload is not of the size that it claims");
	return 0;
}

int vouch_bzimage_unpack(const struct vouch_bzimage *bz, uint8_t **vmlinux,
			 struct vouch_why *why)
{
	static const uint8_t zstd[4] = { 0x28, 0xb5, 0x2f, 0xfd };
	uint8_t *out;
	int err;

	if (memcmp(bz->payload, zstd, sizeof(zstd)))
		return vouch_why(why, -EPROTONOSUPPORT,
				 "kernel image: compressed with %s; only zstd is read",
				 other_compression(bz->payload));
	if (bz->vmlinux_len == 0 || bz->vmlinux_len > VOUCH_VMLINUX_MAX)
		return vouch_why(why, -EBADMSG, "kernel image: claims %zu bytes of kernel",
				 bz->vmlinux_len);
	out = malloc(bz->vmlinux_len);
	if (!out)
		return vouch_why(why, -ENOMEM, "out of memory");
	err = inflate(bz, out, why);
	if (err) {
		free(out);
		return err;
	}
	*vmlinux = out;
	return 0;
}
