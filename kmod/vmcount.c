// SPDX-License-Identifier: GPL-2.0-only
/*
 * How many VMs there were. They are counted here and told to the card now and
 * then: a log that had a record of each VM would speak of tenants, and cost
 * every one of them a round trip.
 */

#include <linux/cleanup.h>
#include <linux/kernel.h>
#include <linux/kvm_host.h>
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

/*
 * By their address, those that are being made among them: one whose start nobody
 * saw must not end uncounted.
 */
static DEFINE_XARRAY(vms);

static DEFINE_SPINLOCK(lock);	/* protects count */
static struct vmcount count;

static DEFINE_MUTEX(tell_lock);	/* counts reach the log in their order */
static struct vmcount told;

static void vmcount_add(bool found)
{
	u64 started;

	scoped_guard(spinlock, &lock) {
		started = ++count.started;
		count.found += found;
	}
	if (!found && is_power_of_2(started))
		vouch_vmcount_tell(false);
}

/**
 * vouch_vmcount_making() - a VM is about to be made
 * @kvm: it
 *
 * To be called before its VMM is measured: an attach that comes from here on
 * finds it.
 *
 * Context: process context, sleeps.
 * Return: 0 or -ENOMEM.
 */
int vouch_vmcount_making(struct kvm *kvm)
{
	return xa_err(xa_store(&vms, (unsigned long)kvm, kvm, GFP_KERNEL));
}

/**
 * vouch_vmcount_made() - and that is over
 * @kvm: it
 * @made: whether there is a VM
 *
 * Context: process context, sleeps; at each power of two for as long as the
 * driver's time-out for each caller.
 */
void vouch_vmcount_made(struct kvm *kvm, bool made)
{
	if (made)
		vmcount_add(false);
	else
		xa_erase(&vms, (unsigned long)kvm);
}

/**
 * vouch_vmcount_find() - a VM is running
 * @kvm: it; may be one that is known
 *
 * Context: under KVM's lock, so that it does not end meanwhile.
 * Return: 0 or -ENOMEM.
 */
int vouch_vmcount_find(struct kvm *kvm)
{
	/* KVM frees memory under its lock when there is none. */
	int err = xa_insert(&vms, (unsigned long)kvm, kvm, GFP_ATOMIC);

	if (!err)
		vmcount_add(true);
	return err == -EBUSY ? 0 : err;
}

/**
 * vouch_vmcount_files() - the executables of all VMs that run or are being made
 * @files: is filled; an entry may be NULL
 * @room: entries at @files
 *
 * Context: process context.
 * Return: how many there are.
 */
size_t vouch_vmcount_files(struct file **files, size_t room)
{
	unsigned long address;
	struct kvm *kvm;
	size_t n = 0;

	/* Who is in there has its memory until it is out. */
	guard(spinlock)(&vms.xa_lock);
	xa_for_each(&vms, address, kvm) {
		if (n < room)
			files[n] = vouch_vmm_file(kvm->mm);
		n++;
	}
	return n;
}

/**
 * vouch_vmcount_end() - a VM ends
 * @kvm: it
 *
 * Context: process context.
 * Return: whether it was known.
 */
bool vouch_vmcount_end(struct kvm *kvm)
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
