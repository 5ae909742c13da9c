// SPDX-License-Identifier: GPL-2.0-only
#include "cert.h"

#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>
#include <string.h>

#include "cose.h"

#define TCB_INFO	"2.23.133.5.4.1"
#define DER_MAX		4096
#define AUTH_LEVEL	4	/* OpenSSL's for 192 bits of security: P-384, SHA-384 */

static X509 *decode(const struct vouch_der *der)
{
	const uint8_t *p = der->bytes;
	X509 *cert;

	if (der->len > DER_MAX)
		return NULL;
	cert = d2i_X509(NULL, &p, (long)der->len);
	if (cert && p != der->bytes + der->len) {
		X509_free(cert);
		cert = NULL;
	}
	return cert;
}

static bool is_tcb_info(const X509_EXTENSION *ext)
{
	char oid[64];
	const ASN1_OBJECT *obj = X509_EXTENSION_get_object((X509_EXTENSION *)(uintptr_t)ext);

	return OBJ_obj2txt(oid, sizeof(oid), obj, 1) > 0 && !strcmp(oid, TCB_INFO);
}

/*
 * OpenSSL does not know TcbInfo, which may be critical: of the alias, which comes
 * first in the chain, we check it ourselves.
 */
static int on_error(int ok, X509_STORE_CTX *ctx)
{
	X509 *cert = X509_STORE_CTX_get_current_cert(ctx);
	int i;

	if (ok || X509_STORE_CTX_get_error(ctx) != X509_V_ERR_UNHANDLED_CRITICAL_EXTENSION || !cert)
		return ok;
	if (X509_STORE_CTX_get_error_depth(ctx))
		return 0;
	for (i = 0; i < X509_get_ext_count(cert); i++) {
		X509_EXTENSION *ext = X509_get_ext(cert, i);

		if (X509_EXTENSION_get_critical(ext) && !X509_supported_extension(ext) &&
		    !is_tcb_info(ext))
			return 0;
	}
	return 1;
}

static enum vouch_reason reason_of(int error)
{
	switch (error) {
	case X509_V_ERR_CERT_NOT_YET_VALID:
	case X509_V_ERR_CERT_HAS_EXPIRED:
		return VOUCH_CERTIFICATE_TIME;
	case X509_V_ERR_EE_KEY_TOO_SMALL:
	case X509_V_ERR_CA_KEY_TOO_SMALL:
		return VOUCH_CERTIFICATE_KEY;
	case X509_V_ERR_OUT_OF_MEM:
		return VOUCH_INTERNAL;
	default:
		return VOUCH_CERTIFICATE_CHAIN;
	}
}

static enum vouch_reason verify(X509_STORE *store, X509_STORE_CTX *ctx, X509 *root, X509 *alias,
				STACK_OF(X509) *untrusted, int64_t time)
{
	X509_VERIFY_PARAM *param;

	if (X509_STORE_add_cert(store, root) != 1 ||
	    X509_STORE_CTX_init(ctx, store, alias, untrusted) != 1)
		return VOUCH_INTERNAL;
	param = X509_STORE_CTX_get0_param(ctx);
	X509_VERIFY_PARAM_set_time(param, (time_t)time);
	X509_VERIFY_PARAM_set_auth_level(param, AUTH_LEVEL);
	X509_VERIFY_PARAM_set_depth(param, 1);
	X509_STORE_CTX_set_verify_cb(ctx, on_error);
	if (X509_verify_cert(ctx) != 1)
		return reason_of(X509_STORE_CTX_get_error(ctx));
	/* Neither a device key nor the root may stand in for an alias key. */
	if (sk_X509_num(X509_STORE_CTX_get0_chain(ctx)) != 3)
		return VOUCH_CERTIFICATE_CHAIN;
	return VOUCH_REASON_NONE;
}

static enum vouch_reason check_chain(X509 *root, X509 *alias, X509 *device, int64_t time)
{
	enum vouch_reason reason = VOUCH_INTERNAL;
	X509_STORE *store = X509_STORE_new();
	X509_STORE_CTX *ctx = X509_STORE_CTX_new();

