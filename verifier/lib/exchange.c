// SPDX-License-Identifier: GPL-2.0-only
/* Is what the guest did what the card signed? (proximity.rst) */
#include <string.h>

#include "clocks.h"
#include "proximity.h"

#define COMMITMENT_CONTEXT	"vouch/commitment/1"
#define CHAIN_CONTEXT		"vouch/chain/1"
#define CHALLENGE_CONTEXT	"vouch/challenge/1"

static void put_le32(uint8_t *out, uint64_t value)
{
	size_t i;

	for (i = 0; i < 4; i++)
		out[i] = (uint8_t)(value >> 8 * i);
}

static bool is_signed(const struct vouch_proximity *p, struct vouch_hash *hash, EVP_PKEY *key)
{
	const struct vouch_transcript *t = &p->transcript;
	uint8_t digest[VOUCH_HASH_SIZE];

	if (vouch_cose_verify(&t->cose, VOUCH_PROXIMITY_CONTEXT, key))
		return false;
	VOUCH_HASH(hash, digest, { p->seen.bytes, p->seen.len },
		   { p->stamps.bytes, p->stamps.len });
	return p->seen.len == t->rounds * VOUCH_WORD_LEN &&
	       p->stamps.len == t->rounds * 2 * VOUCH_TIME_LEN &&
	       !memcmp(digest, t->exchange, sizeof(digest));
}

static bool belongs(const struct vouch_proximity *p, const struct vouch_evidence *evidence)
{
	const struct vouch_transcript *t = &p->transcript;

	return !memcmp(t->nonce, evidence->nonce, sizeof(t->nonce)) &&
	       !memcmp(t->session, p->session, sizeof(t->session)) &&
	       !memcmp(t->commitment, p->commitment, sizeof(t->commitment)) &&
	       t->function == evidence->function;
}

static bool opens(const struct vouch_proximity *p, struct vouch_hash *hash)
{
	const struct vouch_transcript *t = &p->transcript;
	uint8_t function[4], rounds[4], digest[VOUCH_HASH_SIZE];

	put_le32(function, t->function);
	put_le32(rounds, t->rounds);
	VOUCH_HASH(hash, digest, { COMMITMENT_CONTEXT, sizeof(COMMITMENT_CONTEXT) - 1 },
		   { t->session, sizeof(t->session) }, { function, sizeof(function) },
		   { rounds, sizeof(rounds) }, { t->nonce, sizeof(t->nonce) },
		   { p->table.bytes, p->table.len });
	return p->table.len == t->rounds * VOUCH_WORD_LEN &&
	       !memcmp(digest, t->commitment, sizeof(digest));
}

static bool was_asked(const struct vouch_proximity *p)
{
	return p->seen.len == p->challenges.len &&
	       !memcmp(p->seen.bytes, p->challenges.bytes, p->seen.len);
}

static bool has_answered(const struct vouch_proximity *p)
{
	uint8_t wrong = 0;
	size_t i;

	for (i = 0; i < p->responses.len; i++)
		wrong |= p->challenges.bytes[i] ^ p->table.bytes[i] ^ p->responses.bytes[i];
	return !wrong;
}

/* Each challenge from the secret and the response before it, which was waited for. */
static bool is_chained(const struct vouch_proximity *p, struct vouch_hash *hash)
{
	static const uint8_t none[VOUCH_WORD_LEN];
	uint8_t key[VOUCH_HASH_SIZE], digest[VOUCH_HASH_SIZE], number[4];
	const uint8_t *response = none;
	size_t i;

	VOUCH_HASH(hash, key, { CHAIN_CONTEXT, sizeof(CHAIN_CONTEXT) - 1 },
		   { p->secret, sizeof(p->secret) }, { p->commitment, sizeof(p->commitment) });
	for (i = 0; i < p->rounds; i++) {
		put_le32(number, i);
		VOUCH_HASH(hash, digest, { CHALLENGE_CONTEXT, sizeof(CHALLENGE_CONTEXT) - 1 },
			   { key, sizeof(key) }, { number, sizeof(number) },
			   { response, VOUCH_WORD_LEN });
		if (memcmp(digest, p->challenges.bytes + i * VOUCH_WORD_LEN, VOUCH_WORD_LEN))
			return false;
		response = p->responses.bytes + i * VOUCH_WORD_LEN;
	}
	return true;
}

