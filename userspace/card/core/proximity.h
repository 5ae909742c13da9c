/* SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR MIT */
#ifndef VOUCH_CARD_PROXIMITY_H
#define VOUCH_CARD_PROXIMITY_H

/*
 * Proximity sessions (Documentation/proximity.rst), one a guest function:
 *
 *	in state	on		goes to		and
 *	closed		OPEN		idle		draws and commits to the table
 *	idle		challenge	answering	stamps it and keeps it
 *	answering	response	idle		stamps it, answers: XOR of the two
 *	idle		response	idle		counts a violation, answers 0
 *	answering	challenge	answering	counts a violation, drops it
 *	idle, all done	challenge	idle		counts a violation, drops it
 *	idle, all done	CLOSE		closed		opens the table, signs
 *
 * From any other state CLOSE, and from any state another OPEN, a reset, the
 * driver's leaving, a change of the instance and VOUCH_PROXIMITY_NS lead to
 * closed, and nothing is signed.
 */

#include <stdbool.h>
#include <stdint.h>

#include <vouch/proximity.h>

struct vouch_card;

#define VOUCH_WORD_SIZE		8	/* a table word, challenge or response */
#define VOUCH_STAMP_SIZE	4	/* a difference in ns, all ones for longer */

/**
 * struct vouch_proximity - a function's session; lists are little endian
 * @open: there is one
 * @answering: a challenge has come, its response has not been read
 * @rounds: in the table
 * @done: of these, how many were answered
 * @violations: accesses out of turn
 * @opened: card clock when the commitment was made
 * @first: card clock at the first challenge
 * @last: card clock at the last challenge or response, at first @opened
 * @session: its name
 * @nonce: as the guest gave it
 * @commitment: as the guest was told it
 * @words: the table
 * @challenges: as received
 * @stamps: of each round, since the last response and until its own
 */
struct vouch_proximity {
	bool open;
	bool answering;
	uint32_t rounds;
	uint32_t done;
	uint32_t violations;
	uint64_t opened;
	uint64_t first;
	uint64_t last;
	uint8_t session[VOUCH_SESSION_SIZE];
	uint8_t nonce[VOUCH_DIGEST_SIZE];
	uint8_t commitment[VOUCH_DIGEST_SIZE];
	uint8_t words[VOUCH_ROUNDS_MAX][VOUCH_WORD_SIZE];
	uint8_t challenges[VOUCH_ROUNDS_MAX][VOUCH_WORD_SIZE];
	uint8_t stamps[VOUCH_ROUNDS_MAX][2][VOUCH_STAMP_SIZE];
};

void vouch_proximity_end(struct vouch_proximity *session);

/**
 * vouch_card_challenge - VOUCH_REG_CHALLENGE was written
 * @card: an open card
 * @fn: function whose register it was
 * @challenge: what was written, whole
 * @now: card clock when the write arrived
 */
void vouch_card_challenge(struct vouch_card *card, uint16_t fn, uint64_t challenge, uint64_t now);

/**
 * vouch_card_response - VOUCH_REG_RESPONSE was read
 * @card: an open card
 * @fn: function whose register it was
 * @now: card clock when the read arrived
 *
 * Return: the answer to the last challenge, once; otherwise 0.
 */
uint64_t vouch_card_response(struct vouch_card *card, uint16_t fn, uint64_t now);

/**
 * vouch_card_last_access - when a session with rounds left was opened or last accessed
 * @card: an open card
 *
 * Return: card clock; the latest of all functions, 0 where there is no such session.
 */
uint64_t vouch_card_last_access(const struct vouch_card *card);

#endif /* VOUCH_CARD_PROXIMITY_H */
