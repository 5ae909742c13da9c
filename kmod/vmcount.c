// SPDX-License-Identifier: GPL-2.0-only
/*
 * How many VMs there were. They are counted here and told to the card now and
 * then: a log that had a record of each VM would speak of tenants, and cost
 * every one of them a round trip.
 */

#include <linux/cleanup.h>
#include <linux/kernel.h>
#include <linux/log2.h>
#include <linux/mutex.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/xarray.h>

#include "event.h"
#include "kvm.h"
#include "measure.h"

struct vmcount {
	u64 started;	/* those that were found running among them */
	u64 ended;
	u64 found;
};

/* By their address: one whose start nobody saw must not end uncounted. */
static DEFINE_XARRAY(vms);

static DEFINE_SPINLOCK(lock);	/* protects count */
static struct vmcount count;

static DEFINE_MUTEX(tell_lock);	/* counts reach the log in their order */
static struct vmcount told;

/**
 * vouch_vmcount_start() - a VM has been made
 * @kvm: it
 *
 * Context: process context, sleeps; at each power of two for as long as the
 * driver's time-out.
 */
void vouch_vmcount_start(const struct kvm *kvm)
{
	u64 started;

	/* Without room for it, it is counted when it ends. */
	if (xa_is_err(xa_store(&vms, (unsigned long)kvm, xa_mk_value(0), GFP_KERNEL)))
		return;
	scoped_guard(spinlock, &lock)
		started = ++count.started;
	if (is_power_of_2(started))
		vouch_vmcount_tell(false);
}

/**
 * vouch_vmcount_find() - a VM is running
 * @kvm: it; may be one that is known
 *
 * Context: under KVM's lock, so that it does not end meanwhile.
 */
void vouch_vmcount_find(const struct kvm *kvm)
{
	/* KVM frees memory under its lock when there is none. */
	if (xa_insert(&vms, (unsigned long)kvm, xa_mk_value(0), GFP_ATOMIC))
		return;
	guard(spinlock)(&lock);
	count.started++;
	count.found++;
}

/**
 * vouch_vmcount_end() - a VM ends
 * @kvm: it
 *
 * Context: process context.
 * Return: whether it was known.
 */
bool vouch_vmcount_end(const struct kvm *kvm)
{
	bool known = xa_erase(&vms, (unsigned long)kvm);

	guard(spinlock)(&lock);
	if (!known) {
		count.started++;
		count.found++;
	}
	count.ended++;
	return known;
}

/**
 * vouch_vmcount_tell() - record how many there were
 * @again: even if that is in the log
 *
 * Context: process context, sleeps at most for the driver's time-out for each
 * caller.
 */
void vouch_vmcount_tell(bool again)
{
	char text[VOUCH_NAME_MAX + 1];
	struct vmcount now;
	__le64 data[2];
	int len;

	guard(mutex)(&tell_lock);
	scoped_guard(spinlock, &lock)
		now = count;
	if (!again && !memcmp(&now, &told, sizeof(now)))
		return;
	data[0] = cpu_to_le64(now.started);
	data[1] = cpu_to_le64(now.ended);
	len = scnprintf(text, sizeof(text), "%llu started, %llu running", now.started,
			now.started - now.ended);
	if (now.found)
		scnprintf(text + len, sizeof(text) - len, ", %llu found", now.found);
	if (!vouch_event_tell_data(VOUCH_REC_VM_COUNT, text, data, sizeof(data)))
		told = now;
}

/**
 * vouch_vmcount_exit() - nothing is hooked any more
 *
 * Context: the module's exit function.
 */
void vouch_vmcount_exit(void)
{
	xa_destroy(&vms);
}
