/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VOUCH_NEAR_H
#define VOUCH_NEAR_H

/* Proximity sessions (Documentation/proximity.rst), as a guest has and measures them. */

#include <stddef.h>
#include <stdint.h>

#include <vouch/ioctl.h>

struct vouch_device;

/**
 * struct vouch_exchange - a proximity session as the guest had it
 * @rounds: how many
 * @secret: what challenges follow from
 * @session: its name, as told before the first round
 * @commitment: the card's, likewise
 * @list: the rounds
 * @begin: CLOCK_MONOTONIC_RAW before the first write, ns
 * @end: the same clock after the last read, ns
 * @seen: what the card saw and signed, not verified
 * @seen_len: bytes of it
 */
struct vouch_exchange {
	uint32_t rounds;
	uint8_t secret[VOUCH_SECRET_SIZE];
	uint8_t session[VOUCH_SESSION_SIZE];
	uint8_t commitment[VOUCH_DIGEST_SIZE];
	struct vouch_ioc_round list[VOUCH_ROUNDS_MAX];
	uint64_t begin;
	uint64_t end;
	uint8_t seen[VOUCH_PROXIMITY_MAX];
	size_t seen_len;
};

/**
 * struct vouch_times - of the rounds of one session, ns
 * @min: the shortest
 * @p5: at rank floor((m - 1) * 5 / 100) of m, sorted
 * @median: at rank floor((m - 1) / 2)
 */
struct vouch_times {
	uint32_t min;
	uint32_t p5;
	uint32_t median;
};

/**
 * struct vouch_near - how near a session shows the card to be
 * @rounds: how many, 0 where there was no session
 * @guest: rounds on the guest's clock
 * @card: from a response to the next challenge, on the card's
 */
struct vouch_near {
	uint32_t rounds;
	struct vouch_times guest;
	struct vouch_times card;
};

int vouch_exchange_run(struct vouch_device *dev, const uint8_t nonce[VOUCH_DIGEST_SIZE],
		       uint32_t rounds, struct vouch_exchange *ex);
int vouch_exchange_measure(const struct vouch_exchange *ex, struct vouch_near *near);

#endif /* VOUCH_NEAR_H */
