/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VOUCH_H
#define VOUCH_H

/*
 * libvouch: the client of a vouch card over /dev/vouchN.
 *
 * Functions return 0 or a negative errno; vouch_error_text() turns one into
 * a sentence that says what to do. Nothing here trusts the card or the
 * kernel: every length, number and byte they return is checked before use.
 * Nothing here verifies a signature either: that is the verifier's work.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <vouch/ioctl.h>

#include "answer.h"
#include "errors.h"
#include "near.h"

#define VOUCH_KEY_SIZE		97	/* 0x04 || x || y on P-384 */
#define VOUCH_NONCE_MIN		8
#define VOUCH_NONCE_MAX		64
#define VOUCH_LOG_END		UINT64_MAX
#define VOUCH_ANY_DEVICE	(-1)

struct vouch_device;
struct vouch_key;

/**
 * struct vouch_device_ops - how requests reach the card
 * @ioctl: one request of <vouch/ioctl.h>; returns 0 or a negative errno
 * @close: releases the context, may be NULL
 *
 * A test puts its own device here.
 */
struct vouch_device_ops {
	int (*ioctl)(void *ctx, unsigned long request, void *arg);
	void (*close)(void *ctx);
};

int vouch_device_new(const struct vouch_device_ops *ops, void *ctx, struct vouch_device **out);
int vouch_device_open(int number, struct vouch_device **out);
int vouch_device_open_role(unsigned int role, struct vouch_device **out);
int vouch_device_find(const char *root, int number, int role);
void vouch_device_close(struct vouch_device *dev);

/**
 * struct vouch_info - what the card and this function are
 * @card_id: first 32 bytes of SHA-384 over the device key's SPKI
 * @firmware: SHA-384 of the card's firmware
 * @boot_count: power-ons since the card was made
 * @epoch: the host function's epoch
 * @log_capacity: most records in log 0
 * @function: this function's number, 0 is the host's
 * @role: VOUCH_ROLE_*
 * @functions: how many the card has
 * @attach: VOUCH_ATTACH_* of the host function
 * @debug: whether the card can be debugged
 */
struct vouch_info {
	uint8_t card_id[VOUCH_CARD_ID_SIZE];
	uint8_t firmware[VOUCH_DIGEST_SIZE];
	uint64_t boot_count;
	uint64_t epoch;
	uint64_t log_capacity;
	unsigned int function;
	unsigned int role;
	unsigned int functions;
	unsigned int attach;
	bool debug;
};

int vouch_info_get(struct vouch_device *dev, struct vouch_info *info);
const char *vouch_role_name(unsigned int role);
const char *vouch_attach_name(unsigned int attach);
const char *vouch_command_name(unsigned int opcode);

/**
 * struct vouch_log - one log at one moment
 * @id: 0 the host's, otherwise a function's number
 * @instance: zeros for log 0
 * @count: records in it
 * @current: number of the last record of type kernel, or VOUCH_NO_REF
 * @pcr: running digest
 * @root: of the Merkle mountain range
 */
struct vouch_log {
	uint64_t id;
	uint8_t instance[VOUCH_INSTANCE_SIZE];
	uint64_t count;
	uint64_t current;
	uint8_t pcr[VOUCH_DIGEST_SIZE];
	uint8_t root[VOUCH_DIGEST_SIZE];
};

/**
 * struct vouch_record - one decoded record; pointers go into the raw bytes
 * @log: log id
 * @number: its number
 * @digest: record digest as the log states it
 * @content: the bytes that @digest should cover
 * @content_len: bytes at @content
 * @type: enum vouch_record_type
 * @origin: 0 card, 1 kernel hook, 2 user
 * @time: card clock, ns
 * @epoch: power-ons and resets before it
 * @measured: digest of what was measured, or NULL
 * @name: UTF-8 without NUL, not terminated, or NULL
 * @name_len: bytes at @name
 * @data: type-specific bytes, or NULL
 * @data_len: bytes at @data
 * @ref: number of an earlier record, or VOUCH_NO_REF
 */
struct vouch_record {
	uint64_t log;
	uint64_t number;
	const uint8_t *digest;
	const uint8_t *content;
	size_t content_len;
	unsigned int type;
	unsigned int origin;
	uint64_t time;
	uint64_t epoch;
	const uint8_t *measured;
	const char *name;
	size_t name_len;
	const uint8_t *data;
	size_t data_len;
	uint64_t ref;
};

int vouch_record_decode(const void *buf, size_t len, struct vouch_record *rec, size_t *used);
bool vouch_record_intact(const struct vouch_record *rec);
const char *vouch_record_type_name(unsigned int type);
const char *vouch_record_origin_name(unsigned int origin);

/* Called with each item of a log; @rec is NULL for a checkpoint. */
typedef int (*vouch_log_fn)(void *ctx, const struct vouch_record *rec,
			    const uint8_t *raw, size_t len);

int vouch_log_state(struct vouch_device *dev, uint32_t log, struct vouch_log *state);
int vouch_log_walk(struct vouch_device *dev, uint32_t log, uint64_t from, uint64_t to,
		   vouch_log_fn fn, void *ctx, uint64_t *next);

