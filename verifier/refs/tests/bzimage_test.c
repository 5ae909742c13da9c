// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <zstd.h>

#include "../bzimage.h"
#include "tap.h"

#define KERNEL_LEN	5000
#define START		(2 * 512)	/* one setup sector, payload right behind */

static uint8_t kernel[KERNEL_LEN];

struct image {
	uint8_t bytes[START + KERNEL_LEN + 1024];
	size_t len;
	size_t payload_len;
};

static void put32(uint8_t *at, uint32_t value)
{
	for (int i = 0; i < 4; i++)
		at[i] = (uint8_t)(value >> (8 * i));
}

static struct image make(void)
{
	struct image image = { 0 };
	size_t n;

	for (size_t i = 0; i < KERNEL_LEN; i++)
		kernel[i] = (uint8_t)(i * i >> 5);
	image.bytes[0x1f1] = 1;
	memcpy(image.bytes + 0x202, "HdrS", 4);
	image.bytes[0x206] = 0x0f;
	image.bytes[0x207] = 0x02;
	image.bytes[0x20f] = 0x01;
	memcpy(image.bytes + 0x300, "1.2.3-test (who@where) #1", 26);
	n = ZSTD_compress(image.bytes + START, sizeof(image.bytes) - START, kernel, KERNEL_LEN, 3);
	put32(image.bytes + START + n, KERNEL_LEN);
	image.payload_len = n + 4;
	image.len = START + image.payload_len;
	put32(image.bytes + 0x24c, (uint32_t)image.payload_len);
	return image;
}

/* In memory of exactly that size, so that ASAN sees a byte too far. */
static int unpack(const struct image *image, size_t len, struct vouch_why *why)
{
	uint8_t *copy = malloc(len ? len : 1), *vmlinux = NULL;
	struct vouch_bzimage bz;
	int err;

	memset(why, 0, sizeof(*why));
	memcpy(copy, image->bytes, len);
	err = vouch_bzimage_parse(copy, len, &bz, why);
	if (!err)
		err = vouch_bzimage_unpack(&bz, &vmlinux, why);
	if (!err && (strcmp(bz.release, "1.2.3-test") || bz.vmlinux_len != KERNEL_LEN ||
		     memcmp(vmlinux, kernel, KERNEL_LEN)))
		err = 1;
	free(vmlinux);
	free(copy);
	return err;
}

static void expect(const struct image *image, int want, const char *text, const char *name)
{
	struct vouch_why why;

	IS(unpack(image, image->len, &why), want, "%s", name);
	if (text)
		HAS(why.text, text, "%s", name);
}

static void test_good(void)
{
	struct image image = make();

	expect(&image, 0, NULL, "release and kernel");
	memmove(image.bytes + image.len, image.bytes + image.len - 4, 4);
	put32(image.bytes + image.len - 4, 0);
	image.len += 4;
	put32(image.bytes + 0x24c, (uint32_t)image.payload_len + 4);
	expect(&image, 0, NULL, "zeros between frame and size, as in a padded payload");
}

static void test_header(void)
{
	struct image image = make();
	struct vouch_why why;

	IS(unpack(&image, 0x24f, &why), -ENOEXEC, "shorter than a header");
	image.bytes[0x202] = 'h';
	expect(&image, -ENOEXEC, "not a bootable", "wrong magic");
	image = make();
	image.bytes[0x206] = 7;
	expect(&image, -ENOEXEC, "2.08", "old boot protocol");
	image = make();
	image.bytes[0x20e] = 0;
	image.bytes[0x20f] = 0;
	expect(&image, -EBADMSG, "no version text", "no version text");
	image = make();
	image.bytes[0x20f] = 0xff;
	expect(&image, -EBADMSG, "no version text", "version text behind the file");
	image = make();
	memset(image.bytes + 0x300, 'x', 100);
	expect(&image, -EBADMSG, "too long", "endless release");
	image = make();
	put32(image.bytes + 0x248, UINT32_MAX);
	expect(&image, -EBADMSG, "outside", "payload behind the file");
	image = make();
	put32(image.bytes + 0x24c, UINT32_MAX);
	expect(&image, -EBADMSG, "outside", "payload longer than the file");
	image = make();
	put32(image.bytes + 0x24c, 7);
	expect(&image, -EBADMSG, "outside", "payload too short for anything");
}

static void test_payload(void)
{
	struct image image = make();

	memcpy(image.bytes + START, "\x1f\x8b\x08", 3);
	expect(&image, -EPROTONOSUPPORT, "compressed with gzip; only zstd", "gzip");
	image = make();
	memcpy(image.bytes + START, "\xfd\x37\x7a", 3);
	expect(&image, -EPROTONOSUPPORT, "compressed with xz", "xz");
	image = make();
	image.bytes[START] = 0;
	expect(&image, -EPROTONOSUPPORT, "unknown method", "unknown compression");
	image = make();
	put32(image.bytes + image.len - 4, KERNEL_LEN - 1);
	expect(&image, -EBADMSG, "size that it claims", "claims less than there is");
	put32(image.bytes + image.len - 4, KERNEL_LEN + 1);
	expect(&image, -EBADMSG, "size that it claims", "claims more than there is");
	put32(image.bytes + image.len - 4, UINT32_MAX);
	expect(&image, -EBADMSG, "claims 4294967295 bytes", "claims more than is allowed");
	put32(image.bytes + image.len - 4, 0);
	expect(&image, -EBADMSG, "claims 0 bytes", "claims nothing");
	image = make();
	image.bytes[START + 6] ^= 0xff;
	expect(&image, -EBADMSG, NULL, "damaged frame");
}

static void test_cut(void)
{
	struct image image = make();
	struct vouch_why why;
	size_t len = 0;

	while (len < image.len && unpack(&image, len, &why) < 0)
		len++;
	IS((long)len, (long)image.len, "every shorter file is refused");
}

int main(void)
{
	test_good();
	test_header();
	test_payload();
	test_cut();
	return tap_done();
}
