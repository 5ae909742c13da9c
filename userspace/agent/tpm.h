/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VOUCH_AGENT_TPM_H
#define VOUCH_AGENT_TPM_H

/* The platform's TPM: an attestation key of its own, and quotes with it. */

#include <stddef.h>
#include <stdint.h>

#define TPM_PCRS		10	/* 0 to 9: firmware, boot loader, kernel */
#define TPM_ATTEST_MAX		256
#define TPM_SIGNATURE_SIZE	96	/* r || s */
#define TPM_SPKI_MAX		128

struct tpm;

/**
 * struct tpm_quote - what a TPM says of its PCRs
 * @attest: TPMS_ATTEST as it was signed
 * @attest_len: bytes there
 * @signature: ECDSA on P-384 with SHA-384, r || s
 */
struct tpm_quote {
	uint8_t attest[TPM_ATTEST_MAX];
	size_t attest_len;
	uint8_t signature[TPM_SIGNATURE_SIZE];
};

/**
 * tpm_open() - connect, and make the attestation key
 * @path: character device; the resource manager's leaves no key behind
 * @out: returns it; tpm_close() frees it
 *
 * The key is derived from the TPM's endorsement seed and a fixed template, so
 * it is the same after each start and no other TPM has it.
 *
 * Return: 0 or a TSS2_RC.
 */
uint32_t tpm_open(const char *path, struct tpm **out);

/**
 * tpm_spki() - the attestation key's public half
 * @tpm: from tpm_open()
 * @out: TPM_SPKI_MAX bytes; DER SubjectPublicKeyInfo
 *
 * Return: its length, 0 on an error.
 */
size_t tpm_spki(const struct tpm *tpm, uint8_t *out);

/**
 * tpm_quote() - sign PCRs 0 to 9 of the SHA-384 bank
 * @tpm: from tpm_open()
 * @nonce: goes into the quote as extraData
 * @nonce_len: at most 48
 * @out: returns the quote
 *
 * Return: 0 or a TSS2_RC.
 */
uint32_t tpm_quote(struct tpm *tpm, const uint8_t *nonce, size_t nonce_len,
		   struct tpm_quote *out);

void tpm_close(struct tpm *tpm);

/* tpm_error() - a TSS2_RC in words; a constant string */
const char *tpm_error(uint32_t rc);

#endif /* VOUCH_AGENT_TPM_H */
