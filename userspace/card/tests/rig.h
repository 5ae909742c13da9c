/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VOUCH_CARD_RIG_H
#define VOUCH_CARD_RIG_H

/* A card on a test bench: memory for storage, a clock that the test winds. */

#include "../core/card.h"
#include "../core/le.h"
#include "../platform/crypto.h"

#define RIG_DISK	(8 << 20)
#define RIG_CAPACITY	16384

/**
 * struct rig - a card and everything around it
 * @card: the card
 * @config: what it is opened with
 * @report: what opening found
 * @crypto: real cryptography
 * @key: alias key
 * @time: the card's clock; each look at it is 10 ns later
 * @index: of log 0
 * @disk: the journal
 * @size: bytes in it
 * @flushed: of these, how many would survive a power cut
 * @counter: the monotonic counter
 * @fuse: storage calls that still work; the next one is cut off. -1: all work
 * @partial: bytes that the cut-off call still writes
 * @flushes: calls of flush so far
 * @reply: to the last command
 * @out: its output
 */
struct rig {
	struct vouch_card card;
	struct vouch_card_config config;
	struct vouch_card_report report;
	struct vouch_crypto crypto;
	EVP_PKEY *key;
	uint64_t time;
	uint64_t index[VOUCH_CARD_INDEX(RIG_CAPACITY)];
	uint8_t disk[RIG_DISK];
	size_t size;
	size_t flushed;
	uint64_t counter;
	long fuse;
	size_t partial;
	unsigned int flushes;
	struct vouch_card_reply reply;
	uint8_t out[VOUCH_TRANSFER_MAX];
};

/* What a test appends. */
struct rig_record {
	uint16_t type;
	const char *name;
	const void *data;
	size_t data_len;
	const uint8_t *digest;
	uint64_t ref;
};

struct rig *rig_new(uint64_t capacity, uint16_t functions);
struct rig *rig_with_guest(void);
void rig_free(struct rig *rig);
int rig_open(struct rig *rig);
void rig_power_cut(struct rig *rig, size_t survives);
enum vouch_status rig_command(struct rig *rig, uint16_t fn, uint16_t opcode, uint64_t arg0,
			      uint64_t arg1, const void *in, size_t in_len, size_t out_cap);
enum vouch_status rig_append_only(struct rig *rig, uint16_t fn, const struct rig_record *r);
enum vouch_status rig_append(struct rig *rig, uint16_t fn, const struct rig_record *r);
enum vouch_status rig_user(struct rig *rig, uint16_t fn, const char *name);
enum vouch_status rig_hook(struct rig *rig, uint16_t fn, uint16_t type);
enum vouch_status rig_attest(struct rig *rig, uint16_t fn, uint8_t nonce);
struct vouch_log_state rig_log_state(struct rig *rig, uint16_t fn, uint16_t log);
struct vouch_identity rig_identity(struct rig *rig, uint16_t fn);
uint64_t rig_number(const struct rig *rig);

#endif /* VOUCH_CARD_RIG_H */
