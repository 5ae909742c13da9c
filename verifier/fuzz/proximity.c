// SPDX-License-Identifier: GPL-2.0-only
/*
 * A proximity session. Its signature is taken for good, since no input would ever
 * have one; the digest that it covers is not, so seeds carry whole sessions.
 */
#include <stdlib.h>
#include <string.h>

#include "../lib/cbor.h"
#include "../lib/near.h"
#include "../lib/proximity.h"

#define vouch_cose_verify(cose, context, key) ((void)(key), 0)
#define vouch_proximity_check check_unsigned
#include "../lib/exchange.c"
#undef vouch_proximity_check
#undef vouch_cose_verify

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void judge(const struct vouch_proximity *p)
{
	const struct vouch_bound bounds[] = {
		{ VOUCH_BOUND_ANY, { { 3000, 4000, 5000 }, { 2500, VOUCH_BOUND_NONE, 0 } } },
	};
	const struct vouch_near_policy policy = { true, 16, bounds, 1 };
	struct vouch_findings findings = { .room = 0 };
	struct vouch_near near;
	int i;

	vouch_near_measure(&near, p, false);
	vouch_near_judge(&near, &policy, NULL, 0, &findings);
	for (i = 0; i < VOUCH_CLOCKS; i++) {
		if (near.ns[i][VOUCH_QUANTILE_MIN] > near.ns[i][VOUCH_QUANTILE_P5] ||
		    near.ns[i][VOUCH_QUANTILE_P5] > near.ns[i][VOUCH_QUANTILE_MEDIAN])
			abort();
	}
	if (near.near && (near.rounds < 16 || near.ns[VOUCH_CLOCK_GUEST][0] > 3000))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct vouch_hash hash;
	struct vouch_evidence evidence = { .function = 1 };
	struct vouch_proximity p;

	if (!hash.ctx && vouch_hash_init(&hash))
		abort();
	if (vouch_proximity_parse(&p, data, size) != VOUCH_REASON_NONE)
		return 0;
	/* What parses is deterministic: a second look must agree. */
	if (vouch_cbor_check(data, size))
		abort();
	memcpy(evidence.nonce, p.transcript.nonce, sizeof(evidence.nonce));
	if (check_unsigned(&p, &hash, &evidence, NULL) == VOUCH_REASON_NONE)
		judge(&p);
	return 0;
}
