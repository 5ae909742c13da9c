/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _VOUCH_QUEUE_H
#define _VOUCH_QUEUE_H

/*
 * The rings of one function and the commands in flight. The card is hostile:
 * it may complete what was never sent, twice, late or never, and may write to
 * any buffer it was ever given until it is stopped. So a buffer belongs to a
 * slot for the life of the queue, and a slot whose command was given up on
 * stays out of use until the card answers it or is stopped.
 */

#include <linux/bitmap.h>
#include <linux/completion.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/wait.h>
#include <vouch/wire.h>

struct vouch_card;

#define VOUCH_QUEUE_ENTRIES	64	/* in each ring, if the card can */
#define VOUCH_QUEUE_SLOTS	32	/* commands in flight */
#define VOUCH_QUEUE_INPUT	4096	/* bytes of input in one command */

/**
 * struct vouch_request - one command and its answer
 * @opcode: enum vouch_opcode
 * @hook: sent by a measuring hook: may use the slots kept back from user
 *	space, and is not given up on when the task is killed
 * @in: kernel memory, @in_len bytes
 * @in_len: at most VOUCH_QUEUE_INPUT
 * @out_room: room at @out, at most VOUCH_TRANSFER_MAX
 * @out: kernel memory
 * @arg0: as the command wants it
 * @arg1: likewise
 * @timeout_ms: 0 for the module parameter
 * @status: returns enum vouch_status
 * @out_len: returns bytes written to @out; with VOUCH_ST_SMALL, bytes needed
 * @result: returned
 * @t_rx: returns the card's clock when it fetched the command, ns
 * @t_doorbell: returns CLOCK_MONOTONIC_RAW at the doorbell, ns
 * @t_interrupt: returns the same at interrupt entry, ns
 */
struct vouch_request {
	u16 opcode;
	bool hook;
	const void *in;
	u32 in_len;
	u32 out_room;
	void *out;
	u64 arg0;
	u64 arg1;
	unsigned int timeout_ms;

	u16 status;
	u32 out_len;
	u64 result;
	u64 t_rx;
	u64 t_doorbell;
	u64 t_interrupt;
};

enum vouch_slot_state {
	VOUCH_SLOT_FREE,
	VOUCH_SLOT_TAKEN,	/* being filled; the card does not know it */
	VOUCH_SLOT_SENT,
	VOUCH_SLOT_DONE,
	VOUCH_SLOT_STALE,	/* given up on; the card may still write here */
};

/**
 * struct vouch_slot - a command in flight and its buffers
 * @done: completed when the answer is here, or the queue failed
 * @in: VOUCH_QUEUE_INPUT bytes for the card to read
 * @out: VOUCH_TRANSFER_MAX bytes for the card to write
 * @in_dma: bus address of @in
 * @out_dma: bus address of @out
 * @state: where the command stands
 * @turn: counts uses; part of the command's cid
 * @opcode: of the command
 * @out_room: what the card was told
 * @t_doorbell: see struct vouch_request
 * @t_interrupt: likewise
 * @cpl: copy of the completion
 */
struct vouch_slot {
	struct completion done;
	void *in;
	void *out;
	dma_addr_t in_dma;
	dma_addr_t out_dma;
	enum vouch_slot_state state;
	u8 turn;
	u16 opcode;
	u32 out_room;
	u64 t_doorbell;
	u64 t_interrupt;
	struct vouch_cpl cpl;
};

/**
 * struct vouch_queue - rings and slots
 * @lock: protects everything below but the buffers
 * @room: woken when a slot becomes free, or the queue fails
 * @sq: submission ring
 * @cq: completion ring
 * @sq_dma: bus address of @sq
 * @cq_dma: bus address of @cq
 * @entries: in each ring
 * @slots: how many of @slot are used
 * @reserved: of these, kept back for hooks
 * @batches: the card knows VOUCH_ATTEST_OWN_SIGNATURE
 * @sq_tail: next free submission slot
 * @cq_head: next unread completion
 * @phase: of a new completion
 * @error: why no command may be sent, or 0
 * @silent: a command timed out and nothing has been answered since
 * @silent_since: jiffies when that command timed out
 * @heard: when the latest of the commands was sent that have been answered, ns
 * @busy: slots not free
 * @slot: the slots
 */
struct vouch_queue {
	spinlock_t lock;	/* protects all but the buffers */
	wait_queue_head_t room;
	struct vouch_cmd *sq;
	struct vouch_cpl *cq;
	dma_addr_t sq_dma;
	dma_addr_t cq_dma;
	u32 entries;
	u32 slots;
	u32 reserved;
	bool batches;
	u32 sq_tail;
	u32 cq_head;
	u16 phase;
	int error;
	bool silent;
	unsigned long silent_since;
	u64 heard;
	DECLARE_BITMAP(busy, VOUCH_QUEUE_SLOTS);
	struct vouch_slot slot[VOUCH_QUEUE_SLOTS];
};

int vouch_queue_alloc(struct vouch_card *card);
int vouch_queue_start(struct vouch_card *card);
int vouch_queue_stop(struct vouch_card *card);
void vouch_queue_fail(struct vouch_queue *q, int error);
int vouch_queue_run(struct vouch_card *card, struct vouch_request *req);

/* ring.c */
void vouch_ring_reset(struct vouch_queue *q);
int vouch_ring_submit(struct vouch_card *card, unsigned int tag,
		      const struct vouch_request *req);
bool vouch_ring_reap(struct vouch_card *card, u64 now, bool announced);

/* listen.c */
int vouch_queue_listen(struct vouch_queue *q, bool *dead);

#endif /* _VOUCH_QUEUE_H */
