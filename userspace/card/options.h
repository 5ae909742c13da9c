/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VOUCH_CARD_OPTIONS_H
#define VOUCH_CARD_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "core/card.h"

enum vouch_verb {
	VOUCH_VERB_SERVE,
	VOUCH_VERB_INIT,
	VOUCH_VERB_CSR,
	VOUCH_VERB_INSTALL,
	VOUCH_VERB_INFO,
	VOUCH_VERB_DONE,	/* --help, --version: nothing left to do */
};

/**
 * struct vouch_options - the command line
 * @verb: what to do
 * @state: state folder
 * @file: of VOUCH_VERB_CSR and VOUCH_VERB_INSTALL
 * @json: VOUCH_VERB_INFO as JSON
 * @functions: how many; numbers below have a socket each
 * @sockets: by function number
 * @capacity: records in log 0, or 0 for the default
 * @batch: enum vouch_batch_policy
 * @batch_wait_ms: how long a request waits for others at most
 * @alg: VOUCH_ALG_*, or 0 for the default
 * @ready_fd: where to say that clients may connect
 * @control: test only: control socket, or NULL
 */
struct vouch_options {
	enum vouch_verb verb;
	const char *state;
	const char *file;
	bool json;
	uint16_t functions;
	const char *sockets[VOUCH_CARD_FUNCTIONS];
	uint64_t capacity;
	enum vouch_batch_policy batch;
	uint64_t batch_wait_ms;
	int alg;
	int ready_fd;
	const char *control;
};

int vouch_options_parse(struct vouch_options *o, int argc, char **argv);

#endif /* VOUCH_CARD_OPTIONS_H */
