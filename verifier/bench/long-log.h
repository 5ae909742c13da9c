/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VOUCH_VERIFY_LONG_LOG_H
#define VOUCH_VERIFY_LONG_LOG_H

/* A made-up log of any length: modules that load, each with a reference. */

#include "../lib/evidence.h"
#include "../lib/hash.h"

#define VOUCH_LONG_LOG_REFERENCES	4096
#define VOUCH_LONG_LOG_BLOCK		128	/* bytes in one SHA-384 compression */

/**
 * vouch_long_log_reference() - the digest of one of the modules
 * @digest: returns VOUCH_DIGEST_LEN bytes
 * @n: which, modulo VOUCH_LONG_LOG_REFERENCES
 */
void vouch_long_log_reference(uint8_t *digest, uint32_t n);

/**
 * vouch_long_log_write() - write the log as it is made
 * @path: of the file
 * @claim: the caller sets @count; returns PCR and root as a card would sign them
 * @card: VOUCH_CARD_ID_LEN bytes
 * @hash: hash context
 * @compressions: returns how many replaying it takes
 *
 * Return: 0 or -EIO.
 */
int vouch_long_log_write(const char *path, struct vouch_log_claim *claim, const uint8_t *card,
			 struct vouch_hash *hash, uint64_t *compressions);

#endif /* VOUCH_VERIFY_LONG_LOG_H */
