/* SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR MIT */
#ifndef VOUCH_CARD_CONFIG_H
#define VOUCH_CARD_CONFIG_H

/* What a platform gives to the core. */

#include <stddef.h>
#include <stdint.h>

#include <vouch/wire.h>

#include "log.h"

#define VOUCH_CARD_FUNCTIONS	16	/* most functions, the host's included */
#define VOUCH_CARD_CAPACITY_MIN	64
#define VOUCH_CARD_CAPACITY_MAX	(1ULL << 40)
#define VOUCH_CARD_CERTS_MAX	6144	/* bytes of both certificates together */

/* Entries of the index that a log of @capacity records needs. */
#define VOUCH_CARD_INDEX(capacity) \
	(((capacity) + VOUCH_LOG_GROUP - 1) / VOUCH_LOG_GROUP)

#define VOUCH_ALG_ES384		(-35)
#define VOUCH_ALG_ESP384	(-51)
#define VOUCH_SIGNATURE_SIZE	96	/* r || s */
#define VOUCH_PAYLOAD_MAX	1024	/* bytes that are signed at once */

/* Whether requests for evidence share a signature, where the asker lets them. */
enum vouch_batch_policy {
	VOUCH_BATCH_OFF,
	VOUCH_BATCH_AUTO,	/* where more than one waits */
	VOUCH_BATCH_ALWAYS,	/* each waits for others to come */
};

/**
 * struct vouch_span - bytes that belong to somebody else
 * @data: start
 * @len: bytes
 */
struct vouch_span {
	const void *data;
	size_t len;
};

/**
 * struct vouch_card_clock - time
 * @now: nanoseconds since power-on; never goes backwards
 * @ctx: passed to each call
 */
struct vouch_card_clock {
	uint64_t (*now)(void *ctx);
	void *ctx;
};

/**
 * struct vouch_card_crypto - cryptography; each returns 0 or a negative errno
 * @random: fills @buf with secure random bytes
 * @sha384: digest over all @parts, one after the other
 * @sign: ECDSA P-384 with SHA-384 over @tbs, by the alias key, as r || s
 * @ctx: passed to each call
 */
struct vouch_card_crypto {
	int (*random)(void *ctx, void *buf, size_t len);
	int (*sha384)(void *ctx, const struct vouch_span *parts, size_t count, uint8_t *digest);
	int (*sign)(void *ctx, const void *tbs, size_t len, uint8_t *signature);
	void *ctx;
};

/**
 * struct vouch_card_storage - an append-only file and a counter that only grows
 * @append: adds bytes at the end; may keep them in memory until @flush
 * @flush: returns 0 when everything appended is durable
 * @read: exactly @len bytes at @offset, appended bytes included
 * @size: bytes in the file, appended bytes included
 * @truncate: durably cuts the file
 * @counter_read: the hardware counter
 * @counter_advance: durably raises the counter to @value
 * @ctx: passed to each call
 *
 * Each returns 0 or a negative errno.
 */
struct vouch_card_storage {
	int (*append)(void *ctx, const void *buf, size_t len);
	int (*flush)(void *ctx);
	int (*read)(void *ctx, uint64_t offset, void *buf, size_t len);
	int (*size)(void *ctx, uint64_t *size);
	int (*truncate)(void *ctx, uint64_t size);
	int (*counter_read)(void *ctx, uint64_t *value);
	int (*counter_advance)(void *ctx, uint64_t value);
	void *ctx;
};

/**
 * struct vouch_card_config - what a card is made of; must outlive the card
 * @clock: time
 * @crypto: cryptography, with the alias key
 * @storage: journal and counter
 * @card_id: first bytes of SHA-384(device SPKI)
 * @firmware: digest of the card's firmware
 * @alias: alias certificate, DER
 * @device: device certificate, DER
 * @alg: VOUCH_ALG_ES384 or VOUCH_ALG_ESP384
 * @functions: how many, the host's included, at most VOUCH_CARD_FUNCTIONS
 * @debug: 1 when debugging is enabled, else 0
 * @capacity: most records in log 0
 * @index: memory of VOUCH_CARD_INDEX(capacity) entries, need not be cleared
 * @batch: enum vouch_batch_policy
 * @batch_wait: ns after which a request waits no more for others
 */
struct vouch_card_config {
	struct vouch_card_clock clock;
	struct vouch_card_crypto crypto;
	struct vouch_card_storage storage;
	uint8_t card_id[VOUCH_CARD_ID_SIZE];
	uint8_t firmware[VOUCH_DIGEST_SIZE];
	struct vouch_span alias;
	struct vouch_span device;
	int alg;
	uint16_t functions;
	uint32_t debug;
	uint64_t capacity;
	uint64_t *index;
	enum vouch_batch_policy batch;
	uint64_t batch_wait;
};

#endif /* VOUCH_CARD_CONFIG_H */
