// SPDX-License-Identifier: GPL-2.0-only
/* A quote and events, as they come out of a log. */
#include <stdlib.h>

#include "../lib/tpm.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct vouch_hash hash;
	struct vouch_tpm_quote quote;
	struct vouch_tpm_event event;
	struct vouch_tpm_bank bank;
	size_t i;

	if (!hash.ctx && vouch_hash_init(&hash))
		abort();
	vouch_tpm_bank_init(&bank);
	for (i = 0; i < 16 && vouch_tpm_event_at(&event, data, size, i); i++)
		vouch_tpm_bank_extend(&bank, &hash, &event);
	if (!vouch_tpm_quote_parse(&quote, data, size)) {
		if (quote.pcrs >> VOUCH_TPM_PCRS || quote.nonce_len > size)
			abort();
		/* It may match: the fuzzer sees the digest that is compared with. */
		vouch_tpm_bank_matches(&bank, &hash, &quote);
	}
	if (size > 96)
		vouch_tpm_verify(data + 96, size - 96, data, size, data, size & 1 ? 96 : 64);
	return 0;
}
