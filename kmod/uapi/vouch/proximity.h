/* SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR MIT */
#ifndef _UAPI_VOUCH_PROXIMITY_H
#define _UAPI_VOUCH_PROXIMITY_H

/*
 * Proximity sessions of guest functions (Documentation/proximity.rst). The rounds
 * are accesses of VOUCH_REG_CHALLENGE and VOUCH_REG_RESPONSE.
 */

#include "wire.h"

#define VOUCH_SESSION_SIZE	16	/* random, one a proximity session */
#define VOUCH_SECRET_SIZE	32	/* the guest's, random, one a session */
#define VOUCH_ROUNDS_MIN	2	/* of a proximity session */
#define VOUCH_ROUNDS_MAX	256
#define VOUCH_PROXIMITY_MAX	8192	/* bytes of what PROXIMITY_CLOSE returns */
#define VOUCH_PROXIMITY_NS	10000000000ULL	/* a session lasts no longer */

/**
 * struct vouch_proximity_open - asks for a proximity session
 * @rounds: VOUCH_ROUNDS_MIN to VOUCH_ROUNDS_MAX
 * @rsv: zero
 * @nonce: as in the request for the evidence that it goes with
 */
struct vouch_proximity_open {
	__le32 rounds;
	__le32 rsv;
	__u8 nonce[VOUCH_DIGEST_SIZE];
};

VOUCH_LAYOUT(vouch_proximity_open, 56);

/**
 * struct vouch_proximity_opened - a session that waits for its first challenge
 * @session: names it
 * @commitment: to the session and its table (Documentation/proximity.rst)
 */
struct vouch_proximity_opened {
	__u8 session[VOUCH_SESSION_SIZE];
	__u8 commitment[VOUCH_DIGEST_SIZE];
};

VOUCH_LAYOUT(vouch_proximity_opened, 64);

/**
 * struct vouch_proximity_close - ends a session
 * @session: which; any other is VOUCH_ST_NOT_FOUND and stays
 */
struct vouch_proximity_close {
	__u8 session[VOUCH_SESSION_SIZE];
};

VOUCH_LAYOUT(vouch_proximity_close, 16);

#endif /* _UAPI_VOUCH_PROXIMITY_H */
