/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VOUCH_VERIFY_REQUEST_H
#define VOUCH_VERIFY_REQUEST_H

/* What the asker asked, and when (vouch.cddl, request). */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "finding.h"

#define VOUCH_REQUEST_SIZE_MAX	1024
#define VOUCH_NONCE_MIN		8
#define VOUCH_NONCE_MAX		64

/* Who took the stamps at doorbell and interrupt. */
enum vouch_stamped_by {
	VOUCH_STAMPED_UNSAID,
	VOUCH_STAMPED_BY_DRIVER,
	VOUCH_STAMPED_BY_EBPF,
};

/**
 * struct vouch_request - decoded; all times on the asker's one clock, ns
 * @nonce: the verifier's
 * @nonce_len: VOUCH_NONCE_MIN to VOUCH_NONCE_MAX
 * @t_before: just before the request
 * @t_after: just after the answer
 * @t_doorbell: the driver rang, where @has_doorbell
 * @t_interrupt: the driver was interrupted, where @has_interrupt
 * @has_doorbell: there is one
 * @has_interrupt: there is one
 * @stamped_by: who took both, enum vouch_stamped_by
 */
struct vouch_request {
	uint8_t nonce[VOUCH_NONCE_MAX];
	size_t nonce_len;
	uint64_t t_before;
	uint64_t t_after;
	uint64_t t_doorbell;
	uint64_t t_interrupt;
	bool has_doorbell;
	bool has_interrupt;
	enum vouch_stamped_by stamped_by;
};

/**
 * vouch_request_parse() - decode a request
 * @request: returns it
 * @bytes: the request
 * @len: bytes there
 *
 * Return: VOUCH_REASON_NONE, or why not: TOO_LONG, NOT_DETERMINISTIC or
 * REQUEST_MALFORMED.
 */
enum vouch_reason vouch_request_parse(struct vouch_request *request, const uint8_t *bytes,
				      size_t len);

#endif /* VOUCH_VERIFY_REQUEST_H */
