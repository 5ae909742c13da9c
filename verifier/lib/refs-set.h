/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VOUCH_VERIFY_REFS_SET_H
#define VOUCH_VERIFY_REFS_SET_H

/* How a set of references is kept; only for refs.c and refs-find.c. */

#include "interner.h"
#include "refs.h"

#define VOUCH_REF_SIGNERS_MAX	64

/* An entry holds offsets, because the pools that they point into may move. */
struct vouch_ref_entry {
	uint32_t kind, signer;
	size_t name, version, source, build_id;
	size_t name_len, version_len, source_len, build_id_len;
	size_t digest, digest_count;
};

/* A slot of an index; entry + 1, 0 for none. */
struct vouch_ref_slot {
	uint32_t entry;
	uint32_t digest;	/* which of the entry's, in the digest index */
};

struct vouch_ref_index {
	struct vouch_ref_slot *slots;
	size_t mask;
};

struct vouch_refs {
	struct vouch_interner *strings;
	struct vouch_ref_entry *entries;
	uint8_t (*digests)[VOUCH_REF_DIGEST_SIZE];
	size_t entry_count, entry_room, digest_count, digest_room, build_ids;
	struct vouch_ref_signer signers[VOUCH_REF_SIGNERS_MAX];
	unsigned int signer_count;
	struct vouch_ref_index by_digest, by_build_id;
	uint64_t seed;
	bool sealed;
};

#endif /* VOUCH_VERIFY_REFS_SET_H */
