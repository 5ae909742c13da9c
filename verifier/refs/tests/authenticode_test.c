// SPDX-License-Identifier: GPL-2.0-only
/* Images and their digests from Python (make_refs.py), which shares no code with ours. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../authenticode.h"
#include "../file.h"
#include "tap.h"

static struct vouch_file load(const char *name)
{
	struct vouch_why why = { 0 };
	struct vouch_file file = { 0 };
	char path[256];

	snprintf(path, sizeof(path), "%s/%s", VECTORS, name);
	if (vouch_file_read(&file, path, &why)) {
		printf("Bail out! %s: %s\n", path, why.text);
		exit(1);
	}
	return file;
}

static void check(const char *name, const char *want)
{
	struct vouch_file image = load(name), digest = load(want);
	uint8_t got[48];

	IS(vouch_authenticode_sha384(image.bytes, image.len, got), 0, "%s is read", name);
	OK(digest.len == 48 && !memcmp(got, digest.bytes, 48), "%s has the digest of Python", name);
	free(image.bytes);
	free(digest.bytes);
}

/* In memory of exactly that size, so that ASAN sees a byte too far. */
static int cut(const struct vouch_file *image, size_t len)
{
	uint8_t *copy = malloc(len ? len : 1), digest[48];
	int err;

	memcpy(copy, image->bytes, len);
	err = vouch_authenticode_sha384(copy, len, digest);
	free(copy);
	return err;
}

int main(void)
{
	struct vouch_file image = load("unsigned.efi");
	size_t len;

	check("unsigned.efi", "image.sha384");
	check("signed.efi", "image.sha384");
	check("checksum.efi", "image.sha384");
	check("tail.efi", "tail.sha384");
	check("pe32.efi", "pe32.sha384");
	for (len = 0; len < image.len && cut(&image, len); len++)
		;
	IS(len, image.len, "cut anywhere, it is refused");
	IS(cut(&image, 0x3f), -ENOEXEC, "a short file is no image");
	image.bytes[0] = 'm';
	IS(cut(&image, image.len), -ENOEXEC, "nor is one without MZ");
	free(image.bytes);
	return tap_done();
}
