// SPDX-License-Identifier: GPL-2.0-only
/*
 * KVM, as it comes and goes: a VM is made, and ends; others were running
 * before this module, or this card, was there.
 */

#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/err.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/kvm_host.h>
#include <linux/list.h>
#include <linux/mm_types.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/workqueue.h>

#include "event.h"
#include "hook.h"
#include "kvm.h"
#include "measure.h"
#include "policy.h"

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

static struct file *mm_file(struct mm_struct *mm)
{
	guard(rcu)();
	return mm ? get_file_rcu(&mm->exe_file) : NULL;
}

static bool vm_wanted(void)
{
	return vouch_event_armed() && vouch_policy_measures(VOUCH_REC_VM_START);
}

static int vm_measure(void)
{
	struct file *file = mm_file(current->mm);
	int err;

	if (!file)
		return vouch_event_unmeasured(VOUCH_REC_VM_START, current->comm, -ENOEXEC);
	err = vouch_vmm_measure(file, "");
	fput(file);
	return err;
}

/* In the ioctl of KVM_CREATE_VM: no lock of KVM's is held yet. */
static int vm_start(struct kvm *kvm, unsigned long type)
{
	int err = 0;

	vouch_hook_enter();
	if (vm_wanted())
		err = vm_measure();
	if (!err)
		err = static_call(vouch_kvm_start_hook_original)(kvm, type);
	if (!err)
		vouch_vmcount_start(kvm);
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

/* Returns how many run, and takes the executables of as many as fit. */
static size_t running_list(struct file **files, size_t room)
{
	struct kvm *kvm;
	size_t n = 0;

	guard(mutex)(&hook_lock);
	if (!running)
		return 0;
	guard(mutex)(running_lock);
	list_for_each_entry(kvm, running, vm_list) {
		vouch_vmcount_find(kvm);
		if (n < room)
			files[n] = mm_file(kvm->mm);
		n++;
	}
	return n;
}

/* It runs, whatever the policy says. */
static void running_miss(int err)
{
	char text[64];

	snprintf(text, sizeof(text), "vm-start of a VM that is running: %pe", ERR_PTR(err));
	vouch_event_tell(VOUCH_REC_UNMEASURED, NULL, text, VOUCH_NO_REF);
}

static void running_measure(struct file **files, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		size_t same = 0;
		int err = -ENOEXEC;

		/* A host's VMs have one VMM, or two. */
		while (same < i && (!files[same] || !files[i] ||
				    file_inode(files[same]) != file_inode(files[i])))
			same++;
		if (same < i)
			continue;
		if (files[i])
			err = vouch_vmm_measure(files[i], "(running) ");
		if (err)
			running_miss(err);
	}
}

static void running_record(void)
{
	size_t n, room = running_list(NULL, 0) + 16;
	struct file **files __free(kvfree) = kvcalloc(room, sizeof(*files), GFP_KERNEL);

	if (!files) {
		running_miss(-ENOMEM);
		return;
	}
	n = running_list(files, room);
	/* Those that came meanwhile were seen to start. */
	n = min(n, room);
	/* A file may be long in the reading; nor is there need when all this goes. */
	if (n && vm_wanted() && try_module_get(THIS_MODULE)) {
		running_measure(files, n);
		module_put(THIS_MODULE);
	}
	while (n-- > 0)
		if (files[n])
			fput(files[n]);
}

/*
 * Not in the attach itself: files are read, for as long as it takes, and this
 * kernel has other things to say first.
 */
static void attach_work(struct work_struct *work)
{
	bool there, listed;

	scoped_guard(mutex, &hook_lock) {
		there = hooked;
		listed = running;
	}
	if (!there)
		return;
	if (listed)
		running_record();
	else if (vm_wanted())
		running_miss(-ENOENT);
	vouch_vmcount_tell(true);
}

static DECLARE_WORK(attach, attach_work);

/**
 * vouch_kvm_attach() - to a new epoch of the log, VMs are told anew
 *
 * Those that run are counted, and their VMMs measured, soon after.
 *
 * Context: any.
 */
void vouch_kvm_attach(void)
{
	vouch_vmm_forget();
	queue_work(system_long_wq, &attach);
}

static int hooks_place(void)
{
	int err = vouch_hook_install(&vouch_kvm_start_hook);

	if (err)
		return err;
	hooked = true;
	running = (void *)vouch_hook_lookup(KVM_SYMBOL("vm_list"));
	running_lock = (void *)vouch_hook_lookup(KVM_SYMBOL("kvm_lock"));
	if (!running || !running_lock) {
		pr_err("VMs that run already cannot be found\n");
		running = NULL;
	}
	return vouch_hook_install(&vouch_kvm_end_hook);
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
	vouch_hook_remove(&vouch_kvm_end_hook);
	vouch_hook_remove(&vouch_kvm_start_hook);
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
}
