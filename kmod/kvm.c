// SPDX-License-Identifier: GPL-2.0-only
/*
 * KVM, as it comes and goes: a VM is made, and ends; others were running
 * before this module, or this card, was there.
 */

#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/err.h>
#include <linux/file.h>
#include <linux/kvm_host.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/sched.h>
#include <linux/workqueue.h>

#include "event.h"
#include "hook.h"
#include "kvm.h"
#include "measure.h"
#include "policy.h"
#include "record.h"

#if IS_BUILTIN(CONFIG_KVM)
#define KVM_SYMBOL(name) name
#else
#define KVM_SYMBOL(name) "kvm:" name
#endif

static int vm_start(struct kvm *kvm, unsigned long type);
static void vm_end(struct kvm *kvm);

/* A kernel that calls them otherwise does not get past the compiler. */
static_assert(__same_type(vm_start, kvm_arch_init_vm));
static_assert(__same_type(vm_end, kvm_arch_destroy_vm));

VOUCH_HOOK_DEFINE(vouch_kvm_start_hook, KVM_SYMBOL("kvm_arch_init_vm"), vm_start);
VOUCH_HOOK_DEFINE(vouch_kvm_end_hook, KVM_SYMBOL("kvm_arch_destroy_vm"), vm_end);

static DEFINE_MUTEX(hook_lock);
static bool hooked;

/* Of KVM, not exported; NULL without KVM. */
static typeof(vm_list) *running;
static typeof(kvm_lock) *running_lock;

static bool vm_wanted(void)
{
	return vouch_event_armed() && vouch_policy_measures(VOUCH_REC_VM_START);
}

static int vm_unmeasured(const char *name, int err)
{
	/* A refusal is no record. */
	if (!vouch_fail_closed && !vouch_vmms_take())
		return 0;
	return vouch_event_unmeasured(VOUCH_REC_VM_START, name, err);
}

static int vm_measure(void)
{
	struct file *file __free(fput) = vouch_vmm_file(current->mm);
	char name[VOUCH_NAME_MAX + 1];
	int err;

	if (!file)
		return vm_unmeasured(current->comm, -ENOEXEC);
	snprintf(name, sizeof(name), "%pD", file);
	/* One that is known needs no record, but no VM starts behind a card's back. */
	err = vouch_fail_closed ? vouch_target_check() : 0;
	if (!err)
		err = vouch_vmm_record(file, name, vouch_vmm_digest);
	/* There will be no VM to record. */
	if (!err || err == -EPERM || err == -EINTR)
		return err;
	return vm_unmeasured(name, err);
}

/* In the ioctl of KVM_CREATE_VM: no lock of KVM's is held yet. */
static int vm_start(struct kvm *kvm, unsigned long type)
{
	int err;

	vouch_hook_enter();
	err = vouch_vmcount_making(kvm);
	if (!err && vm_wanted())
		err = vm_measure();
	if (!err)
		err = static_call(vouch_kvm_start_hook_original)(kvm, type);
	vouch_vmcount_made(kvm, !err);
	vouch_hook_leave();
	return err;
}

/* Also of one whose making failed after vm_start(). */
static void vm_end(struct kvm *kvm)
{
	vouch_hook_enter();
	/* It was being made when this module came. */
	if (!vouch_vmcount_end(kvm) && vm_wanted())
		vouch_event_tell(VOUCH_REC_UNMEASURED, NULL,
				 "vm-start: a VM has ended that was not seen to start",
				 VOUCH_NO_REF);
	static_call(vouch_kvm_end_hook_original)(kvm);
	vouch_hook_leave();
}

/* Who was there before this module. Called with the lock held. */
static int running_find(void)
{
	struct kvm *kvm;
	int err = 0;

	if (!running)
		return -ENOENT;
	guard(mutex)(running_lock);
	list_for_each_entry(kvm, running, vm_list)
		err = vouch_vmcount_find(kvm) ?: err;
	return err;
}

/*
 * Not in the attach itself: files are read, and this kernel has other things to
 * say first.
 */
static void attach_work(struct work_struct *work)
{
	int err;

	scoped_guard(mutex, &hook_lock) {
		if (!hooked)
			return;
		err = running_find();
	}
	vouch_vmcount_tell(true);
	if (vm_wanted())
		vouch_vmfound_measure(err);
}

static DECLARE_WORK(attach, attach_work);

/**
 * vouch_kvm_attach() - tell VMs anew, to a new epoch of the log
 *
 * Those that run are counted, and their VMMs measured, soon after.
 *
 * Context: any.
 */
void vouch_kvm_attach(void)
{
	queue_work(system_long_wq, &attach);
}

/* The end first: no VM is kept in mind whose end could be missed. */
static int hooks_place(void)
{
	int err;

	running = (void *)vouch_hook_lookup(KVM_SYMBOL("vm_list"));
	running_lock = (void *)vouch_hook_lookup(KVM_SYMBOL("kvm_lock"));
	err = vouch_hook_install(&vouch_kvm_end_hook);
	if (!err)
		err = vouch_hook_install(&vouch_kvm_start_hook);
	/* A KVM without these functions is not the same as none. */
	if (err == -ENOENT && running)
		err = -EOPNOTSUPP;
	if (err) {
		if (err != -ENOENT)
			pr_err("VMs cannot be seen: %pe\n", ERR_PTR(err));
		vouch_hook_remove(&vouch_kvm_end_hook);
		vouch_kvm_start_hook.error = err;
		return err;
	}
	hooked = true;
	if (!running || !running_lock) {
		pr_err("VMs that run already cannot be found\n");
		running = NULL;
	}
	return 0;
}

/**
 * vouch_kvm_coming() - KVM is there, or is about to initialise
 *
 * Context: process context, sleeps.
 * Return: 0 or a negative errno; -ENOENT when there is no KVM.
 */
int vouch_kvm_coming(void)
{
	guard(mutex)(&hook_lock);
	return hooked ? 0 : hooks_place();
}

/**
 * vouch_kvm_going() - KVM leaves, or vouch does
 *
 * Context: process context, sleeps.
 */
void vouch_kvm_going(void)
{
	guard(mutex)(&hook_lock);
	vouch_hook_remove(&vouch_kvm_start_hook);
	vouch_hook_remove(&vouch_kvm_end_hook);
	running = NULL;
	hooked = false;
}

/**
 * vouch_kvm_exit() - nothing is hooked any more, and no card is bound
 *
 * Context: the module's exit function.
 */
void vouch_kvm_exit(void)
{
	cancel_work_sync(&attach);
	vouch_vmcount_exit();
	vouch_vmms_exit();
}
