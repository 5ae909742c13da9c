// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a command takes on the bus, from the doorbell's write to the entry of
 * the interrupt that announced its answer, by the tracepoints of vouch.ko
 * (kmod/trace.h). Their arguments are typed by the module's own BTF, which the
 * kernel checks at load. Only looks: nothing that it counts changes a command.
 */

#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#include <vouch/wire.h>

#include "latency.h"

#define NS_PER_US	1000
#define SLOTS		256	/* no two commands in flight share a cid's low byte */
#define RAISE_TRIES	16

char LICENSE[] SEC("license") = "GPL";

/* Set before load. All cards, and all threads, where nothing is set. */
const volatile __s32 only_card = -1;
const volatile __u32 only_task;
/* A reader is woken for so many bytes. */
const volatile __u32 wake_at = VOUCH_LATENCY_RING / 2;
/* The PID namespace that event.task is of; the machine's own where it is 0. */
const volatile __u64 pidns_dev;
const volatile __u64 pidns_ino;

/* A command on its way; all 0 where there is none. */
struct sent {
	__u64 doorbell;
	__u32 task;
	__u32 cid;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, VOUCH_LATENCY_OPCODES);
	__uint(map_flags, BPF_F_MMAPABLE);
	__type(key, __u32);
	__type(value, struct vouch_latency_command);
} commands SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__uint(map_flags, BPF_F_MMAPABLE);
	__type(key, __u32);
	__type(value, struct vouch_latency_totals);
} totals SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, VOUCH_LATENCY_RING);
} events SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, VOUCH_LATENCY_CARDS * SLOTS);
	__type(key, __u32);
	__type(value, struct sent);
} inflight SEC(".maps");

static __always_inline struct vouch_latency_totals *all(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&totals, &zero);
}

static __always_inline struct vouch_latency_command *command(__u16 opcode)
{
	__u32 key = opcode;

	if (key >= VOUCH_LATENCY_OPCODES)
		key = VOUCH_LATENCY_OPCODES - 1;
	return bpf_map_lookup_elem(&commands, &key);
}

static __always_inline struct sent *slot_in_flight(__u32 card, __u16 cid)
{
	__u32 key = card * SLOTS + cid % SLOTS;

	return card < VOUCH_LATENCY_CARDS ? bpf_map_lookup_elem(&inflight, &key) : 0;
}

static __always_inline void count(__u64 *what)
{
	__sync_fetch_and_add(what, 1);
}

static __always_inline void raise_to(__u64 *max, __u64 value)
{
	for (int try = 0; try < RAISE_TRIES; try++) {
		__u64 old = *(volatile __u64 *)max;

		if (old >= value || __sync_val_compare_and_swap(max, old, value) == old)
			return;
	}
}

static __always_inline __u32 slot_of(__u64 us)
{
	__u32 slot = 0;

	for (__u32 bit = 32; bit; bit >>= 1) {
		if (us >> bit) {
			us >>= bit;
			slot += bit;
		}
	}
	return slot < VOUCH_LATENCY_SLOTS ? slot : VOUCH_LATENCY_SLOTS - 1;
}

static __always_inline __u32 current_task(void)
{
	struct bpf_pidns_info info;

	if (!pidns_ino)
		return (__u32)bpf_get_current_pid_tgid();
	if (bpf_get_ns_current_pid_tgid(pidns_dev, pidns_ino, &info, sizeof(info)))
		return 0;
	return info.pid;
}

SEC("tp_btf/vouch_doorbell")
int BPF_PROG(vouch_doorbell, int card, __u16 function, __u16 cid, __u16 opcode, __u64 ns)
{
	struct vouch_latency_command *stats = command(opcode);
	struct vouch_latency_totals *total = all();
	struct sent *sent = slot_in_flight(card, cid);
	__u32 task = current_task();

	if ((only_card >= 0 && card != only_card) || (only_task && task != only_task) ||
	    !stats || !total)
		return 0;
	if (!sent) {
		count(&total->forgotten);
		return 0;
	}
	count(&stats->asked);
	/* One that is still there was never answered, by a card that was reset. */
	*sent = (struct sent){ .doorbell = ns, .task = task, .cid = cid };
	return 0;
}

SEC("tp_btf/vouch_interrupt")
int BPF_PROG(vouch_interrupt, int card, __u16 function, __u64 ns)
{
	struct vouch_latency_totals *total = all();

	if (only_card >= 0 && card != only_card)
		return 0;
	if (total)
		count(&total->interrupts);
	return 0;
}

static __always_inline void tell(const struct vouch_latency_event *event,
				 struct vouch_latency_totals *total)
{
	__u64 flags = bpf_ringbuf_query(&events, BPF_RB_AVAIL_DATA) < wake_at ?
		BPF_RB_NO_WAKEUP : BPF_RB_FORCE_WAKEUP;

	if (bpf_ringbuf_output(&events, (void *)event, sizeof(*event), flags))
		count(&total->dropped);
}

SEC("tp_btf/vouch_complete")
int BPF_PROG(vouch_complete, int card, __u16 function, __u16 cid, __u16 opcode, __u16 status,
	     __u64 t_doorbell, __u64 ns, __u64 t_rx, _Bool announced)
{
	struct vouch_latency_event event = {
		.doorbell = t_doorbell, .interrupt = ns, .t_rx = t_rx, .card = card, .cid = cid,
		.opcode = opcode, .status = status, .function = function,
	};
	struct vouch_latency_command *stats = command(opcode);
	struct vouch_latency_totals *total = all();
	struct sent *sent = slot_in_flight(card, cid);
	_Bool seen = sent && sent->cid == cid && sent->doorbell == t_doorbell;

	if ((only_card >= 0 && card != only_card) || (only_task && !seen) || !stats || !total)
		return 0;
	if (seen) {
		event.task = sent->task;
		*sent = (struct sent){};
	} else {
		count(&stats->early);
	}
	/* No time at all: the difference would be one of 584 years. */
	if (ns < t_doorbell) {
		count(&stats->backwards);
		return 0;
	}
	if (!announced) {
		event.flags |= VOUCH_LATENCY_UNANNOUNCED;
		count(&stats->unannounced);
	}
	if (status != VOUCH_ST_OK)
		count(&stats->failed);
	raise_to(&stats->max, ns - t_doorbell);
	count(&stats->slots[slot_of((ns - t_doorbell) / NS_PER_US)]);
	tell(&event, total);
	return 0;
}
