// SPDX-License-Identifier: GPL-2.0-only
/* A leaf of a batch and its path, also behind a signature that is not checked. */
#include <string.h>

#include "../lib/batch.h"
#include "../lib/cbor.h"
#include "../lib/receipt.h"
#include "../tests/vector.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct vector v;
	static struct vouch_hash hash;
	uint8_t root[VOUCH_HASH_SIZE];
	struct vouch_evidence evidence;
	struct vouch_receipt receipt;
	struct vouch_batch batch;

	if (!v.root) {
		vector_init(&v);
		if (vouch_hash_init(&hash))
			abort();
	}
	vouch_evidence_parse(&evidence, data, size);
	vouch_receipt_parse(&receipt, data, size);
	if (vouch_batch_parse(&batch, data, size) != VOUCH_REASON_NONE)
		return 0;
	if (vouch_cbor_check(data, size) || !vouch_batch_is(data, size) || !batch.size ||
	    batch.size > VOUCH_BATCH_LEAVES_MAX || batch.index >= batch.size ||
	    batch.path_len > VOUCH_BATCH_PATH_LEN)
		abort();
	vouch_batch_climb(&batch, &hash, VOUCH_EVIDENCE_CONTEXT, root);
	if (hash.failed || vouch_batch_verify(&batch, &hash, VOUCH_EVIDENCE_CONTEXT,
					      X509_get0_pubkey(v.root)) == VOUCH_REASON_NONE)
		abort();
	return 0;
}
