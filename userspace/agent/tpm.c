// SPDX-License-Identifier: GPL-2.0-only
#include "tpm.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <tss2/tss2_rc.h>

#include "esys.h"

#define COORDINATE 48

struct tpm {
	struct esys esys;
	ESYS_TR key;
	uint8_t point[1 + 2 * COORDINATE];
};

/* The TPM leaves out leading zeros. */
static bool put_padded(uint8_t *to, const uint8_t *from, size_t len)
{
	if (len > COORDINATE)
		return false;
	memset(to, 0, COORDINATE - len);
	memcpy(to + COORDINATE - len, from, len);
	return true;
}

static TSS2_RC make_key(struct tpm *tpm)
{
	TPM2B_PUBLIC *public = NULL;
	const TPMS_ECC_POINT *point;
	TSS2_RC rc;

	rc = esys_key_make(&tpm->esys, ESYS_TR_RH_ENDORSEMENT, TPM2_ECC_NIST_P384, TPM2_ALG_SHA384,
			   &tpm->key, &public);
	if (rc)
		return rc;
	point = &public->publicArea.unique.ecc;
	tpm->point[0] = 4;
	if (!put_padded(tpm->point + 1, point->x.buffer, point->x.size) ||
	    !put_padded(tpm->point + 1 + COORDINATE, point->y.buffer, point->y.size))
		rc = TSS2_BASE_RC_MALFORMED_RESPONSE;
	Esys_Free(public);
	return rc;
}

uint32_t tpm_open(const char *path, struct tpm **out)
{
	struct tpm *tpm = calloc(1, sizeof(*tpm));
	TSS2_RC rc;

	if (!tpm)
		return TSS2_BASE_RC_MEMORY;
	tpm->key = ESYS_TR_NONE;
	rc = esys_open(&tpm->esys, path);
	if (!rc)
		rc = make_key(tpm);
	if (rc) {
		tpm_close(tpm);
		return rc;
	}
	*out = tpm;
	return 0;
}

size_t tpm_spki(const struct tpm *tpm, uint8_t *out)
{
	uint8_t point[sizeof(tpm->point)];
	char group[] = "P-384";
	OSSL_PARAM params[] = {
		OSSL_PARAM_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, group, 5),
		OSSL_PARAM_octet_string(OSSL_PKEY_PARAM_PUB_KEY, point, sizeof(point)),
		OSSL_PARAM_END,
	};
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
	EVP_PKEY *key = NULL;
	int len = 0;

	memcpy(point, tpm->point, sizeof(point));
	if (ctx && EVP_PKEY_fromdata_init(ctx) == 1 &&
	    EVP_PKEY_fromdata(ctx, &key, EVP_PKEY_PUBLIC_KEY, params) == 1)
		len = i2d_PUBKEY(key, NULL);
	if (len > 0 && len <= TPM_SPKI_MAX)
		len = i2d_PUBKEY(key, &out);
	else
		len = 0;
	EVP_PKEY_free(key);
	EVP_PKEY_CTX_free(ctx);
	return len > 0 ? (size_t)len : 0;
}

static bool take_quote(const TPM2B_ATTEST *quoted, const TPMT_SIGNATURE *signature,
		       struct tpm_quote *out)
{
	const TPMS_SIGNATURE_ECDSA *ecdsa = &signature->signature.ecdsa;

	if (signature->sigAlg != TPM2_ALG_ECDSA || quoted->size > sizeof(out->attest))
		return false;
	memcpy(out->attest, quoted->attestationData, quoted->size);
	out->attest_len = quoted->size;
	return put_padded(out->signature, ecdsa->signatureR.buffer, ecdsa->signatureR.size) &&
	       put_padded(out->signature + COORDINATE, ecdsa->signatureS.buffer,
			  ecdsa->signatureS.size);
}

uint32_t tpm_quote(struct tpm *tpm, const uint8_t *nonce, size_t nonce_len,
		   struct tpm_quote *out)
{
	static const TPML_PCR_SELECTION selection = {
		.count = 1,
		.pcrSelections = { {
			.hash = TPM2_ALG_SHA384,
			.sizeofSelect = 3,
			.pcrSelect = { 0xff, (1 << (TPM_PCRS - 8)) - 1, 0 },
		} },
	};
	static const TPMT_SIG_SCHEME scheme = { .scheme = TPM2_ALG_NULL };
	TPM2B_DATA qualifying = { .size = (UINT16)nonce_len };
	TPMT_SIGNATURE *signature = NULL;
	TPM2B_ATTEST *quoted = NULL;
	TSS2_RC rc;

	if (nonce_len > COORDINATE)
		return TSS2_BASE_RC_BAD_SIZE;
	memcpy(qualifying.buffer, nonce, nonce_len);
	rc = Esys_Quote(tpm->esys.ctx, tpm->key, ESYS_TR_PASSWORD, ESYS_TR_NONE, ESYS_TR_NONE,
			&qualifying, &scheme, &selection, &quoted, &signature);
	if (!rc && !take_quote(quoted, signature, out))
		rc = TSS2_BASE_RC_MALFORMED_RESPONSE;
	Esys_Free(quoted);
	Esys_Free(signature);
	return rc;
}

void tpm_close(struct tpm *tpm)
{
	if (tpm->key != ESYS_TR_NONE)
		Esys_FlushContext(tpm->esys.ctx, tpm->key);
	esys_close(&tpm->esys);
	free(tpm);
}

const char *tpm_error(uint32_t rc)
{
	return Tss2_RC_Decode(rc);
}