	STACK_OF(X509) *untrusted = sk_X509_new_null();

	if (!store || !ctx || !untrusted || !sk_X509_push(untrusted, device))
		goto out;
	/* A chain may not be shorter because someone is both device and root. */
	if (X509_check_issued(root, device) != X509_V_OK)
		reason = VOUCH_UNKNOWN_CA;
	else
		reason = verify(store, ctx, root, alias, untrusted, time);
out:
	sk_X509_free(untrusted);
	X509_STORE_CTX_free(ctx);
	X509_STORE_free(store);
	return reason;
}

static enum vouch_reason check_shape(X509 *root, X509 *alias, X509 *device)
{
	if (!vouch_cose_is_p384(X509_get0_pubkey(root)) ||
	    !vouch_cose_is_p384(X509_get0_pubkey(device)) ||
	    !vouch_cose_is_p384(X509_get0_pubkey(alias)))
		return VOUCH_CERTIFICATE_KEY;
	if (!(X509_get_extension_flags(device) & EXFLAG_CA) || X509_get_pathlen(device) != 0 ||
	    X509_get_extension_flags(alias) & EXFLAG_CA)
		return VOUCH_CERTIFICATE_CHAIN;
	if (!(X509_get_key_usage(alias) & KU_DIGITAL_SIGNATURE))
		return VOUCH_CERTIFICATE_CHAIN;
	return VOUCH_REASON_NONE;
}

static bool read_fwid(X509 *alias, uint8_t *fwid)
{
	ASN1_OBJECT *oid = OBJ_txt2obj(TCB_INFO, 1);
	const ASN1_OCTET_STRING *value;
	int at = X509_get_ext_by_OBJ(alias, oid, -1);
	bool only = at >= 0 && X509_get_ext_by_OBJ(alias, oid, at) < 0;

	ASN1_OBJECT_free(oid);
	if (!only)
		return false;
	value = X509_EXTENSION_get_data(X509_get_ext(alias, at));
	return !vouch_fwid_read(ASN1_STRING_get0_data(value),
				(size_t)ASN1_STRING_length(value), fwid);
}

static bool read_card_id(X509 *device, uint8_t *card_id)
{
	unsigned char *spki = NULL;
	uint8_t digest[VOUCH_FWID_SIZE];
	int len = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(device), &spki);
	bool ok = len > 0 && EVP_Q_digest(NULL, "SHA2-384", NULL, spki, (size_t)len, digest, NULL);

	OPENSSL_free(spki);
	if (ok)
		memcpy(card_id, digest, 32);
	return ok;
}

enum vouch_reason vouch_chain_check(struct vouch_chain *chain, X509 *root,
				    const struct vouch_der *alias_der,
				    const struct vouch_der *device_der, int64_t time)
{
	X509 *alias = decode(alias_der);
	X509 *device = decode(device_der);
	enum vouch_reason reason = VOUCH_CERTIFICATE_MALFORMED;

	memset(chain, 0, sizeof(*chain));
	if (!alias || !device)
		goto out;
	reason = check_chain(root, alias, device, time);
	if (reason == VOUCH_REASON_NONE)
		reason = check_shape(root, alias, device);
	if (reason != VOUCH_REASON_NONE)
		goto out;
	reason = VOUCH_CERTIFICATE_CHAIN;
	if (!read_fwid(alias, chain->fwid))
		goto out;
	reason = VOUCH_INTERNAL;
	if (!read_card_id(device, chain->card_id))
		goto out;
	chain->alias_key = X509_get_pubkey(alias);
	if (chain->alias_key)
		reason = VOUCH_REASON_NONE;
out:
	X509_free(alias);
	X509_free(device);
	return reason;
}

void vouch_chain_free(struct vouch_chain *chain)
{
	EVP_PKEY_free(chain->alias_key);
	chain->alias_key = NULL;
}
