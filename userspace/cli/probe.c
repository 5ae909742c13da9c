// SPDX-License-Identifier: GPL-2.0-only
/* Loading the latency program, reading its maps, and why it cannot be loaded. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "latency.skel.h"	/* made from bpf/latency.bpf.c */
#include "probe.h"
#include "ring.h"

#define COMMANDS_SIZE	(VOUCH_LATENCY_OPCODES * sizeof(struct vouch_latency_command))
#define TOTALS_SIZE	sizeof(struct vouch_latency_totals)

struct probe {
	struct latency_bpf *bpf;
	struct ring ring;
	struct vouch_latency_command *commands;
	struct vouch_latency_totals *totals;
	probe_event_fn fn;
	void *ctx;
};

/* The kernel maps whole pages. */
static void *map_share(const struct bpf_map_desc *map, size_t size)
{
	void *at = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, map->map_fd, 0);

	return at == MAP_FAILED ? NULL : at;
}

static void take_event(void *ctx, const void *data, size_t size)
{
	struct probe *probe = ctx;

	if (size >= sizeof(struct vouch_latency_event))
		probe->fn(probe->ctx, data);
}

/* Thread numbers in events are to be those that this process knows. */
static void choose(struct latency_bpf *bpf, const struct probe_options *options, uint32_t ring)
{
	struct stat namespace;

	bpf->maps.events.max_entries = ring;
	bpf->rodata->wake_at = ring / 2;
	bpf->rodata->only_card = options->card;
	if (!options->own)
		return;
	bpf->rodata->only_task = (uint32_t)gettid();
	if (!stat("/proc/self/ns/pid", &namespace)) {
		bpf->rodata->pidns_dev = namespace.st_dev;
		bpf->rodata->pidns_ino = namespace.st_ino;
	}
}

static int start(struct probe *probe, const struct probe_options *options)
{
	uint32_t ring = options->ring ? options->ring : VOUCH_LATENCY_RING;
	int ret;

	probe->bpf = latency_bpf__open();
	if (!probe->bpf)
		return -ENOMEM;
	choose(probe->bpf, options, ring);
	ret = latency_bpf__load(probe->bpf);
	if (ret)
		return ret;
	probe->commands = map_share(&probe->bpf->maps.commands, COMMANDS_SIZE);
	probe->totals = map_share(&probe->bpf->maps.totals, TOTALS_SIZE);
	if (!probe->commands || !probe->totals)
		return -errno;
	ret = ring_map(&probe->ring, probe->bpf->maps.events.map_fd, ring);
	if (ret)
		return ret;
	return latency_bpf__attach(probe->bpf) ? -errno : 0;
}

/**
 * probe_open() - load the program and attach it
 * @out: result
 * @options: which commands
 * @fn: called by probe_wait() with each command that was answered
 * @ctx: for @fn
 *
 * Return: 0, or a negative errno for probe_error_text().
 */
int probe_open(struct probe **out, const struct probe_options *options, probe_event_fn fn,
	       void *ctx)
{
	struct probe *probe = calloc(1, sizeof(*probe));
	int ret;

	if (!probe)
		return -ENOMEM;
	probe->fn = fn;
	probe->ctx = ctx;
	ret = start(probe, options);
	if (ret) {
		probe_close(probe);
		return ret;
	}
	*out = probe;
	return 0;
}

/**
 * probe_wait() - take the events that are there, or come
 * @probe: the probe
 * @ms: longest wait; it ends early when the ring is half full
 *
 * Return: 0, or a negative errno; -EINTR after a signal.
 */
int probe_wait(struct probe *probe, int ms)
{
	int ret = ring_wait(&probe->ring, ms);

	ring_take(&probe->ring, take_event, probe);
	return ret;
}

/**
 * probe_read() - read all counters
 * @probe: the probe
 * @numbers: result
 *
 * The longest times are taken away: the next call gives those since this one.
 */
void probe_read(struct probe *probe, struct probe_numbers *numbers)
{
	for (unsigned int i = 0; i < VOUCH_LATENCY_OPCODES; i++) {
		struct vouch_latency_command *from = &probe->commands[i];
		struct vouch_latency_command *to = &numbers->commands[i];

		numbers->answered[i] = 0;
		for (unsigned int n = 0; n < VOUCH_LATENCY_SLOTS; n++) {
			to->slots[n] = __atomic_load_n(&from->slots[n], __ATOMIC_ACQUIRE);
			numbers->answered[i] += to->slots[n];
		}
		/* After those, so that nothing is answered that was not asked. */
		to->failed = __atomic_load_n(&from->failed, __ATOMIC_ACQUIRE);
		to->backwards = __atomic_load_n(&from->backwards, __ATOMIC_ACQUIRE);
		to->unannounced = __atomic_load_n(&from->unannounced, __ATOMIC_ACQUIRE);
		to->early = __atomic_load_n(&from->early, __ATOMIC_ACQUIRE);
		to->asked = __atomic_load_n(&from->asked, __ATOMIC_ACQUIRE);
		to->max = __atomic_exchange_n(&from->max, 0, __ATOMIC_ACQ_REL);
	}
	numbers->totals.interrupts = __atomic_load_n(&probe->totals->interrupts, __ATOMIC_ACQUIRE);
	numbers->totals.dropped = __atomic_load_n(&probe->totals->dropped, __ATOMIC_ACQUIRE);
	numbers->totals.forgotten = __atomic_load_n(&probe->totals->forgotten, __ATOMIC_ACQUIRE);
}

/* probe_close() - detach and unload; NULL is fine */
void probe_close(struct probe *probe)
{
	if (!probe)
		return;
	ring_unmap(&probe->ring);
	if (probe->commands)
		munmap(probe->commands, COMMANDS_SIZE);
	if (probe->totals)
		munmap(probe->totals, TOTALS_SIZE);
	latency_bpf__destroy(probe->bpf);
	free(probe);
}

/**
 * probe_error_text() - why probe_open() failed and what to do about it
 * @error: what it returned
 *
 * One errno has several causes, so this looks at the machine too.
 *
 * Return: a sentence without a full stop; never NULL.
 */
const char *probe_error_text(int error)
{
	if (access("/sys/kernel/btf/vmlinux", F_OK))
		return "this kernel has no BTF, which eBPF needs; it must be built with "
		       "CONFIG_DEBUG_INFO_BTF";
	if (access("/sys/module/vouch", F_OK))
		return "the vouch module is not loaded; load it with: modprobe vouch";
	if (access("/sys/kernel/btf/vouch", F_OK))
		return "the vouch module has no BTF; build it again where pahole is installed and "
		       "the kernel headers hold vmlinux";
	switch (error) {
	case -EPERM:
		return "no permission for eBPF; run as root (CAP_SYS_ADMIN)";
	case -ESRCH:
	case -ENOENT:
		return "the vouch module lacks the tracepoints that this needs; is it older than "
		       "this program?";
	case -EACCES:
	case -EINVAL:
		return "the kernel refuses the eBPF program; does the vouch module fit this "
		       "program?";
	default:
		return strerror(-error);
	}
}
