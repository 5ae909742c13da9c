// SPDX-License-Identifier: GPL-2.0-only
#include "corim.h"

#include <errno.h>
#include <string.h>

#include "cbor.h"
#include "comid.h"
#include "cose.h"
#include "refs.h"

#define TAG_TIME	1
#define TAG_URI		32
#define TAG_CORIM	501
#define TAG_COMID	506

static int refuse(struct vouch_cbor *c)
{
	if (!c->err)
		c->err = -EBADMSG;
	return c->err;
}

static uint64_t read_time(struct vouch_cbor *c)
{
	if (vouch_cbor_tag(c) != TAG_TIME)
		refuse(c);
	return vouch_cbor_uint(c);
}

static void read_validity(struct vouch_cbor *c, struct vouch_corim_info *info)
{
	uint64_t count = vouch_cbor_map(c);

	if (count == 2) {
		vouch_cbor_key(c, 0);
		info->not_before = read_time(c);
	}
	vouch_cbor_key(c, 1);
	info->not_after = read_time(c);
	/* To whoever asks, 0 is no limit. */
	if (count < 1 || count > 2 || !info->not_after)
		refuse(c);
}

/* The tags' count was read: each is a CoMID in a string of its own. */
static void read_tags(struct vouch_comid_reader *r, struct vouch_cbor *c, uint64_t left)
{
	if (!left)
		refuse(c);
	for (; left && !c->err; left--) {
		const uint8_t *comid;
		size_t len;
		int err;

		if (vouch_cbor_tag(c) != TAG_COMID)
			refuse(c);
		comid = vouch_cbor_bytes(c, &len);
		if (c->err)
			return;
		err = vouch_comid_read(r, comid, len);
		if (err)
			c->err = err;
	}
}

static int read_corim(struct vouch_comid_reader *r, const uint8_t *bytes, size_t len)
{
	struct vouch_cbor c;
	uint64_t count;
	size_t id;
	int err;

	err = vouch_cbor_check(bytes, len);
	if (err)
		return err;
	vouch_cbor_init(&c, bytes, len);
	if (vouch_cbor_tag(&c) != TAG_CORIM)
		refuse(&c);
	count = vouch_cbor_map(&c);
	vouch_cbor_key(&c, 0);
	vouch_cbor_text(&c, &id);
	vouch_cbor_key(&c, 1);
	read_tags(r, &c, vouch_cbor_array(&c));
	vouch_cbor_key(&c, 3);
	if (vouch_cbor_tag(&c) != TAG_URI)
		refuse(&c);
	vouch_cbor_is_text(&c, VOUCH_CORIM_PROFILE);
	if (count == 4) {
		vouch_cbor_key(&c, 4);
		read_validity(&c, r->info);
	}
	if (count < 3 || count > 4)
		refuse(&c);
	return vouch_cbor_end(&c);
}

/* { 0: { 0: signer's name } }: said by the signer, so only for people. */
static int check_meta(const uint8_t *bytes, size_t len)
{
	struct vouch_cbor c;
	size_t name;

	vouch_cbor_init(&c, bytes, len);
	if (vouch_cbor_map(&c) != 1)
		refuse(&c);
	vouch_cbor_key(&c, 0);
	if (vouch_cbor_map(&c) != 1)
		refuse(&c);
	vouch_cbor_key(&c, 0);
	vouch_cbor_text(&c, &name);
	return vouch_cbor_end(&c);
}

static int check_headers(const struct vouch_cose *cose)
{
	const uint8_t *meta;
	struct vouch_cbor c;
	size_t meta_len;
	int64_t alg;

	if (cose->unprotected_len != 1)
		return -EBADMSG;
	vouch_cbor_init(&c, cose->protected, cose->protected_len);
	if (vouch_cbor_map(&c) != 3)
		refuse(&c);
	vouch_cbor_key(&c, 1);
	alg = vouch_cbor_int(&c);
	if (alg != VOUCH_COSE_ES384 && alg != VOUCH_COSE_ESP384)
		refuse(&c);
	vouch_cbor_key(&c, 3);
	vouch_cbor_is_text(&c, "application/rim+cbor");
	vouch_cbor_key(&c, 8);
	meta = vouch_cbor_bytes(&c, &meta_len);
	if (vouch_cbor_end(&c))
		return vouch_cbor_end(&c);
	return check_meta(meta, meta_len);
}

static int open_envelope(struct vouch_cose *cose, const uint8_t *bytes, size_t len)
{
	int err;

	if (len > VOUCH_CORIM_MAX)
		return -E2BIG;
	err = vouch_cose_parse(cose, bytes, len);
	return err ? err : check_headers(cose);
}

/* CoRIM fixes the external data of its signature: there is none. */
static int find_signer(const struct vouch_cose *cose, const struct vouch_corim_signer *signers,
		       size_t count, size_t *found)
{
	for (size_t i = 0; i < count; i++) {
		int err = vouch_cose_verify(cose, "", signers[i].key);

		if (!err) {
			*found = i;
			return 0;
		}
		if (err != -EKEYREJECTED)
			return err;
	}
	return -EKEYREJECTED;
}

static int read_signed(struct vouch_refs *refs, const struct vouch_cose *cose,
		       const char *signer, bool operator_declared,
		       struct vouch_corim_info *info)
{
	struct vouch_comid_reader r = {
		.refs = refs, .info = info, .operator_declared = operator_declared,
	};
	int err = vouch_refs_add_signer(refs, signer, operator_declared, &r.ref.signer);

	return err ? err : read_corim(&r, cose->payload, cose->payload_len);
}

int vouch_corim_load(struct vouch_refs *refs, const uint8_t *bytes, size_t len,
		     const struct vouch_corim_signer *signers, size_t signer_count,
		     struct vouch_corim_info *info)
{
	const struct vouch_corim_signer *signer;
	struct vouch_cose cose;
	int err;

	memset(info, 0, sizeof(*info));
	err = open_envelope(&cose, bytes, len);
	if (!err)
		err = find_signer(&cose, signers, signer_count, &info->signer);
	if (err)
		return err;
	signer = &signers[info->signer];
	return read_signed(refs, &cose, signer->name, signer->operator_declared, info);
}

int vouch_corim_read(struct vouch_refs *refs, const uint8_t *bytes, size_t len,
		     const struct vouch_corim_signer *signers, size_t signer_count)
{
	struct vouch_corim_info info;

	return vouch_corim_load(refs, bytes, len, signers, signer_count, &info);
}

int vouch_corim_list(struct vouch_refs *refs, const uint8_t *bytes, size_t len,
		     struct vouch_corim_info *info)
{
	struct vouch_cose cose;
	int err;

	memset(info, 0, sizeof(*info));
	err = open_envelope(&cose, bytes, len);
	return err ? err : read_signed(refs, &cose, "not checked", false, info);
}