static uint64_t sum(const struct vouch_proximity_list *times)
{
	uint64_t total = 0;
	size_t at;

	for (at = 0; at < times->len; at += VOUCH_TIME_LEN)
		total += vouch_proximity_number(times, at, VOUCH_TIME_LEN);
	return total;
}

/* The card's stamps are pairs: until a challenge came, until its response was read. */
static uint64_t waited(const struct vouch_proximity *p, size_t round)
{
	return vouch_proximity_number(&p->stamps, round * 2 * VOUCH_TIME_LEN, VOUCH_TIME_LEN);
}

static uint64_t answered(const struct vouch_proximity *p, size_t round)
{
	return vouch_proximity_number(&p->stamps, (round * 2 + 1) * VOUCH_TIME_LEN,
				      VOUCH_TIME_LEN);
}

static uint64_t taken(const struct vouch_proximity *p, size_t round)
{
	return vouch_proximity_number(&p->times, round * VOUCH_TIME_LEN, VOUCH_TIME_LEN);
}

/*
 * What is longer in the guest's @round than in the card's, with the card's wait
 * before round @wait. In the first round it passed before the challenge came, in the
 * last after the response left: the card saw nothing of it. A saturated time is all
 * ones, so it never makes this too long.
 */
static uint64_t held_up(const struct vouch_proximity *p, size_t round, size_t wait)
{
	uint64_t guest = taken(p, round), card = answered(p, round) + waited(p, wait);

	return guest > card ? guest - card : 0;
}

/*
 * From the first challenge to the last response is less time for the card than for
 * the guest, who waited for both; so it is in each round. A guest's clock that was
 * slowed down shows here, and not less so if the guest was held up at either end.
 */
static bool clocks_agree(const struct vouch_proximity *p)
{
	const struct vouch_transcript *t = &p->transcript;
	size_t round;
	uint64_t guest;

	if (p->begin > p->end || t->opened > t->first || t->first > t->last)
		return false;
	guest = p->end - p->begin;
	if (sum(&p->times) > guest || sum(&p->stamps) > t->last - t->opened)
		return false;
	for (round = 0; round < p->rounds; round++)
		if (!vouch_clocks_allow(answered(p, round), taken(p, round)))
			return false;
	guest -= held_up(p, 0, 1) + held_up(p, p->rounds - 1, p->rounds - 1);
	return vouch_clocks_allow(t->last - t->first, guest);
}

enum vouch_reason vouch_proximity_check(const struct vouch_proximity *proximity,
					struct vouch_hash *hash,
					const struct vouch_evidence *evidence, EVP_PKEY *key)
{
	if (!is_signed(proximity, hash, key))
		return VOUCH_PROXIMITY_SIGNATURE;
	if (!belongs(proximity, evidence))
		return VOUCH_PROXIMITY_OTHER;
	if (proximity->transcript.last > evidence->t_rx)
		return VOUCH_PROXIMITY_AFTER;
	if (!opens(proximity, hash))
		return VOUCH_PROXIMITY_OPENING;
	if (proximity->transcript.violations)
		return VOUCH_PROXIMITY_VIOLATION;
	if (!was_asked(proximity))
		return VOUCH_PROXIMITY_CHALLENGES;
	if (!has_answered(proximity))
		return VOUCH_PROXIMITY_RESPONSES;
	if (!is_chained(proximity, hash))
		return VOUCH_PROXIMITY_CHAIN;
	return clocks_agree(proximity) ? VOUCH_REASON_NONE : VOUCH_PROXIMITY_CLOCK;
}
