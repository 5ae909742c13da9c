// SPDX-License-Identifier: GPL-2.0-only
#include "refs.h"

#include <errno.h>
#include <openssl/rand.h>
#include <stdlib.h>
#include <string.h>

#include "interner.h"

#define SIGNERS_MAX	64

/* An entry holds offsets, because the pools that they point into may move. */
struct entry {
	uint32_t kind, signer;
	size_t name, version, source, build_id;
	size_t name_len, version_len, source_len, build_id_len;
	size_t digest, digest_count;
};

/* A slot of an index; entry + 1, 0 for none. */
struct slot {
	uint32_t entry;
	uint32_t digest;	/* which of the entry's, in the digest index */
};

struct index {
	struct slot *slots;
	size_t mask;
};

struct vouch_refs {
	struct vouch_interner *strings;
	struct entry *entries;
	uint8_t (*digests)[VOUCH_REF_DIGEST_SIZE];
	size_t entry_count, entry_room, digest_count, digest_room, build_ids;
	struct vouch_ref_signer signers[SIGNERS_MAX];
	unsigned int signer_count;
	struct index by_digest, by_build_id;
	uint64_t seed;
	bool sealed;
};

struct vouch_refs *vouch_refs_new(void)
{
	struct vouch_refs *refs = calloc(1, sizeof(*refs));

	if (!refs)
		return NULL;
	/* Without a secret seed, whoever signs references could slow us down. */
	if (RAND_bytes((unsigned char *)&refs->seed, sizeof(refs->seed)) == 1)
		refs->strings = vouch_interner_new(refs->seed);
	if (!refs->strings) {
		free(refs);
		return NULL;
	}
	return refs;
}

void vouch_refs_free(struct vouch_refs *refs)
{
	unsigned int i;

	if (!refs)
		return;
	for (i = 0; i < refs->signer_count; i++)
		free((void *)(uintptr_t)refs->signers[i].name);
	vouch_interner_free(refs->strings);
	free(refs->entries);
	free(refs->digests);
	free(refs->by_digest.slots);
	free(refs->by_build_id.slots);
	free(refs);
}

int vouch_refs_add_signer(struct vouch_refs *refs, const char *name,
			  bool operator_declared, unsigned int *id)
{
	struct vouch_ref_signer *signer;
	unsigned int i;

	if (refs->sealed)
		return -EBUSY;
	for (i = 0; i < refs->signer_count; i++) {
		signer = &refs->signers[i];
		if (signer->operator_declared == operator_declared && !strcmp(signer->name, name)) {
			*id = i;
			return 0;
		}
	}
	if (i == SIGNERS_MAX)
		return -EINVAL;
	signer = &refs->signers[i];
	signer->name = strdup(name);
	if (!signer->name)
		return -ENOMEM;
	signer->operator_declared = operator_declared;
	*id = refs->signer_count++;
	return 0;
}

/* Makes room for @more items of @size after @count. */
static int grow(void **items, size_t *room, size_t count, size_t more, size_t size)
{
	size_t want = *room ? *room : 64;
	void *new;

	while (want < count + more)
		want *= 2;
	if (want == *room)
		return 0;
	new = reallocarray(*items, want, size);
	if (!new)
		return -ENOMEM;
	*items = new;
	*room = want;
	return 0;
}

static int check(const struct vouch_refs *refs, const struct vouch_ref *ref)
{
	bool linked = ref->kind == VOUCH_REF_KERNEL || ref->kind == VOUCH_REF_MODULE;

	if (!vouch_ref_kind_text(ref->kind) || ref->signer >= refs->signer_count)
		return -EINVAL;
	if (!ref->name_len || ref->name_len > VOUCH_REF_TEXT_MAX ||
	    ref->version_len > VOUCH_REF_TEXT_MAX || ref->source_len > VOUCH_REF_TEXT_MAX ||
	    ref->build_id_len > VOUCH_REF_BUILD_ID_MAX ||
	    ref->digest_count > VOUCH_REF_DIGESTS_MAX)
		return -EINVAL;
	if (!ref->digest_count && !(linked && ref->build_id_len))
		return -EINVAL;
	return refs->entry_count < UINT32_MAX - 1 ? 0 : -EINVAL;
}

