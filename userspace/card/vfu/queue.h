/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VOUCH_VFU_QUEUE_H
#define VOUCH_VFU_QUEUE_H

#include <stdbool.h>
#include <stdint.h>

#include <vouch/regs.h>

#include "../core/card.h"

struct vouch_function;

#define VOUCH_QUEUE_LATE	64	/* bytes of output that can wait for a commit */

/**
 * struct vouch_queue_slot - a command that was fetched and whose completion is not posted
 * @cmd: the command, as fetched
 * @reply: its completion
 * @waiting: not executed yet: it waits in the card's batch
 * @place: where
 * @settled: committed; may be posted
 * @not_before: card clock at which it may be posted
 * @out: output of a pending reply, written when it is posted
 */
struct vouch_queue_slot {
	struct vouch_cmd cmd;
	struct vouch_card_reply reply;
	bool waiting;
	uint32_t place;
	bool settled;
	uint64_t not_before;
	uint8_t out[VOUCH_QUEUE_LATE];
};

/**
 * struct vouch_queue - a pair of rings
 * @running: the card may use the rings
 * @size: entries in each ring
 * @sq_base: bus address of the submission ring
 * @cq_base: bus address of the completion ring
 * @sq_head: next submission to fetch
 * @sq_tail: the driver's doorbell
 * @cq_head: the driver's doorbell
 * @cq_tail: next completion to post
 * @phase: of the next completion
 * @count: of @slots; each has its place in the completion ring
 * @slots: fetched, not posted, in order
 */
struct vouch_queue {
	bool running;
	uint32_t size;
	uint64_t sq_base;
	uint64_t cq_base;
	uint32_t sq_head;
	uint32_t sq_tail;
	uint32_t cq_head;
	uint32_t cq_tail;
	uint16_t phase;
	unsigned int count;
	struct vouch_queue_slot slots[VOUCH_QSIZE_MAX];
};

int vouch_queue_start(struct vouch_queue *q, uint32_t size, uint64_t sq_base, uint64_t cq_base);
void vouch_queue_stop(struct vouch_queue *q);
int vouch_queue_submitted(struct vouch_queue *q, uint32_t tail);
int vouch_queue_consumed(struct vouch_queue *q, uint32_t head);
bool vouch_queue_waiting(const struct vouch_queue *q);
int vouch_queue_execute(struct vouch_function *f, unsigned int most);
void vouch_queue_answer(struct vouch_function *f, bool reachable);
void vouch_queue_settle(struct vouch_function *f, bool durable);
int vouch_queue_post(struct vouch_function *f);
uint64_t vouch_queue_next(const struct vouch_queue *q);

#endif /* VOUCH_VFU_QUEUE_H */
