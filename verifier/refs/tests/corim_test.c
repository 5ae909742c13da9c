// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <openssl/ec.h>
#include <openssl/pem.h>
#include <stdlib.h>
#include <string.h>

#include "../../lib/corim.h"
#include "../corim_encode.h"
#include "../file.h"
#include "tap.h"

static struct vouch_corim_signer signers[2] = {
	{ "provider", NULL, false }, { "operator", NULL, true },
};

static EVP_PKEY *read_key(const char *path)
{
	FILE *pem = fopen(path, "r");
	EVP_PKEY *key = pem ? PEM_read_PUBKEY(pem, NULL, NULL, NULL) : NULL;

	if (!key)
		exit(2);
	fclose(pem);
	return key;
}

static int errno_of(const char *name)
{
	static const struct {
		const char *name;
		int err;
	} known[] = {
		{ "0", 0 }, { "EKEYREJECTED", -EKEYREJECTED }, { "EBADMSG", -EBADMSG },
		{ "EILSEQ", -EILSEQ }, { "EINVAL", -EINVAL },
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (!strcmp(known[i].name, name))
			return known[i].err;
	return 1;
}

static void test_case(const char *name, const char *want, size_t added, size_t ignored)
{
	struct vouch_refs *refs = vouch_refs_new();
	struct vouch_corim_info info;
	struct vouch_why why = { 0 };
	struct vouch_file file;
	char path[256];
	int err;

	snprintf(path, sizeof(path), VECTORS "/%s.corim", name);
	if (vouch_file_read(&file, path, &why))
		exit(2);
	err = vouch_corim_load(refs, file.bytes, file.len, signers, 2, &info);
	if (!OK(err == errno_of(want) &&
		(err || (info.added == added && info.ignored == ignored)),
		"vector %s: %s", name, want))
		printf("# got %d, %zu added, %zu ignored\n", err, info.added, info.ignored);
	free(file.bytes);
	vouch_refs_free(refs);
}

static void test_vectors(void)
{
	FILE *list = fopen(VECTORS "/cases.txt", "r");
	char name[64], want[64];
	size_t added, ignored;

	if (!list)
		exit(2);
	while (fscanf(list, "%63s %63s %zu %zu", name, want, &added, &ignored) == 4)
		test_case(name, want, added, ignored);
	fclose(list);
}

/* What the golden vector's values are found by. */
static void test_golden(void)
{
	static const uint8_t build_id[20] = {
		1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20,
	};
	const struct vouch_ref want = {
		.kind = VOUCH_REF_MODULE, .name = "kvm_amd", .name_len = 7,
		.build_id = build_id, .build_id_len = sizeof(build_id),
	};
	struct vouch_refs *refs = vouch_refs_new();
	struct vouch_why why = { 0 };
	uint8_t digest[VOUCH_REF_DIGEST_SIZE];
	struct vouch_file file;
	struct vouch_ref ref;

	if (vouch_file_read(&file, VECTORS "/golden.corim", &why))
		exit(2);
	IS(vouch_corim_read(refs, file.bytes, file.len, signers, 2), 0, "golden: read");
	free(file.bytes);
	vouch_refs_seal(refs);
	OK(vouch_refs_find_build_id(refs, &want, &ref), "golden: module by build-id");
	OK(ref.source_len == 11 && !memcmp(ref.source, "linux-image", 11),
	   "golden: its package");
	file = (struct vouch_file){ (uint8_t *)(uintptr_t)"vmlinuz", 7 };
	vouch_file_sha384(&file, digest);
	OK(vouch_refs_find_digest(refs, VOUCH_REF_KERNEL, digest, &ref),
	   "golden: kernel by digest");
	OK(ref.build_id_len == 20 && ref.name_len == 11 &&
	   !memcmp(ref.name, "1.2.3-amd64", 11), "golden: its release and build-id");
	OK(!vouch_refs_find_digest(refs, VOUCH_REF_VMM, digest, &ref),
	   "golden: not as another kind");
	vouch_refs_free(refs);
}

static int compile(struct vouch_manifest *manifest, EVP_PKEY *key, struct vouch_encoder *out)
{
	struct vouch_encoder corim = { 0 };
	struct vouch_why why = { 0 };
	int err = vouch_corim_encode(&corim, manifest, &why);

	if (!err)
		err = vouch_corim_sign(out, &corim, "test", key, &why);
	vouch_encoder_free(&corim);
	return err;
}

static void fill(struct vouch_manifest *manifest)
{
	const struct vouch_package package = { .name = "linux", .version = "1" };
	struct vouch_entry entry = {
		.kind = VOUCH_REF_MODULE, .name = "a", .package = "linux", .version = "1",
		.digests = 2, .build_id = { .len = 20 },
	};

	vouch_manifest_add_package(manifest, &package);
	vouch_manifest_add(manifest, &entry);
	entry = (struct vouch_entry){ .kind = VOUCH_REF_INITRAMFS, .name = "i", .digests = 1 };
	vouch_manifest_add(manifest, &entry);
	entry.package = "elsewhere";
	entry.version = "2";
	vouch_manifest_add(manifest, &entry);
	manifest->not_before = 1700000000;
	manifest->expires = 1800000000;
}

static void test_round(void)
{
	struct vouch_corim_signer signer = { "me", EVP_EC_gen("P-384"), false };
	struct vouch_refs *refs = vouch_refs_new();
	struct vouch_manifest manifest = { 0 };
	struct vouch_encoder out = { 0 };
	struct vouch_corim_info info;
	size_t cut = 0;

	IS(compile(&manifest, signer.key, &out), -EINVAL, "nothing to sign");
	fill(&manifest);
	IS(compile(&manifest, signer.key, &out), 0, "compile");
	IS(vouch_corim_load(refs, out.bytes, out.len, &signer, 1, &info), 0, "read back");
	IS((long)info.added, 4, "one value a digest");
	OK(info.not_before == 1700000000 && info.not_after == 1800000000, "validity");
	IS(vouch_corim_load(refs, out.bytes, out.len, signers, 2, &info), -EKEYREJECTED,
	   "not by another's key");
	IS(vouch_corim_load(refs, out.bytes, out.len, &signer, 0, &info), -EKEYREJECTED,
	   "not without a key");
	while (cut < out.len &&
	       vouch_corim_load(refs, out.bytes, cut, &signer, 1, &info) == -EBADMSG)
		cut++;
	IS((long)cut, (long)out.len, "every shorter one is malformed");
	IS(vouch_corim_list(refs, out.bytes, out.len, &info), 0, "list");
	vouch_encoder_free(&out);
	EVP_PKEY_free(signer.key);
	signer.key = EVP_EC_gen("P-256");
	IS(compile(&manifest, signer.key, &out), -EINVAL, "only P-384 signs");
	vouch_encoder_free(&out);
	vouch_manifest_free(&manifest);
	vouch_refs_free(refs);
	EVP_PKEY_free(signer.key);
}

int main(void)
{
	signers[0].key = read_key(VECTORS "/provider.pem");
	signers[1].key = read_key(VECTORS "/operator.pem");
	test_vectors();
	test_golden();
	test_round();
	EVP_PKEY_free(signers[0].key);
	EVP_PKEY_free(signers[1].key);
	return tap_done();
}
