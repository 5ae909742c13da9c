// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "refs-set.h"

static uint64_t hash_ref(const struct vouch_refs *refs, const struct vouch_ref *ref)
{
	uint64_t h = vouch_interner_hash(refs->seed + ref->kind, ref->name, ref->name_len);

	return vouch_interner_hash(h, ref->build_id, ref->build_id_len);
}

static uint64_t hash_digest(const struct vouch_refs *refs, uint32_t kind, const uint8_t *digest)
{
	return vouch_interner_hash(refs->seed + kind, digest, VOUCH_REF_DIGEST_SIZE);
}

static void insert(struct vouch_ref_index *index, uint64_t hash, struct vouch_ref_slot slot)
{
	size_t at = hash & index->mask;

	while (index->slots[at].entry)
		at = (at + 1) & index->mask;
	index->slots[at] = slot;
}

static int index_new(struct vouch_ref_index *index, size_t items)
{
	size_t size = 16;

	while (size < 2 * items)
		size *= 2;
	index->slots = calloc(size, sizeof(*index->slots));
	index->mask = size - 1;
	return index->slots ? 0 : -ENOMEM;
}

/*
 * Is a new one no better than the @old that was found? Then it is left out of the
 * index: what is the same sits in neighbouring slots, and whoever signs a great
 * many of the same could slow us down.
 */
static bool is_repeated(const struct vouch_refs *refs, const struct vouch_ref *new,
			const struct vouch_ref *old)
{
	return !refs->signers[old->signer].operator_declared ||
	       refs->signers[new->signer].operator_declared;
}

static void index_add(struct vouch_refs *refs, const struct vouch_ref *ref, uint32_t entry)
{
	struct vouch_ref old;
	uint32_t d;

	for (d = 0; d < ref->digest_count; d++) {
		if (vouch_refs_find_digest(refs, ref->kind, ref->digests[d], &old) &&
		    is_repeated(refs, ref, &old))
			continue;
		insert(&refs->by_digest, hash_digest(refs, ref->kind, ref->digests[d]),
		       (struct vouch_ref_slot){ entry, d });
	}
	if (!ref->build_id_len ||
	    (vouch_refs_find_build_id(refs, ref, &old) && is_repeated(refs, ref, &old)))
		return;
	insert(&refs->by_build_id, hash_ref(refs, ref), (struct vouch_ref_slot){ entry, 0 });
}

int vouch_refs_seal(struct vouch_refs *refs)
{
	struct vouch_ref ref;
	size_t i;

	if (refs->sealed)
		return 0;
	if (index_new(&refs->by_digest, refs->digest_count) ||
	    index_new(&refs->by_build_id, refs->build_ids)) {
		free(refs->by_digest.slots);
		refs->by_digest.slots = NULL;
		return -ENOMEM;
	}
	for (i = 0; vouch_refs_get(refs, i, &ref); i++)
		index_add(refs, &ref, (uint32_t)i + 1);
	refs->sealed = true;
	return 0;
}

/* Keeps the better of two matches; says whether to stop looking. */
static bool better(const struct vouch_refs *refs, const struct vouch_ref *candidate,
		   struct vouch_ref *ref, bool *found)
{
	bool declared = refs->signers[candidate->signer].operator_declared;

	if (!*found || !declared)
		*ref = *candidate;
	*found = true;
	return !declared;
}

bool vouch_refs_find_digest(const struct vouch_refs *refs, enum vouch_ref_kind kind,
			    const uint8_t *digest, struct vouch_ref *ref)
{
	size_t at = hash_digest(refs, kind, digest) & refs->by_digest.mask;
	struct vouch_ref candidate;
	bool found = false;

	for (; refs->by_digest.slots[at].entry; at = (at + 1) & refs->by_digest.mask) {
		const struct vouch_ref_slot *slot = &refs->by_digest.slots[at];

		vouch_refs_get(refs, slot->entry - 1, &candidate);
		if (candidate.kind == kind &&
		    !memcmp(candidate.digests[slot->digest], digest, VOUCH_REF_DIGEST_SIZE) &&
		    better(refs, &candidate, ref, &found))
			break;
	}
	return found;
}

static bool same(const void *a, size_t a_len, const void *b, size_t b_len)
{
	return a_len == b_len && !memcmp(a, b, a_len);
}

bool vouch_refs_find_build_id(const struct vouch_refs *refs, const struct vouch_ref *want,
			      struct vouch_ref *ref)
{
	size_t at = hash_ref(refs, want) & refs->by_build_id.mask;
	struct vouch_ref candidate;
	bool found = false;

	for (; refs->by_build_id.slots[at].entry; at = (at + 1) & refs->by_build_id.mask) {
		vouch_refs_get(refs, refs->by_build_id.slots[at].entry - 1, &candidate);
		if (candidate.kind == want->kind &&
		    same(candidate.name, candidate.name_len, want->name, want->name_len) &&
		    same(candidate.build_id, candidate.build_id_len,
			 want->build_id, want->build_id_len) &&
		    better(refs, &candidate, ref, &found))
			break;
	}
	return found;
}
