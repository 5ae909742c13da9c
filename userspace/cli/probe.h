/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VOUCH_CLI_PROBE_H
#define VOUCH_CLI_PROBE_H

/* bpf/latency.bpf.c, loaded and attached for as long as somebody reads it. */

#include <stdbool.h>
#include <stdint.h>

#include "latency.h"

struct probe;

/**
 * struct probe_options - which commands, and room for how many
 * @card: N of /dev/vouchN, or -1 for all
 * @own: only commands of the calling thread
 * @ring: bytes for events that wait to be read, a power of two and of pages;
 *	0 for VOUCH_LATENCY_RING
 */
struct probe_options {
	int card;
	bool own;
	uint32_t ring;
};

/**
 * struct probe_numbers - all that was counted since the start
 * @commands: by opcode
 * @answered: completions by opcode, the sum of the slots
 * @totals: of all opcodes
 */
struct probe_numbers {
	struct vouch_latency_command commands[VOUCH_LATENCY_OPCODES];
	uint64_t answered[VOUCH_LATENCY_OPCODES];
	struct vouch_latency_totals totals;
};

typedef void (*probe_event_fn)(void *ctx, const struct vouch_latency_event *event);

int probe_open(struct probe **out, const struct probe_options *options, probe_event_fn fn,
	       void *ctx);
int probe_wait(struct probe *probe, int ms);
void probe_read(struct probe *probe, struct probe_numbers *numbers);
void probe_close(struct probe *probe);
const char *probe_error_text(int error);

#endif /* VOUCH_CLI_PROBE_H */