int vouch_refs_add(struct vouch_refs *refs, const struct vouch_ref *ref)
{
	struct entry new = { .kind = ref->kind, .signer = ref->signer };
	int ret;

	if (refs->sealed)
		return -EBUSY;
	ret = check(refs, ref);
	if (ret)
		return ret;
	if (grow((void **)&refs->entries, &refs->entry_room, refs->entry_count, 1,
		 sizeof(*refs->entries)) ||
	    grow((void **)&refs->digests, &refs->digest_room, refs->digest_count,
		 ref->digest_count, sizeof(*refs->digests)) ||
	    vouch_interner_add(refs->strings, ref->name, ref->name_len, &new.name) ||
	    vouch_interner_add(refs->strings, ref->version, ref->version_len, &new.version) ||
	    vouch_interner_add(refs->strings, ref->source, ref->source_len, &new.source) ||
	    vouch_interner_add(refs->strings, ref->build_id, ref->build_id_len, &new.build_id))
		return -ENOMEM;
	new.name_len = ref->name_len;
	new.version_len = ref->version_len;
	new.source_len = ref->source_len;
	new.build_id_len = ref->build_id_len;
	new.digest = refs->digest_count;
	new.digest_count = ref->digest_count;
	if (ref->digest_count)
		memcpy(refs->digests[refs->digest_count], ref->digests,
		       ref->digest_count * sizeof(*refs->digests));
	refs->digest_count += ref->digest_count;
	refs->build_ids += ref->build_id_len != 0;
	refs->entries[refs->entry_count++] = new;
	return 0;
}

size_t vouch_refs_count(const struct vouch_refs *refs)
{
	return refs ? refs->entry_count : 0;
}

bool vouch_refs_get(const struct vouch_refs *refs, size_t index, struct vouch_ref *ref)
{
	const struct entry *entry;

	if (index >= refs->entry_count)
		return false;
	entry = &refs->entries[index];
	*ref = (struct vouch_ref){
		.kind = (enum vouch_ref_kind)entry->kind,
		.signer = entry->signer,
		.name = vouch_interner_at(refs->strings, entry->name),
		.version = vouch_interner_at(refs->strings, entry->version),
		.source = vouch_interner_at(refs->strings, entry->source),
		.build_id = vouch_interner_at(refs->strings, entry->build_id),
		.digests = (const uint8_t (*)[VOUCH_REF_DIGEST_SIZE])
			   (refs->digests + entry->digest),
		.name_len = entry->name_len,
		.version_len = entry->version_len,
		.source_len = entry->source_len,
		.build_id_len = entry->build_id_len,
		.digest_count = entry->digest_count,
	};
	return true;
}

static uint64_t hash_ref(const struct vouch_refs *refs, const struct vouch_ref *ref)
{
	uint64_t h = vouch_interner_hash(refs->seed + ref->kind, ref->name, ref->name_len);

	return vouch_interner_hash(h, ref->build_id, ref->build_id_len);
}

static uint64_t hash_digest(const struct vouch_refs *refs, uint32_t kind, const uint8_t *digest)
{
	return vouch_interner_hash(refs->seed + kind, digest, VOUCH_REF_DIGEST_SIZE);
}

static void insert(struct index *index, uint64_t hash, struct slot slot)
{
	size_t at = hash & index->mask;

	while (index->slots[at].entry)
		at = (at + 1) & index->mask;
	index->slots[at] = slot;
}

static int index_new(struct index *index, size_t items)
{
	size_t size = 16;

	while (size < 2 * items)
		size *= 2;
	index->slots = calloc(size, sizeof(*index->slots));
	index->mask = size - 1;
	return index->slots ? 0 : -ENOMEM;
}

int vouch_refs_seal(struct vouch_refs *refs)
{
	struct vouch_ref ref;
	size_t i, d;

	if (refs->sealed)
		return 0;
	if (index_new(&refs->by_digest, refs->digest_count) ||
	    index_new(&refs->by_build_id, refs->build_ids)) {
		free(refs->by_digest.slots);
		refs->by_digest.slots = NULL;
		return -ENOMEM;
	}
	for (i = 0; vouch_refs_get(refs, i, &ref); i++) {
		for (d = 0; d < ref.digest_count; d++)
			insert(&refs->by_digest, hash_digest(refs, ref.kind, ref.digests[d]),
			       (struct slot){ (uint32_t)i + 1, (uint32_t)d });
		if (ref.build_id_len)
			insert(&refs->by_build_id, hash_ref(refs, &ref),
			       (struct slot){ (uint32_t)i + 1, 0 });
	}
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
		const struct slot *slot = &refs->by_digest.slots[at];

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

const struct vouch_ref_signer *vouch_refs_signer(const struct vouch_refs *refs, unsigned int id)
{
	return id < refs->signer_count ? &refs->signers[id] : NULL;
}

const char *vouch_ref_kind_text(enum vouch_ref_kind kind)
{
	switch (kind) {
#define VOUCH_REF_KIND_TEXT(name, value, text) case VOUCH_REF_##name: return text;
	VOUCH_REF_KINDS(VOUCH_REF_KIND_TEXT)
#undef VOUCH_REF_KIND_TEXT
	}
	return NULL;
}
