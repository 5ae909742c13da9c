/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VOUCH_PRIVATE_H
#define VOUCH_PRIVATE_H

/* What the library's own files share; not part of its interface. */

#include <openssl/evp.h>

#include "vouch.h"

#define VOUCH_CLOCK_NAME	"CLOCK_MONOTONIC_RAW"

int vouch_device_call(struct vouch_device *dev, unsigned long request, void *arg);
uint64_t vouch_clock(void);
int vouch_sha384(const void *buf, size_t len, uint8_t digest[VOUCH_DIGEST_SIZE]);

EVP_PKEY *vouch_key_evp(const struct vouch_key *key);

struct cbor_out;

int vouch_exchange_have(struct vouch_device *dev, const uint8_t nonce[VOUCH_DIGEST_SIZE],
			uint32_t rounds, struct vouch_exchange *ex, struct vouch_near *near);
void vouch_exchange_put(struct cbor_out *out, const struct vouch_exchange *ex);
void vouch_request_put(struct cbor_out *out, const struct vouch_package_request *req,
		       const struct vouch_answer *answer);

/* The spool: bytes whose length must be known before they are written out. */
struct vouch_spool;

int vouch_spool_new(struct vouch_spool **out);
int vouch_spool_add(struct vouch_spool *spool, const void *buf, size_t len);
int vouch_spool_send(struct vouch_spool *spool, uint64_t from, uint64_t len,
		     vouch_write_fn write, void *ctx);
uint64_t vouch_spool_size(const struct vouch_spool *spool);
void vouch_spool_free(struct vouch_spool *spool);

/* Part of a COSE_Sign1 whose payload is not in memory as a whole. */
struct vouch_cose;

int vouch_cose_begin(const struct vouch_key *key, const char *context, uint64_t payload_len,
		     vouch_write_fn write, void *ctx, struct vouch_cose **out);
int vouch_cose_payload(void *cose, const void *buf, size_t len);
int vouch_cose_end(struct vouch_cose *cose);
void vouch_cose_free(struct vouch_cose *cose);

/* What the card signed, which it wraps in two ways. */
enum vouch_signed {
	VOUCH_SIGNED_EVIDENCE,
	VOUCH_SIGNED_RECEIPT,
};

struct cbor_in;

bool vouch_is_batched(const uint8_t *buf, size_t len);
int vouch_signed_read(enum vouch_signed what, const void *buf, size_t len, struct cbor_in *claims,
		      uint64_t *batch);

#endif /* VOUCH_PRIVATE_H */