#define VOUCH_EVIDENCE_LOGS	2

/**
 * struct vouch_evidence - claims, read and not verified
 * @nonce: echoed
 * @card_id: from the ueid
 * @boot_count: power-ons
 * @logs: log 0, and the asker's own; current is only set for log 0
 * @has_log: by position in @logs, whether the evidence speaks of it
 * @function: the asker's number
 * @role: VOUCH_ROLE_*
 * @epoch: of the host function
 * @attach: VOUCH_ATTACH_*
 * @own_epoch: power-ons and resets that the asker's own log has seen
 * @own_attach: VOUCH_ATTACH_* of the asker
 * @t_rx: card clock, request fetched, ns
 * @t_sign: card clock, signing began, ns
 * @firmware: SHA-384 of the card's firmware
 * @debug: whether the card can be debugged
 * @batch: how many share the signature; 0 where it has one of its own
 */
struct vouch_evidence {
	uint8_t nonce[VOUCH_DIGEST_SIZE];
	uint8_t card_id[VOUCH_CARD_ID_SIZE];
	uint64_t boot_count;
	struct vouch_log logs[VOUCH_EVIDENCE_LOGS];
	bool has_log[VOUCH_EVIDENCE_LOGS];
	uint64_t function;
	uint64_t role;
	uint64_t epoch;
	uint64_t attach;
	uint64_t own_epoch;
	uint64_t own_attach;
	uint64_t t_rx;
	uint64_t t_sign;
	uint8_t firmware[VOUCH_DIGEST_SIZE];
	bool debug;
	uint64_t batch;
};

int vouch_evidence_read(const void *buf, size_t len, struct vouch_evidence *ev);

int vouch_key_new(struct vouch_key **out);
int vouch_key_load(const char *path, struct vouch_key **out);
int vouch_key_save(const struct vouch_key *key, const char *path);
void vouch_key_public(const struct vouch_key *key, uint8_t out[VOUCH_KEY_SIZE]);
void vouch_key_free(struct vouch_key *key);

/* Called with an answer that has just come, to put better bus stamps in it. */
typedef void (*vouch_stamp_fn)(void *ctx, struct vouch_answer *answer);

/**
 * struct vouch_package_request - what a package is to hold
 * @nonce: the verifier's
 * @nonce_len: VOUCH_NONCE_MIN to VOUCH_NONCE_MAX
 * @timeout_ms: for the card's answer, 0 for the driver's default
 * @flags: VOUCH_ATTEST_*; without any of the logs, all that the function has
 * @no_log: leave both logs empty; a verifier then cannot replay them
 * @rounds: of a proximity session, 0 for none
 * @key: signs the package; NULL makes a fresh one
 * @stamp: sees the answer before anything is made of it, or NULL
 * @stamp_ctx: for @stamp
 */
struct vouch_package_request {
	const uint8_t *nonce;
	size_t nonce_len;
	uint32_t timeout_ms;
	uint32_t flags;
	bool no_log;
	uint32_t rounds;
	const struct vouch_key *key;
	vouch_stamp_fn stamp;
	void *stamp_ctx;
};

/**
 * struct vouch_package_summary - what went into a package
 * @evidence: its claims
 * @before: see struct vouch_answer
 * @after: see struct vouch_answer
 * @doorbell: see struct vouch_answer
 * @interrupt: see struct vouch_answer
 * @card: what the card says that it took of that, by its own clock; not verified
 * @size: bytes of the package
 * @log_size: bytes of log 0
 * @own_size: bytes of the instance log
 * @near: the proximity session, if one was asked for
 */
struct vouch_package_summary {
	struct vouch_evidence evidence;
	uint64_t before;
	uint64_t after;
	uint64_t doorbell;
	uint64_t interrupt;
	uint64_t card;
	uint64_t size;
	uint64_t log_size;
	uint64_t own_size;
	struct vouch_near near;
};

/* Takes the next bytes of the output; returns 0 or a negative errno. */
typedef int (*vouch_write_fn)(void *ctx, const void *buf, size_t len);

int vouch_package_write(struct vouch_device *dev, const struct vouch_package_request *req,
			vouch_write_fn write, void *ctx, struct vouch_package_summary *sum);
int vouch_write_file(void *file, const void *buf, size_t len);

int vouch_measure(struct vouch_device *dev, const char *name,
		  const uint8_t digest[VOUCH_DIGEST_SIZE], uint64_t *number,
		  uint8_t record[VOUCH_DIGEST_SIZE]);
int vouch_record_append(struct vouch_device *dev, const struct vouch_record *rec,
			uint64_t *number);
int vouch_measure_file(FILE *file, uint8_t digest[VOUCH_DIGEST_SIZE]);

int vouch_assign(struct vouch_device *dev, uint32_t function, uint64_t *number,
		 uint8_t instance[VOUCH_INSTANCE_SIZE]);
int vouch_withdraw(struct vouch_device *dev, uint32_t function);

#endif /* VOUCH_H */
