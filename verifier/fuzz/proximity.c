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

#define AGE	2000000000ULL	/* ns, of the evidence since the session was opened */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void judge(const struct vouch_proximity *p, const struct vouch_evidence *evidence)
{
	const struct vouch_bound bounds[] = {
		{ VOUCH_BOUND_ANY, { { 3000, 4000, 5000 }, { 2500, VOUCH_BOUND_NONE, 0 } } },
	};
	const struct vouch_near_policy policy = {
		.required = true, .rounds = 16, .age_ns = AGE / 2, .bounds = bounds,
		.bound_count = 1,
	};
	struct vouch_findings findings = { .room = 0 };
	struct vouch_near near;
	int i;

	vouch_near_measure(&near, p, evidence, false);
	vouch_near_judge(&near, &policy, NULL, 0, &findings);
	for (i = 0; i < VOUCH_CLOCKS; i++) {
		if (near.ns[i][VOUCH_QUANTILE_MIN] > near.ns[i][VOUCH_QUANTILE_P5] ||
		    near.ns[i][VOUCH_QUANTILE_P5] > near.ns[i][VOUCH_QUANTILE_MEDIAN])
			abort();
	}
	if (near.age > AGE)
		abort();
	if (near.near && (near.age > AGE / 2 || near.rounds < 16 ||
			  near.ns[VOUCH_CLOCK_GUEST][0] > 3000))
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
	evidence.t_rx = p.transcript.opened < UINT64_MAX - AGE ? p.transcript.opened + AGE :
			UINT64_MAX;
	memcpy(evidence.nonce, p.transcript.nonce, sizeof(evidence.nonce));
	if (check_unsigned(&p, &hash, &evidence, NULL) == VOUCH_REASON_NONE)
		judge(&p, &evidence);
	return 0;
}
