/* SPDX-License-Identifier: GPL-2.0-only */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM vouch

#if !defined(_VOUCH_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define _VOUCH_TRACE_H

/*
 * The life of a command as the bus sees it. User space (bpf/latency.bpf.c)
 * relies on these: fields are added at the end, never changed. All times are
 * CLOCK_MONOTONIC_RAW in ns but t_rx, which is the card's.
 */

#include <linux/tracepoint.h>
#include <linux/types.h>

/* Just before the write to SQ_TAIL. */
TRACE_EVENT(vouch_doorbell,
	    TP_PROTO(int card, u16 function, u16 cid, u16 opcode, u64 ns),
	    TP_ARGS(card, function, cid, opcode, ns),
	    TP_STRUCT__entry(__field(int, card)
			     __field(u16, function)
			     __field(u16, cid)
			     __field(u16, opcode)
			     __field(u64, ns)),
	    TP_fast_assign(__entry->card = card;
			   __entry->function = function;
			   __entry->cid = cid;
			   __entry->opcode = opcode;
			   __entry->ns = ns;),
	    TP_printk("vouch%d function=%u cid=%#06x opcode=%#04x ns=%llu",
		      __entry->card, __entry->function, __entry->cid,
		      __entry->opcode, __entry->ns)
);

/* Entry of an interrupt of the queue vector. */
TRACE_EVENT(vouch_interrupt,
	    TP_PROTO(int card, u16 function, u64 ns),
	    TP_ARGS(card, function, ns),
	    TP_STRUCT__entry(__field(int, card)
			     __field(u16, function)
			     __field(u64, ns)),
	    TP_fast_assign(__entry->card = card;
			   __entry->function = function;
			   __entry->ns = ns;),
	    TP_printk("vouch%d function=%u ns=%llu", __entry->card,
		      __entry->function, __entry->ns)
);

/*
 * A completion of a command that was in flight. announced: a handler of the queue
 * vector found it, and ns is when that began, or later where it was held up until
 * after the doorbell. Otherwise a caller whose time was over found it, and ns is when
 * it looked. With a clock that went back ns is before t_doorbell.
 */
TRACE_EVENT(vouch_complete,
	    TP_PROTO(int card, u16 function, u16 cid, u16 opcode, u16 status,
		     u64 t_doorbell, u64 ns, u64 t_rx, bool announced),
	    TP_ARGS(card, function, cid, opcode, status, t_doorbell, ns, t_rx,
		    announced),
	    TP_STRUCT__entry(__field(int, card)
			     __field(u16, function)
			     __field(u16, cid)
			     __field(u16, opcode)
			     __field(u16, status)
			     __field(u64, t_doorbell)
			     __field(u64, ns)
			     __field(u64, t_rx)
			     __field(bool, announced)),
	    TP_fast_assign(__entry->card = card;
			   __entry->function = function;
			   __entry->cid = cid;
			   __entry->opcode = opcode;
			   __entry->status = status;
			   __entry->t_doorbell = t_doorbell;
			   __entry->ns = ns;
			   __entry->t_rx = t_rx;
			   __entry->announced = announced;),
	    TP_printk("vouch%d function=%u cid=%#06x opcode=%#04x status=%u t_doorbell=%llu ns=%llu t_rx=%llu announced=%d",
		      __entry->card, __entry->function, __entry->cid,
		      __entry->opcode, __entry->status, __entry->t_doorbell,
		      __entry->ns, __entry->t_rx, __entry->announced)
);

#endif /* _VOUCH_TRACE_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
