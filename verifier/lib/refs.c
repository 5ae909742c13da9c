// SPDX-License-Identifier: GPL-2.0-only
#include "refs.h"

#include <errno.h>
#include <openssl/rand.h>
#include <stdlib.h>
#include <string.h>

#include "refs-set.h"

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
	if (i == VOUCH_REF_SIGNERS_MAX)
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

static int add(struct vouch_refs *refs, const struct vouch_ref *ref)
{
	struct vouch_ref_entry new = { .kind = ref->kind, .signer = ref->signer };

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

int vouch_refs_add(struct vouch_refs *refs, const struct vouch_ref *ref)
{
	struct vouch_ref key = *ref;
	int ret;

	if (refs->sealed)
		return -EBUSY;
	ret = check(refs, ref);
	if (ret || ref->kind != VOUCH_REF_TPM_KEY)
		return ret ? ret : add(refs, ref);
	/* Found together with its card, of which one host may have had several. */
	key.build_id = key.digests[0];
	key.build_id_len = VOUCH_REF_DIGEST_SIZE;
	return add(refs, &key);
}

size_t vouch_refs_count(const struct vouch_refs *refs)
{
	return refs ? refs->entry_count : 0;
}

bool vouch_refs_get(const struct vouch_refs *refs, size_t index, struct vouch_ref *ref)
{
	const struct vouch_ref_entry *entry;

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
