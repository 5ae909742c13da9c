// SPDX-License-Identifier: GPL-2.0-only
#include "authenticode.h"

#include <errno.h>
#include <openssl/evp.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define DOS_HEADER	0x40
#define PE_OFFSET	0x3c
#define COFF_HEADER	24	/* with the signature before it */
#define SECTION		40
#define SECTIONS_MAX	96	/* as the format has it */
#define CERTIFICATES	4	/* data directory */

/**
 * struct pe - where things are in an image
 * @checksum: four bytes that are left out
 * @certificates: the directory entry that is left out, or 0
 * @headers: bytes of all headers
 * @table: of sections
 * @sections: entries there
 * @signed_len: bytes of the certificate table, at the file's end
 */
struct pe {
	size_t checksum, certificates, headers, table, sections, signed_len;
};

static uint32_t le(const uint8_t *p, int bytes)
{
	uint32_t value = 0;

	while (bytes--)
		value = value << 8 | p[bytes];
	return value;
}

static int parse_optional(struct pe *pe, const uint8_t *image, size_t at, size_t size)
{
	uint32_t magic = size >= 2 ? le(image + at, 2) : 0;
	size_t count = magic == 0x20b ? 108 : 92;

	if ((magic != 0x10b && magic != 0x20b) || size < count + 4)
		return -EBADMSG;
	pe->checksum = at + 64;
	pe->headers = le(image + at + 60, 4);
	if (le(image + at + count, 4) <= CERTIFICATES)
		return 0;
	if (size < count + 4 + 8 * (CERTIFICATES + 1))
		return -EBADMSG;
	pe->certificates = at + count + 4 + 8 * CERTIFICATES;
	pe->signed_len = le(image + pe->certificates + 4, 4);
	return 0;
}

static int parse(struct pe *pe, const uint8_t *image, size_t len)
{
	size_t at, size;
	int err;

	memset(pe, 0, sizeof(*pe));
	if (len < DOS_HEADER || memcmp(image, "MZ", 2) != 0)
		return -ENOEXEC;
	at = le(image + PE_OFFSET, 4);
	if (at > len || len - at < COFF_HEADER || memcmp(image + at, "PE\0\0", 4) != 0)
		return -ENOEXEC;
	pe->sections = le(image + at + 6, 2);
	size = le(image + at + 20, 2);
	at += COFF_HEADER;
	if (size > len - at || pe->sections > SECTIONS_MAX)
		return -EBADMSG;
	err = parse_optional(pe, image, at, size);
	if (err)
		return err;
	pe->table = at + size;
	if (pe->headers > len || pe->headers < pe->table ||
	    pe->headers - pe->table < pe->sections * SECTION ||
	    pe->signed_len > len - pe->headers)
		return -EBADMSG;
	return 0;
}

static bool feed(EVP_MD_CTX *ctx, const uint8_t *image, size_t from, size_t to)
{
	return to == from || EVP_DigestUpdate(ctx, image + from, to - from) == 1;
}

static bool feed_headers(EVP_MD_CTX *ctx, const struct pe *pe, const uint8_t *image)
{
	if (!feed(ctx, image, 0, pe->checksum))
		return false;
	if (!pe->certificates)
		return feed(ctx, image, pe->checksum + 4, pe->headers);
	return feed(ctx, image, pe->checksum + 4, pe->certificates) &&
	       feed(ctx, image, pe->certificates + 8, pe->headers);
}

/* The next section by its place in the file, after the one at *@last. */
static const uint8_t *next_section(const struct pe *pe, const uint8_t *image, const uint8_t *last)
{
	const uint8_t *best = NULL, *section = image + pe->table;
	size_t i;

	for (i = 0; i < pe->sections; i++, section += SECTION) {
		uint32_t place = le(section + 20, 4);

		if (last && (place < le(last + 20, 4) ||
			     (place == le(last + 20, 4) && section <= last)))
			continue;
		if (!best || place < le(best + 20, 4))
			best = section;
	}
	return best;
}

static int feed_rest(EVP_MD_CTX *ctx, const struct pe *pe, const uint8_t *image, size_t len)
{
	const uint8_t *section = next_section(pe, image, NULL);
	size_t sum = pe->headers;

	for (; section; section = next_section(pe, image, section)) {
		size_t size = le(section + 16, 4), from = le(section + 20, 4);

		if (!size)
			continue;
		if (from > len || size > len - from)
			return -EBADMSG;
		if (!feed(ctx, image, from, from + size))
			return -EIO;
		sum += size;
	}
	/* What is behind the sections counts, but for the signatures. */
	if (sum > len - pe->signed_len)
		return sum > len ? -EBADMSG : 0;
	return feed(ctx, image, sum, len - pe->signed_len) ? 0 : -EIO;
}

int vouch_authenticode_sha384(const uint8_t *image, size_t len, uint8_t *digest)
{
	EVP_MD_CTX *ctx;
	struct pe pe;
	int err = parse(&pe, image, len);

	if (err)
		return err;
	ctx = EVP_MD_CTX_new();
	if (!ctx || EVP_DigestInit_ex(ctx, EVP_sha384(), NULL) != 1 ||
	    !feed_headers(ctx, &pe, image))
		err = -EIO;
	if (!err)
		err = feed_rest(ctx, &pe, image, len);
	if (!err && EVP_DigestFinal_ex(ctx, digest, NULL) != 1)
		err = -EIO;
	EVP_MD_CTX_free(ctx);
	return err;
}
