/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VOUCH_AGENT_QUOTE_H
#define VOUCH_AGENT_QUOTE_H

/*
 * A measured boot goes to the log: the TPM's key, the firmware's events, and a
 * quote over the card's epoch nonce (Documentation/formats.rst, records 65-68).
 */

#include <stddef.h>
#include <stdint.h>

#include "tpm.h"
#include "vouch.h"

#define EPOCH_NONCE_SIZE	32

/**
 * struct epoch - where the host's log stands
 * @number: of the record that began the epoch
 * @nonce: that the card drew for it
 * @known: there is one
 * @quoted: this epoch has a quote already
 * @jumped: a kexec was announced since, so PCRs speak of another kernel
 */
struct epoch {
	uint64_t number;
	uint8_t nonce[EPOCH_NONCE_SIZE];
	bool known;
	bool quoted;
	bool jumped;
};

/**
 * epoch_read() - find the current epoch in the host's log
 * @card: the host function
 * @epoch: returns it
 *
 * Return: 0 or a negative errno, as vouch_log_walk().
 */
int epoch_read(struct vouch_device *card, struct epoch *epoch);

/**
 * quote_write() - append key, events, quote and signature
 * @card: the host function
 * @tpm: where @quote is from
 * @quote: over the epoch nonce
 * @log: the firmware's event log, any bytes
 * @len: bytes there
 * @events: returns how many events were recorded
 *
 * Return: 0; -EBADMSG or -ENOTSUP for @log; or as vouch_record_append().
 */
int quote_write(struct vouch_device *card, const struct tpm *tpm,
		const struct tpm_quote *quote, const uint8_t *log, size_t len, size_t *events);

#endif /* VOUCH_AGENT_QUOTE_H */
