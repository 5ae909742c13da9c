// SPDX-License-Identifier: GPL-2.0-only
/* The small parts: evidence with its certificates, receipt, request. */
#include <string.h>

#include "../lib/cbor.h"
#include "../lib/cert.h"
#include "../lib/receipt.h"
#include "../tests/vector.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_evidence(X509 *root, const uint8_t *data, size_t size)
{
	struct vouch_evidence evidence;
	struct vouch_chain chain;

	if (vouch_evidence_parse(&evidence, data, size) != VOUCH_REASON_NONE)
		return;
	/* What parses is deterministic: a second look must agree. */
	if (vouch_cbor_check(data, size))
		abort();
	vouch_chain_check(&chain, root, &(struct vouch_der){ evidence.alias, evidence.alias_len },
			  &(struct vouch_der){ evidence.device, evidence.device_len }, VECTOR_TIME);
	vouch_chain_free(&chain);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct vector v;
	struct vouch_receipt receipt;
	struct vouch_request request;
	uint8_t fwid[VOUCH_FWID_SIZE];

	if (!v.root)
		vector_init(&v);
	check_evidence(v.root, data, size);
	if (vouch_receipt_parse(&receipt, data, size) == VOUCH_REASON_NONE &&
	    vouch_cbor_check(data, size))
		abort();
	if (vouch_request_parse(&request, data, size) == VOUCH_REASON_NONE &&
	    vouch_cbor_check(data, size))
		abort();
	vouch_fwid_read(data, size, fwid);
	return 0;
}
