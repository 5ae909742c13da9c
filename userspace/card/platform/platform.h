/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VOUCH_PLATFORM_H
#define VOUCH_PLATFORM_H

/*
 * What stands in for the card's hardware in the reference card: a state folder
 * and a counter file beside it, OpenSSL, and the machine's clock.
 *
 *	DIR/device.key	device key, made here, never leaves (PEM, 0600)
 *	DIR/device.crt	its certificate by the third party's CA (DER)
 *	DIR/alias.key	alias key, made for one firmware (PEM, 0600)
 *	DIR/alias.crt	its certificate by the device key (DER)
 *	DIR/journal	see core/journal.h
 *	DIR/lock	held while a process has the card
 *	DIR.counter	the monotonic counter: a card has it in hardware, out of
 *			reach of whoever restores an older copy of DIR
 */

#include "../core/card.h"
#include "counter.h"
#include "crypto.h"
#include "store.h"
#include "why.h"

#define VOUCH_CAPACITY_DEFAULT	(1ULL << 20)

/**
 * struct vouch_platform_options - how a card is opened
 * @state: state folder
 * @firmware: file whose SHA-384 is the firmware digest; NULL for this program
 * @capacity: of log 0; 0 for VOUCH_CAPACITY_DEFAULT
 * @functions: how many, the host's included
 * @alg: VOUCH_ALG_*; 0 for VOUCH_ALG_ES384
 * @batch: enum vouch_batch_policy
 * @batch_wait: ns after which a request waits no more for others
 * @debug: 1 when debugging is enabled
 */
struct vouch_platform_options {
	const char *state;
	const char *firmware;
	uint64_t capacity;
	uint16_t functions;
	int alg;
	enum vouch_batch_policy batch;
	uint64_t batch_wait;
	uint32_t debug;
};

/**
 * struct vouch_platform - the hardware of one open card
 * @config: for vouch_card_open()
 * @lock: holds the state folder
 * @power_on: CLOCK_MONOTONIC_RAW at power-on, ns
 * @store: journal
 * @counter: monotonic counter
 * @crypto: hash and alias key
 * @certificates: alias, then device
 */
struct vouch_platform {
	struct vouch_card_config config;
	int lock;
	uint64_t power_on;
	struct vouch_store store;
	struct vouch_counter counter;
	struct vouch_crypto crypto;
	uint8_t certificates[VOUCH_CARD_CERTS_MAX];
};

int vouch_platform_create(const char *state, struct vouch_why *why);
int vouch_platform_card_id(const char *state, uint8_t id[VOUCH_CARD_ID_SIZE],
			   struct vouch_why *why);
int vouch_platform_request(const char *state, const char *path, struct vouch_why *why);
int vouch_platform_install(const char *state, const char *path, struct vouch_why *why);
int vouch_platform_open(struct vouch_platform *p, const struct vouch_platform_options *options,
			struct vouch_why *why);
void vouch_platform_power_on(struct vouch_platform *p);
void vouch_platform_close(struct vouch_platform *p);
void vouch_platform_explain(const struct vouch_card_report *report, int error,
			    struct vouch_why *why);

#endif /* VOUCH_PLATFORM_H */
