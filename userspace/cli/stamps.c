// SPDX-License-Identifier: GPL-2.0-only
/*
 * The stamps of one's own request, out of the ring of bpf/latency.bpf.c. They
 * are worth more than those in the request's own answer in one respect: they
 * tell an interrupt's time from that of a completion found without one.
 */
#include <errno.h>
#include <stdlib.h>

#include "probe.h"
#include "stamps.h"

#define RING_SIZE	(64 * 1024)

struct stamps {
	struct probe *probe;
	unsigned int opcode;
	uint64_t t_rx;
	struct vouch_latency_event found;
	bool has;
};

/* By card clock: no two commands of a card have the same, whatever their id. */
static void match(void *ctx, const struct vouch_latency_event *event)
{
	struct stamps *stamps = ctx;

	if (event->opcode != stamps->opcode || event->t_rx != stamps->t_rx || !event->task)
		return;
	stamps->found = *event;
	stamps->has = true;
}

/**
 * stamps_open() - begin to watch what the calling thread asks
 * @out: result
 *
 * Return: 0, or a negative errno for probe_error_text().
 */
int stamps_open(struct stamps **out)
{
	const struct probe_options options = { .card = -1, .own = true, .ring = RING_SIZE };
	struct stamps *stamps = calloc(1, sizeof(*stamps));
	int ret;

	if (!stamps)
		return -ENOMEM;
	ret = probe_open(&stamps->probe, &options, match, stamps);
	if (ret)
		free(stamps);
	else
		*out = stamps;
	return ret;
}

/**
 * stamps_take() - put the stamps of a request that was answered in its answer
 * @stamps: open since before the request
 * @opcode: of the command that it became
 * @answer: whose stamps are replaced; @interrupt becomes 0 where the answer
 *	was found without an interrupt
 *
 * Return: 0; -ENODATA if the request's event was lost, -EBADMSG if its times
 * are not in order. The answer keeps its own stamps then.
 */
int stamps_take(struct stamps *stamps, unsigned int opcode, struct vouch_answer *answer)
{
	const struct vouch_latency_event *found = &stamps->found;

	stamps->opcode = opcode;
	stamps->t_rx = answer->t_rx;
	stamps->has = false;
	/* The event was written before the answer was handed over. */
	probe_wait(stamps->probe, 0);
	if (!stamps->has)
		return -ENODATA;
	if (found->doorbell < answer->before || found->interrupt < found->doorbell ||
	    answer->after < found->interrupt)
		return -EBADMSG;
	answer->doorbell = found->doorbell;
	answer->interrupt = found->flags & VOUCH_LATENCY_UNANNOUNCED ? 0 : found->interrupt;
	answer->by_ebpf = true;
	return 0;
}

/* stamps_close() - end it; NULL is fine */
void stamps_close(struct stamps *stamps)
{
	if (!stamps)
		return;
	probe_close(stamps->probe);
	free(stamps);
}
