// SPDX-License-Identifier: GPL-2.0-only
#include "comid.h"

#include <errno.h>
#include <string.h>

#include "cbor.h"
#include "refs.h"

#define TAG_BYTES	560

#define ALG_SHA256	1	/* Named Information registry */
#define ALG_SHA384	7

static int refuse(struct vouch_cbor *c)
{
	if (!c->err)
		c->err = -EBADMSG;
	return c->err;
}

static bool operator_may(enum vouch_ref_kind kind)
{
	return kind == VOUCH_REF_INITRAMFS || kind == VOUCH_REF_CMDLINE;
}

/* "KIND/..." is the key of a measured element. */
static enum vouch_ref_kind key_kind(const char *key, size_t len)
{
	static const enum vouch_ref_kind kinds[] = {
		VOUCH_REF_KERNEL, VOUCH_REF_MODULE, VOUCH_REF_VMM, VOUCH_REF_INITRAMFS,
		VOUCH_REF_CMDLINE, VOUCH_REF_FIRMWARE, VOUCH_REF_CARD_FIRMWARE,
		VOUCH_REF_BPF, VOUCH_REF_TPM_KEY, VOUCH_REF_AUTHENTICODE,
		VOUCH_REF_BOOT_LOADER,
	};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		const char *text = vouch_ref_kind_text(kinds[i]);
		size_t n = strlen(text);

		if (len > n + 1 && !memcmp(key, text, n) && key[n] == '/')
			return kinds[i];
	}
	return 0;
}

/* [ [ alg, digest ] ]: one digest, in an algorithm that the kind of value has. */
static void read_digests(struct vouch_cbor *c, uint64_t alg, uint8_t *digest, size_t size)
{
	if (vouch_cbor_array(c) != 1 || vouch_cbor_array(c) != 2 || vouch_cbor_uint(c) != alg)
		refuse(c);
	vouch_cbor_fixed(c, digest, size);
}

/* The package itself is for people: it matches nothing that a host reports. */
static void read_package(struct vouch_cbor *c)
{
	uint8_t sha256[32];
	size_t len;

	if (vouch_cbor_map(c) != 3)
		refuse(c);
	vouch_cbor_key(c, 0);
	if (vouch_cbor_map(c) != 1)
		refuse(c);
	vouch_cbor_key(c, 0);
	vouch_cbor_text(c, &len);
	vouch_cbor_key(c, 2);
	read_digests(c, ALG_SHA256, sha256, sizeof(sha256));
	vouch_cbor_key(c, 11);
	vouch_cbor_text(c, &len);
}

static void read_version(struct vouch_cbor *c, struct vouch_ref *ref)
{
	if (vouch_cbor_map(c) != 1)
		refuse(c);
	vouch_cbor_key(c, 0);
	ref->version = vouch_cbor_text(c, &ref->version_len);
}

static void add(struct vouch_comid_reader *r, struct vouch_cbor *c)
{
	int err;

	if (c->err)
		return;
	if (r->operator_declared && !operator_may(r->ref.kind)) {
		r->info->ignored++;
		return;
	}
	err = vouch_refs_add(r->refs, &r->ref);
	if (err)
		c->err = err;
	else
		r->info->added++;
}

static void read_value(struct vouch_comid_reader *r, struct vouch_cbor *c)
{
	uint8_t digest[1][VOUCH_REF_DIGEST_SIZE];
	struct vouch_ref *ref = &r->ref;
	uint64_t count = vouch_cbor_map(c);

	ref->version = "";
	ref->version_len = 0;
	ref->build_id = NULL;
	ref->build_id_len = 0;
	if (vouch_cbor_try_key(c, 0)) {
		read_version(c, ref);
		count--;
	}
	vouch_cbor_key(c, 2);
	read_digests(c, ALG_SHA384, digest[0], sizeof(digest[0]));
	if (vouch_cbor_try_key(c, 4)) {
		if (vouch_cbor_tag(c) != TAG_BYTES)
			refuse(c);
		ref->build_id = vouch_cbor_bytes(c, &ref->build_id_len);
		count--;
	}
	vouch_cbor_key(c, 11);
	ref->name = vouch_cbor_text(c, &ref->name_len);
	if (count != 2)
		refuse(c);
	ref->digests = digest;
	ref->digest_count = 1;
	add(r, c);
	ref->digests = NULL;
}

static void read_measurement(struct vouch_comid_reader *r, struct vouch_cbor *c)
{
	static const char package[] = "package";
	const char *key;
	size_t len;

	if (vouch_cbor_map(c) != 2)
		refuse(c);
	vouch_cbor_key(c, 0);
	key = vouch_cbor_text(c, &len);
	vouch_cbor_key(c, 1);
	if (c->err)
		return;
	if (len == strlen(package) && !memcmp(key, package, len)) {
		read_package(c);
		return;
	}
	r->ref.kind = key_kind(key, len);
	if (!r->ref.kind)
		refuse(c);
	read_value(r, c);
}

static void read_environment(struct vouch_comid_reader *r, struct vouch_cbor *c)
{
	size_t len;

	if (vouch_cbor_map(c) != 1)
		refuse(c);
	vouch_cbor_key(c, 0);
	if (vouch_cbor_map(c) != 2)
		refuse(c);
	vouch_cbor_key(c, 1);
	vouch_cbor_text(c, &len);
	vouch_cbor_key(c, 2);
	r->ref.source = vouch_cbor_text(c, &r->ref.source_len);
}

int vouch_comid_read(struct vouch_comid_reader *r, const uint8_t *bytes, size_t len)
{
	struct vouch_cbor c;
	uint64_t left;
	size_t id;
	int err;

	err = vouch_cbor_check(bytes, len);
	if (err)
		return err;
	vouch_cbor_init(&c, bytes, len);
	if (vouch_cbor_map(&c) != 2)
		return refuse(&c);
	vouch_cbor_key(&c, 1);
	if (vouch_cbor_map(&c) != 1)
		refuse(&c);
	vouch_cbor_key(&c, 0);
	vouch_cbor_text(&c, &id);
	vouch_cbor_key(&c, 4);
	if (vouch_cbor_map(&c) != 1)
		refuse(&c);
	vouch_cbor_key(&c, 0);
	if (vouch_cbor_array(&c) != 1 || vouch_cbor_array(&c) != 2)
		refuse(&c);
	read_environment(r, &c);
	left = vouch_cbor_array(&c);
	if (!left)
		refuse(&c);
	for (; left && !c.err; left--)
		read_measurement(r, &c);
	return vouch_cbor_end(&c);
}
