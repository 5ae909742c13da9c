/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VOUCH_AGENT_ESYS_H
#define VOUCH_AGENT_ESYS_H

/* A connection to a TPM, and the attestation key that vouch makes in it. */

#include <stdint.h>
#include <tss2/tss2_esys.h>

/**
 * struct esys - a connection; zeros when there is none
 * @tcti: the way to the TPM
 * @ctx: for ESYS calls
 */
struct esys {
	TSS2_TCTI_CONTEXT *tcti;
	ESYS_CONTEXT *ctx;
};

/**
 * esys_open() - connect
 * @esys: zeros; esys_close() it, also after an error
 * @path: character device; the resource manager's leaves no key behind
 *
 * Return: 0 or a TSS2_RC.
 */
uint32_t esys_open(struct esys *esys, const char *path);

/**
 * esys_key_make() - make a restricted ECDSA key: it signs only what the TPM itself says
 * @esys: from esys_open()
 * @hierarchy: from whose seed; with a fixed template, so always the same key
 * @curve: TPM2_ECC_NIST_P384 or _P256
 * @hash: what it signs with, and its name's: TPM2_ALG_SHA384 or _SHA256
 * @key: returns its handle, for Esys_FlushContext()
 * @public: returns its public half, for Esys_Free(); may be NULL
 *
 * Return: 0 or a TSS2_RC.
 */
uint32_t esys_key_make(struct esys *esys, ESYS_TR hierarchy, TPM2_ECC_CURVE curve, TPM2_ALG_ID hash,
		       ESYS_TR *key, TPM2B_PUBLIC **public);

void esys_close(struct esys *esys);

#endif /* VOUCH_AGENT_ESYS_H */
