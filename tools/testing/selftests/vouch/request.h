/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _VOUCH_TEST_REQUEST_H
#define _VOUCH_TEST_REQUEST_H

/* Every request that there is, as someone makes it who means it. */

#include <stddef.h>
#include <stdint.h>
#include <vouch/ioctl.h>

#define REQUESTS 11

struct request {
	const char *name;
	unsigned long cmd;
	size_t size;		/* the commands do not carry it */
};

extern const struct request requests[REQUESTS];

union request_arg {
	struct vouch_ioc_info info;
	struct vouch_ioc_log_state log_state;
	struct vouch_ioc_certs certs;
	struct vouch_ioc_attest attest;
	struct vouch_ioc_receipt receipt;
	struct vouch_ioc_log_read log_read;
	struct vouch_ioc_proximity proximity;
	struct vouch_ioc_measure measure;
	struct vouch_ioc_record record;
	struct vouch_ioc_assign assign;
	uint8_t bytes[4096];
};

/*
 * Argument @which of its kind; @out is VOUCH_TRANSFER_MAX bytes for the answer,
 * @evidence the digest of the last that was received.
 */
void request_fill(const struct request *request, unsigned int which, uint8_t *out,
		  const uint8_t *evidence, union request_arg *arg);

/* The answer has come: where it is evidence, @evidence is its digest from now on. */
void request_done(const struct request *request, const union request_arg *arg,
		  uint8_t *evidence);

#endif /* _VOUCH_TEST_REQUEST_H */
