/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef BENCH_TPM_H
#define BENCH_TPM_H

#include <stdint.h>

struct tpm;

enum tpm_curve { TPM_P384, TPM_P256 };

/* All return 0, or what the TPM's software stack said. */
uint32_t tpm_open(const char *path, struct tpm **out);
uint32_t tpm_random(struct tpm *tpm);
uint32_t tpm_quote(struct tpm *tpm, enum tpm_curve curve, const uint8_t nonce[48]);
uint32_t tpm_pcr_extend(struct tpm *tpm, const uint8_t digest[48]);
uint32_t tpm_nv_extend(struct tpm *tpm, const uint8_t digest[48]);
void tpm_close(struct tpm *tpm);

#endif /* BENCH_TPM_H */
