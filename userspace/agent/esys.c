// SPDX-License-Identifier: GPL-2.0-only
#include "esys.h"

#include <stdlib.h>
#include <tss2/tss2_tcti_device.h>

uint32_t esys_open(struct esys *esys, const char *path)
{
	size_t size;
	TSS2_RC rc = Tss2_Tcti_Device_Init(NULL, &size, path);

	if (rc)
		return rc;
	esys->tcti = calloc(1, size);
	if (!esys->tcti)
		return TSS2_BASE_RC_MEMORY;
	rc = Tss2_Tcti_Device_Init(esys->tcti, &size, path);
	if (rc) {
		free(esys->tcti);
		esys->tcti = NULL;
		return rc;
	}
	return Esys_Initialize(&esys->ctx, esys->tcti, NULL);
}

uint32_t esys_key_make(struct esys *esys, ESYS_TR hierarchy, TPM2_ECC_CURVE curve, TPM2_ALG_ID hash,
		       ESYS_TR *key, TPM2B_PUBLIC **public)
{
	TPM2B_PUBLIC template = {
		.publicArea = {
			.type = TPM2_ALG_ECC,
			.nameAlg = hash,
			.objectAttributes = TPMA_OBJECT_RESTRICTED | TPMA_OBJECT_SIGN_ENCRYPT |
				TPMA_OBJECT_FIXEDTPM | TPMA_OBJECT_FIXEDPARENT |
				TPMA_OBJECT_SENSITIVEDATAORIGIN | TPMA_OBJECT_USERWITHAUTH,
			.parameters.eccDetail = {
				.symmetric.algorithm = TPM2_ALG_NULL,
				.scheme = {
					.scheme = TPM2_ALG_ECDSA,
					.details.ecdsa.hashAlg = hash,
				},
				.curveID = curve,
				.kdf.scheme = TPM2_ALG_NULL,
			},
		},
	};
	TPM2B_SENSITIVE_CREATE sensitive = { 0 };
	TPML_PCR_SELECTION none = { 0 };
	TPM2B_DATA outside = { 0 };

	return Esys_CreatePrimary(esys->ctx, hierarchy, ESYS_TR_PASSWORD, ESYS_TR_NONE,
				  ESYS_TR_NONE, &sensitive, &template, &outside, &none, key,
				  public, NULL, NULL, NULL);
}

void esys_close(struct esys *esys)
{
	Esys_Finalize(&esys->ctx);
	if (esys->tcti)
		Tss2_Tcti_Finalize(esys->tcti);
	free(esys->tcti);
	esys->tcti = NULL;
}
