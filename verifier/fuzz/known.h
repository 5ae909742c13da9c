/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VOUCH_FUZZ_KNOWN_H
#define VOUCH_FUZZ_KNOWN_H

/* References for what the seed "measured-boot" has, so that it is judged whole. */

#include <stdlib.h>
#include <string.h>

#include "../lib/hash.h"
#include "../lib/refs.h"

/* The key that the vectors' TPM signs with; SHA-384 of its SPKI. */
static const uint8_t known_key[] = {
	0x7b, 0xb8, 0x98, 0x1c, 0xea, 0xe4, 0x12, 0xd8, 0x59, 0x4d, 0x0c, 0x6f,
	0xbb, 0x0c, 0xf9, 0x7f, 0xb5, 0x8d, 0x5a, 0x9f, 0x6d, 0x8e, 0x24, 0xde,
	0x84, 0x08, 0xb0, 0x54, 0x1a, 0x6f, 0x84, 0x14, 0xd7, 0xf3, 0x10, 0x45,
	0xa0, 0x0c, 0x34, 0x88, 0xd3, 0xdb, 0xf6, 0x87, 0x9f, 0x91, 0x9e, 0x0d,
};

static void known_add(struct vouch_refs *refs, enum vouch_ref_kind kind, const char *name,
		      const uint8_t *digest)
{
	static const uint8_t build_id[] = {
		0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19,
	};
	struct vouch_ref ref = {
		.kind = kind, .name = name, .name_len = strlen(name),
		.digests = (const uint8_t (*)[VOUCH_REF_DIGEST_SIZE])digest, .digest_count = 1,
	};

	if (kind == VOUCH_REF_KERNEL || kind == VOUCH_REF_AUTHENTICODE) {
		ref.build_id = build_id;
		ref.build_id_len = sizeof(build_id);
	}
	if (vouch_refs_add(refs, &ref))
		abort();
}

static void known_hash(struct vouch_refs *refs, struct vouch_hash *hash,
		       enum vouch_ref_kind kind, const char *name, const void *content, size_t len)
{
	uint8_t digest[VOUCH_HASH_SIZE];

	VOUCH_HASH(hash, digest, { content, len });
	known_add(refs, kind, name, digest);
}

/* Of a card whose id is all zeros. */
static struct vouch_refs *known_refs(struct vouch_hash *hash)
{
	static const char kernel[] = "6.1.0-1-amd64", options[] = "q\0u\0i\0e\0t\0\0";
	struct vouch_refs *refs = vouch_refs_new();
	char card[65];
	unsigned int id;

	memset(card, '0', 64);
	card[64] = '\0';
	if (!refs || vouch_refs_add_signer(refs, "provider", false, &id))
		abort();
	known_add(refs, VOUCH_REF_TPM_KEY, card, known_key);
	known_hash(refs, hash, VOUCH_REF_KERNEL, kernel, "vmlinuz-1", 9);
	known_hash(refs, hash, VOUCH_REF_AUTHENTICODE, kernel, "pe-1", 4);
	known_hash(refs, hash, VOUCH_REF_BOOT_LOADER, "shim", "pe-shim", 7);
	known_hash(refs, hash, VOUCH_REF_INITRAMFS, "initrd", "initrd", 6);
	known_hash(refs, hash, VOUCH_REF_CMDLINE, "quiet", "quiet", 5);
	known_hash(refs, hash, VOUCH_REF_CMDLINE, "quiet", options, 12);
	if (vouch_refs_seal(refs))
		abort();
	return refs;
}

#endif /* VOUCH_FUZZ_KNOWN_H */
