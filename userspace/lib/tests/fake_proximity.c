// SPDX-License-Identifier: GPL-2.0-only
/* A proximity session with the fake card: round i takes 1000 + i ns, w is 2000 + i. */
#include <string.h>

#include "cbor.h"
#include "fake.h"

static void put_le(uint8_t *at, uint64_t value, size_t size)
{
	for (size_t i = 0; i < size; i++)
		at[i] = (uint8_t)(value >> (8 * i));
}

static size_t put_seen(const struct fake *fake, const struct vouch_ioc_round *rounds,
		       size_t count, uint8_t *buf, size_t size)
{
	uint8_t words[VOUCH_ROUNDS_MAX * 8], stamps[VOUCH_ROUNDS_MAX * 8];
	struct cbor_out out = { .buf = buf, .size = size };
	size_t cut = fake->lie == FAKE_NEAR_SHORT ? 8 : 0;

	for (size_t i = 0; i < count; i++) {
		put_le(words + i * 8, rounds[i].challenge, 8);
		put_le(stamps + i * 8, 2000 + i, 4);
		put_le(stamps + i * 8 + 4, 30 + i, 4);
	}
	cbor_out_array(&out, 4);
	cbor_out_bytes(&out, "no transcript", 13);
	cbor_out_bytes(&out, words, count * 8);
	cbor_out_bytes(&out, words, count * 8);
	cbor_out_bytes(&out, stamps, count * 8 - cut);
	if (fake->lie == FAKE_NEAR_GARBAGE)
		memset(buf, 0xff, out.len);
	return out.len;
}

/* fake_proximity() - VOUCH_IOC_PROXIMITY */
int fake_proximity(const struct fake *fake, struct vouch_ioc_proximity *arg)
{
	struct vouch_ioc_round *rounds = (void *)(uintptr_t)arg->rounds;

	arg->begin = 5000000;
	arg->end = arg->begin;
	for (uint32_t i = 0; i < arg->count; i++) {
		rounds[i] = (struct vouch_ioc_round){
			.challenge = 0x0102030405060708ULL * (i + 1), .response = ~(uint64_t)i,
			.ns = 1000 + (arg->count - 1 - i),
		};
		arg->end += rounds[i].ns;
	}
	memset(arg->secret, 0x5e, sizeof(arg->secret));
	memset(arg->session, 0x55, sizeof(arg->session));
	memset(arg->commitment, 0xc0, sizeof(arg->commitment));
	arg->out_len = (uint32_t)put_seen(fake, rounds, arg->count, (void *)(uintptr_t)arg->out,
					  arg->out_len);
	if (fake->lie == FAKE_NEAR_EMPTY)
		arg->out_len = 0;
	else if (fake->lie == FAKE_NEAR_LONG)
		arg->out_len = VOUCH_PROXIMITY_MAX + 1;
	else if (fake->lie == FAKE_NEAR_BACKWARDS)
		arg->end = arg->begin - 1;
	else if (fake->lie == FAKE_NEAR_SUM)
		arg->end--;
	return 0;
}
