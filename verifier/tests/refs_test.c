// SPDX-License-Identifier: GPL-2.0-only
/* The set of references: what is found, and what is refused. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../lib/refs.h"
#include "tap.h"

#define MANY	20000

static struct vouch_ref entry(enum vouch_ref_kind kind, const char *name, const char *build_id,
			      const uint8_t (*digests)[VOUCH_REF_DIGEST_SIZE], size_t count)
{
	return (struct vouch_ref){
		.kind = kind, .name = name, .name_len = strlen(name),
		.build_id = (const uint8_t *)build_id, .build_id_len = strlen(build_id),
		.version = "1", .version_len = 1, .source = "", .digests = digests,
		.digest_count = count,
	};
}

static void number(uint8_t *digest, uint32_t n)
{
	memset(digest, 0x5a, VOUCH_REF_DIGEST_SIZE);
	memcpy(digest + 40, &n, sizeof(n));
}

static void check_refused(void)
{
	struct vouch_refs *refs = vouch_refs_new();
	uint8_t digest[1][VOUCH_REF_DIGEST_SIZE] = { { 1 } };
	struct vouch_ref good = entry(VOUCH_REF_VMM, "qemu", "", digest, 1);
	struct vouch_ref bad = good;
	unsigned int id, again;

	IS(vouch_refs_add(refs, &good), -EINVAL, "a signer that was not named is refused");
	IS(vouch_refs_add_signer(refs, "provider", false, &id), 0, "a signer");
	IS(vouch_refs_add_signer(refs, "provider", false, &again), 0, "the same again");
	IS(again, id, "has the same number");
	IS(vouch_refs_add_signer(refs, "provider", true, &again), 0, "as operator");
	OK(again != id, "is another signer");
	bad.kind = 0;
	IS(vouch_refs_add(refs, &bad), -EINVAL, "no kind is refused");
	bad = good;
	bad.name_len = 0;
	IS(vouch_refs_add(refs, &bad), -EINVAL, "no name is refused");
	bad = good;
	bad.build_id_len = VOUCH_REF_BUILD_ID_MAX + 1;
	IS(vouch_refs_add(refs, &bad), -EINVAL, "a long build-id is refused");
	bad = entry(VOUCH_REF_VMM, "qemu", "id", NULL, 0);
	IS(vouch_refs_add(refs, &bad), -EINVAL, "what nothing could match is refused");
	bad.kind = VOUCH_REF_KERNEL;
	IS(vouch_refs_add(refs, &bad), 0, "a kernel needs just a build-id");
	IS(vouch_refs_add(refs, &good), 0, "a good one is taken");
	IS(vouch_refs_seal(refs), 0, "sealed");
	IS(vouch_refs_add(refs, &good), -EBUSY, "then nothing can be added");
	IS(vouch_refs_add_signer(refs, "late", false, &id), -EBUSY, "nor a signer");
	vouch_refs_free(refs);
}

static struct vouch_refs *fill(unsigned int *operator)
{
	struct vouch_refs *refs = vouch_refs_new();
	uint8_t digests[2][VOUCH_REF_DIGEST_SIZE];
	unsigned int provider;
	char name[32];
	uint32_t i;

	vouch_refs_add_signer(refs, "operator", true, operator);
	vouch_refs_add_signer(refs, "provider", false, &provider);
	for (i = 0; i < MANY; i++) {
		struct vouch_ref ref;

		snprintf(name, sizeof(name), "module_%u", i);
		number(digests[0], 2 * i);
		number(digests[1], 2 * i + 1);
		ref = entry(VOUCH_REF_MODULE, name, "build-id",
			    (const uint8_t (*)[VOUCH_REF_DIGEST_SIZE])digests, 2);
		ref.signer = i % 2 ? provider : *operator;
		if (vouch_refs_add(refs, &ref))
			abort();
		ref.signer = provider;
		if (i % 4 == 0 && vouch_refs_add(refs, &ref))
			abort();
	}
	vouch_refs_seal(refs);
	return refs;
}

static void check_found(void)
{
	unsigned int operator, wrong = 0, declared = 0;
	struct vouch_refs *refs = fill(&operator);
	struct vouch_ref want = entry(VOUCH_REF_MODULE, "module_7", "build-id", NULL, 0), ref;
	uint8_t digest[VOUCH_REF_DIGEST_SIZE];
	uint32_t i;

	IS((long long)vouch_refs_count(refs), MANY + MANY / 4, "all are there");
	for (i = 0; i < 2 * MANY; i++) {
		char name[32];

		number(digest, i);
		snprintf(name, sizeof(name), "module_%u", i / 2);
		if (!vouch_refs_find_digest(refs, VOUCH_REF_MODULE, digest, &ref) ||
		    ref.name_len != strlen(name) || memcmp(ref.name, name, ref.name_len))
			wrong++;
		else
			declared += ref.signer == operator;
	}
	IS(wrong, 0, "each digest finds its own");
	IS(declared, MANY / 2, "the operator's only where nobody else signed");
	number(digest, 2 * MANY);
	OK(!vouch_refs_find_digest(refs, VOUCH_REF_MODULE, digest, &ref), "another digest: none");
	number(digest, 0);
	OK(!vouch_refs_find_digest(refs, VOUCH_REF_KERNEL, digest, &ref), "another kind: none");
	OK(vouch_refs_find_build_id(refs, &want, &ref) && ref.version_len == 1, "by build-id");
	want.name_len--;
	OK(!vouch_refs_find_build_id(refs, &want, &ref), "part of a name: none");
	want.name_len++;
	want.build_id_len--;
	OK(!vouch_refs_find_build_id(refs, &want, &ref), "part of a build-id: none");
	vouch_refs_free(refs);
}

/* Without end, if each one looked at all before it. */
static void check_repeated(void)
{
	struct vouch_refs *refs = vouch_refs_new();
	uint8_t digest[1][VOUCH_REF_DIGEST_SIZE] = { { 1 } };
	struct vouch_ref ref = entry(VOUCH_REF_KERNEL, "same", "id", digest, 1), found;
	unsigned int operator, provider, i;

	vouch_refs_add_signer(refs, "operator", true, &operator);
	vouch_refs_add_signer(refs, "provider", false, &provider);
	ref.signer = operator;
	for (i = 0; i < 50 * MANY; i++)
		vouch_refs_add(refs, &ref);
	ref.signer = provider;
	vouch_refs_add(refs, &ref);
	vouch_refs_add(refs, &ref);
	IS(vouch_refs_seal(refs), 0, "a million of the same are sealed");
	OK(vouch_refs_find_digest(refs, VOUCH_REF_KERNEL, digest[0], &found) &&
	   found.signer == provider, "by digest, the one that is not the operator's");
	OK(vouch_refs_find_build_id(refs, &ref, &found) && found.signer == provider,
	   "by build-id too");
	vouch_refs_free(refs);
}

int main(void)
{
	check_refused();
	check_found();
	check_repeated();
	return tap_done();
}
