/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VOUCH_LATENCY_H
#define VOUCH_LATENCY_H

/* What latency.bpf.c and its readers share: values of its maps, and its events. */

#include <linux/types.h>

#define VOUCH_LATENCY_OPCODES	256	/* the last one stands for all above it */
#define VOUCH_LATENCY_SLOTS	32	/* slot n: 2^n to 2^(n+1)-1 us; slot 0 from 0 */
#define VOUCH_LATENCY_RING	(256 * 1024)	/* bytes for events, unless changed */
#define VOUCH_LATENCY_CARDS	64	/* /dev/vouch0 to /dev/vouch63 */

/**
 * struct vouch_latency_command - all commands of one opcode since the start
 * @asked: doorbells that were seen
 * @failed: completions with a status that is no success
 * @early: completions whose doorbell was not seen: rung before the start, or
 *	forgotten
 * @backwards: completions before their doorbell, by a clock that went back; they
 *	have no time, so they are in none of the numbers below or in @failed, and no
 *	event tells of them
 * @unannounced: completions found without an interrupt, after a time-out; what
 *	they took is what the driver waited
 * @max: longest, ns; a reader may take it and leave 0
 * @slots: all other completions, by doorbell-to-interrupt time
 */
struct vouch_latency_command {
	__u64 asked;
	__u64 failed;
	__u64 early;
	__u64 backwards;
	__u64 unannounced;
	__u64 max;
	__u64 slots[VOUCH_LATENCY_SLOTS];
};

/**
 * struct vouch_latency_totals - what belongs to no opcode
 * @interrupts: of the queue vector
 * @dropped: events for which the ring had no room; their commands are counted
 * @forgotten: doorbells of cards for which there was no room
 */
struct vouch_latency_totals {
	__u64 interrupts;
	__u64 dropped;
	__u64 forgotten;
};

#define VOUCH_LATENCY_UNANNOUNCED	0x1	/* @interrupt is no interrupt's */

/**
 * struct vouch_latency_event - one answered command
 * @doorbell: CLOCK_MONOTONIC_RAW just before the doorbell was written, ns
 * @interrupt: the same clock at interrupt entry, ns
 * @t_rx: card clock when it fetched the command, ns
 * @card: N of /dev/vouchN
 * @task: thread that rang the doorbell, in the loader's PID namespace; 0 if
 *	that was not seen, or is no thread there
 * @flags: VOUCH_LATENCY_*
 * @cid: command id
 * @opcode: of the command
 * @status: of the completion
 * @function: the card's number for the function
 * @rsv: 0
 */
struct vouch_latency_event {
	__u64 doorbell;
	__u64 interrupt;
	__u64 t_rx;
	__u32 card;
	__u32 task;
	__u32 flags;
	__u16 cid;
	__u16 opcode;
	__u16 status;
	__u16 function;
	__u32 rsv;
};

#endif /* VOUCH_LATENCY_H */
