// SPDX-License-Identifier: GPL-2.0-only
/*
 * TCG DICE TcbInfo: SEQUENCE { ..., fwids [6] IMPLICIT SEQUENCE OF SEQUENCE {
 * hashAlg OBJECT IDENTIFIER, digest OCTET STRING }, ... }
 */
#include <errno.h>
#include <openssl/asn1.h>
#include <openssl/obj_mac.h>
#include <string.h>

#include "cert.h"

#define TAG_FWIDS	6

struct span {
	const uint8_t *p, *end;
};

/* Takes one element; returns its content. */
static int take(struct span *in, int tag, int class, struct span *content)
{
	const uint8_t *p = in->p;
	int have_tag, have_class, ret;
	long len;

	if (p >= in->end)
		return -EBADMSG;
	ret = ASN1_get_object(&p, &len, &have_tag, &have_class, in->end - p);
	/* 0x80: error; 0x01: indefinite length, which is not DER. */
	if (ret & 0x81 || len < 0 || len > in->end - p)
		return -EBADMSG;
	if ((tag >= 0 && have_tag != tag) || (class >= 0 && have_class != class))
		return -EBADMSG;
	*content = (struct span){ p, p + len };
	in->p = p + len;
	return 0;
}

static int find_fwids(struct span *info, struct span *fwids)
{
	struct span skipped;
	struct span look;

	while (info->p < info->end) {
		look = *info;
		if (!take(&look, TAG_FWIDS, V_ASN1_CONTEXT_SPECIFIC, fwids))
			return 0;
		if (take(info, -1, V_ASN1_CONTEXT_SPECIFIC, &skipped))
			return -EBADMSG;
	}
	return -EBADMSG;
}

int vouch_fwid_read(const uint8_t *der, size_t len, uint8_t *fwid)
{
	/* 2.16.840.1.101.3.4.2.2, SHA-384 */
	static const uint8_t sha384[] = { 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x02 };
	struct span whole = { der, der + len };
	struct span info, fwids, one, oid, digest;

	if (take(&whole, V_ASN1_SEQUENCE, V_ASN1_UNIVERSAL, &info) || whole.p != whole.end)
		return -EBADMSG;
	if (find_fwids(&info, &fwids))
		return -EBADMSG;
	if (take(&fwids, V_ASN1_SEQUENCE, V_ASN1_UNIVERSAL, &one) || fwids.p != fwids.end)
		return -EBADMSG;
	if (take(&one, V_ASN1_OBJECT, V_ASN1_UNIVERSAL, &oid) ||
	    take(&one, V_ASN1_OCTET_STRING, V_ASN1_UNIVERSAL, &digest) || one.p != one.end)
		return -EBADMSG;
	if (oid.end - oid.p != sizeof(sha384) || memcmp(oid.p, sha384, sizeof(sha384)) ||
	    digest.end - digest.p != VOUCH_FWID_SIZE)
		return -EBADMSG;
	memcpy(fwid, digest.p, VOUCH_FWID_SIZE);
	return 0;
}
