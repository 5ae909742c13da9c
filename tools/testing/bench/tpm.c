// SPDX-License-Identifier: GPL-2.0-only
/*
 * The peer: a TPM through ESYS, with the same curve and the same hash, or with the
 * curve that most have.
 */
#include <stdlib.h>
#include <string.h>

#include "../../../userspace/agent/esys.h"
#include "tpm.h"

#define PCR		16		/* anyone may reset it */
#define NV_INDEX	0x01800000
#define DIGEST_SIZE	48

struct tpm {
	struct esys esys;
	ESYS_TR keys[2];	/* by enum tpm_curve */
	ESYS_TR nv;
};

static const TPM2B_NV_PUBLIC nv_template = {
	.nvPublic = {
		.nvIndex = NV_INDEX,
		.nameAlg = TPM2_ALG_SHA384,
		.attributes = TPM2_NT_EXTEND << TPMA_NV_TPM2_NT_SHIFT | TPMA_NV_OWNERWRITE |
			TPMA_NV_OWNERREAD | TPMA_NV_AUTHWRITE | TPMA_NV_AUTHREAD,
		.dataSize = DIGEST_SIZE,
	},
};

static TSS2_RC make_index(struct tpm *tpm)
{
	TPM2B_AUTH auth = { 0 };

	return Esys_NV_DefineSpace(tpm->esys.ctx, ESYS_TR_RH_OWNER, ESYS_TR_PASSWORD, ESYS_TR_NONE,
				   ESYS_TR_NONE, &auth, &nv_template, &tpm->nv);
}

/* tpm_open() - a TPM with fresh keys and a fresh NV index */
uint32_t tpm_open(const char *path, struct tpm **out)
{
	struct tpm *tpm = calloc(1, sizeof(*tpm));
	TSS2_RC rc;

	if (!tpm)
		return TSS2_BASE_RC_MEMORY;
	rc = esys_open(&tpm->esys, path);
	if (!rc)
		rc = esys_key_make(&tpm->esys, ESYS_TR_RH_OWNER, TPM2_ECC_NIST_P384,
				   TPM2_ALG_SHA384, &tpm->keys[TPM_P384], NULL);
	if (!rc)
		rc = esys_key_make(&tpm->esys, ESYS_TR_RH_OWNER, TPM2_ECC_NIST_P256,
				   TPM2_ALG_SHA256, &tpm->keys[TPM_P256], NULL);
	if (!rc)
		rc = make_index(tpm);
	if (rc) {
		tpm_close(tpm);
		return rc;
	}
	*out = tpm;
	return 0;
}

/* tpm_random() - eight bytes: the way there and back, and nothing else */
uint32_t tpm_random(struct tpm *tpm)
{
	TPM2B_DIGEST *bytes = NULL;
	TSS2_RC rc = Esys_GetRandom(tpm->esys.ctx, ESYS_TR_NONE, ESYS_TR_NONE, ESYS_TR_NONE, 8,
				    &bytes);

	Esys_Free(bytes);
	return rc;
}

/* tpm_quote() - sign one PCR and a nonce */
uint32_t tpm_quote(struct tpm *tpm, enum tpm_curve curve, const uint8_t nonce[48])
{
	static const TPML_PCR_SELECTION selection = {
		.count = 1,
		.pcrSelections = { {
			.hash = TPM2_ALG_SHA384,
			.sizeofSelect = 3,
			.pcrSelect = { [PCR / 8] = 1 << PCR % 8 },
		} },
	};
	static const TPMT_SIG_SCHEME scheme = { .scheme = TPM2_ALG_NULL };
	TPM2B_DATA qualifying = { .size = DIGEST_SIZE };
	TPMT_SIGNATURE *signature = NULL;
	TPM2B_ATTEST *quoted = NULL;
	TSS2_RC rc;

	memcpy(qualifying.buffer, nonce, DIGEST_SIZE);
	rc = Esys_Quote(tpm->esys.ctx, tpm->keys[curve], ESYS_TR_PASSWORD, ESYS_TR_NONE,
			ESYS_TR_NONE, &qualifying, &scheme, &selection, &quoted, &signature);
	Esys_Free(quoted);
	Esys_Free(signature);
	return rc;
}

/* tpm_pcr_extend() - volatile: gone at the next reset */
uint32_t tpm_pcr_extend(struct tpm *tpm, const uint8_t digest[48])
{
	TPML_DIGEST_VALUES values = {
		.count = 1,
		.digests = { { .hashAlg = TPM2_ALG_SHA384 } },
	};

	memcpy(values.digests[0].digest.sha384, digest, DIGEST_SIZE);
	return Esys_PCR_Extend(tpm->esys.ctx, ESYS_TR_PCR16, ESYS_TR_PASSWORD, ESYS_TR_NONE,
			       ESYS_TR_NONE, &values);
}

/* tpm_nv_extend() - kept over a reset, as a card's record is */
uint32_t tpm_nv_extend(struct tpm *tpm, const uint8_t digest[48])
{
	TPM2B_MAX_NV_BUFFER data = { .size = DIGEST_SIZE };

	memcpy(data.buffer, digest, DIGEST_SIZE);
	return Esys_NV_Extend(tpm->esys.ctx, tpm->nv, tpm->nv, ESYS_TR_PASSWORD, ESYS_TR_NONE,
			      ESYS_TR_NONE, &data);
}

/* tpm_close() - give the index and the keys back */
void tpm_close(struct tpm *tpm)
{
	if (tpm->nv)
		Esys_NV_UndefineSpace(tpm->esys.ctx, ESYS_TR_RH_OWNER, tpm->nv, ESYS_TR_PASSWORD,
				      ESYS_TR_NONE, ESYS_TR_NONE);
	for (size_t i = 0; i < 2; i++)
		if (tpm->keys[i])
			Esys_FlushContext(tpm->esys.ctx, tpm->keys[i]);
	esys_close(&tpm->esys);
	free(tpm);
}
