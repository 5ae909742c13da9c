/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VOUCH_VERIFY_PROXIMITY_H
#define VOUCH_VERIFY_PROXIMITY_H

/*
 * A proximity session (proximity.rst): what the guest did, what the card signed,
 * and whether the two are one and the same exchange. How far that is: near.h.
 */

#include <stddef.h>
#include <stdint.h>

#include "cose.h"
#include "evidence.h"
#include "finding.h"
#include "hash.h"

#define VOUCH_PROXIMITY_SIZE_MAX 16384
#define VOUCH_PROXIMITY_CONTEXT	"vouch/proximity/1"
#define VOUCH_SECRET_LEN	32
#define VOUCH_SESSION_LEN	16
#define VOUCH_ROUNDS_MIN	2
#define VOUCH_ROUNDS_MAX	256
#define VOUCH_WORD_LEN		8	/* a challenge, response or table word */
#define VOUCH_TIME_LEN		4	/* ns, little endian */

/**
 * struct vouch_proximity_list - a list of numbers, borrowed
 * @bytes: little endian
 * @len: bytes there
 */
struct vouch_proximity_list {
	const uint8_t *bytes;
	size_t len;
};

/**
 * struct vouch_transcript - what the card signed
 * @cose: for the signature; borrowed
 * @nonce: as the card was given it
 * @session: its name
 * @function: who asked
 * @rounds: VOUCH_ROUNDS_MIN to VOUCH_ROUNDS_MAX
 * @violations: accesses out of turn
 * @commitment: to session and table
 * @exchange: SHA-384 of the card's challenges and stamps
 * @opened: card clock, ns, when it had committed
 * @first: at the first challenge
 * @last: at the last response
 */
struct vouch_transcript {
	struct vouch_cose cose;
	uint8_t nonce[VOUCH_DIGEST_LEN];
	uint8_t session[VOUCH_SESSION_LEN];
	uint64_t function;
	uint64_t rounds;
	uint64_t violations;
	uint8_t commitment[VOUCH_DIGEST_LEN];
	uint8_t exchange[VOUCH_DIGEST_LEN];
	uint64_t opened;
	uint64_t first;
	uint64_t last;
};

/**
 * struct vouch_proximity - decoded; lists borrow
 * @secret: the guest's, from which its challenges come
 * @session: as the guest was told it
 * @commitment: as the guest was told it
 * @rounds: that the guest did, VOUCH_ROUNDS_MIN to VOUCH_ROUNDS_MAX
 * @challenges: as the guest wrote them
 * @responses: as the guest read them
 * @times: of each round on the guest's clock
 * @begin: the guest's clock before the first round, ns
 * @end: and after the last
 * @transcript: what the card signed
 * @table: with which it opens its commitment
 * @seen: the challenges as the card received them
 * @stamps: the card's two differences of each round
 */
struct vouch_proximity {
	uint8_t secret[VOUCH_SECRET_LEN];
	uint8_t session[VOUCH_SESSION_LEN];
	uint8_t commitment[VOUCH_DIGEST_LEN];
	size_t rounds;
	struct vouch_proximity_list challenges;
	struct vouch_proximity_list responses;
	struct vouch_proximity_list times;
	uint64_t begin;
	uint64_t end;
	struct vouch_transcript transcript;
	struct vouch_proximity_list table;
	struct vouch_proximity_list seen;
	struct vouch_proximity_list stamps;
};

/**
 * vouch_proximity_parse() - decode that part of a package; checks no signature
 * @proximity: returns it, borrowing from @bytes
 * @bytes: the part
 * @len: bytes there
 *
 * Return: VOUCH_REASON_NONE, or why not: TOO_LONG, NOT_DETERMINISTIC or
 * PROXIMITY_MALFORMED.
 */
enum vouch_reason vouch_proximity_parse(struct vouch_proximity *proximity, const uint8_t *bytes,
					size_t len);

/**
 * vouch_proximity_check() - did the card and the guest have this one exchange?
 * @proximity: decoded
 * @hash: to hash with
 * @evidence: that it must go with, its signature verified
 * @key: alias key of the card
 *
 * Return: VOUCH_REASON_NONE, or the first that does not hold:
 * PROXIMITY_SIGNATURE, _OTHER, _AFTER, _OPENING, _VIOLATION, _CHALLENGES,
 * _RESPONSES, _CHAIN or _CLOCK.
 */
enum vouch_reason vouch_proximity_check(const struct vouch_proximity *proximity,
					struct vouch_hash *hash,
					const struct vouch_evidence *evidence, EVP_PKEY *key);

/**
 * vouch_proximity_number() - a number of a list
 * @list: the list
 * @at: its first byte
 * @len: bytes of the number, at most 8
 *
 * Return: the number; the caller has checked that it is inside.
 */
uint64_t vouch_proximity_number(const struct vouch_proximity_list *list, size_t at, size_t len);

#endif /* VOUCH_VERIFY_PROXIMITY_H */
