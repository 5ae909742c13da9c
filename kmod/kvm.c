// SPDX-License-Identifier: GPL-2.0-only
/*
 * A process makes a VM: the content of its executable goes to the log, once
 * for each content, before the VM exists.
 */

#include <linux/file.h>
#include <linux/fs.h>
#include <linux/iversion.h>
#include <linux/mm_types.h>
#include <linux/mutex.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/sizes.h>
#include <linux/slab.h>

#include "digest.h"
#include "event.h"
#include "hook.h"
#include "measure.h"

struct kvm;

static int vm_start(struct kvm *kvm, unsigned long type);

VOUCH_HOOK_DEFINE(vouch_kvm_start_hook, "kvm:kvm_arch_init_vm", vm_start);

/* When this is the same, the content is. */
struct vmm_key {
	dev_t device;
	u64 inode;
	u32 generation;
	u64 version;
	loff_t size;
	struct timespec64 changed;
};

struct vmm {
	struct vmm_key key;
	u8 digest[VOUCH_DIGEST_SIZE];
	unsigned int epoch;	/* 0: none */
	u64 used;
};

#define VMM_MAX 32

static DEFINE_MUTEX(vmm_lock);
static struct vmm vmms[VMM_MAX];
static u64 vmm_clock;
static atomic_t vmm_epoch = ATOMIC_INIT(1);

static DEFINE_MUTEX(hook_lock);
static bool hooked;

static struct file *vmm_file(void)
{
	guard(rcu)();
	return current->mm ? get_file_rcu(&current->mm->exe_file) : NULL;
}

/*
 * False, and a key that fits no file, where the file system does not count
 * changes itself: what a user's own server or the upper half of an overlay says
 * of its content proves nothing.
 */
static bool vmm_key_get(struct vmm_key *key, struct file *file)
{
	struct inode *inode = file_inode(file);

	/* Compared as bytes. */
	memset(key, 0, sizeof(*key));
	if (!IS_I_VERSION(inode))
		return false;
	key->device = inode->i_sb->s_dev;
	key->inode = inode->i_ino;
	key->generation = inode->i_generation;
	key->version = inode_query_iversion(inode);
	key->size = i_size_read(inode);
	key->changed = inode_get_ctime(inode);
	return true;
}

static int vmm_digest(struct file *file, u8 *digest)
{
	struct shash_desc *desc __free(vouch_digest) = vouch_digest_start();
	void *part __free(kvfree) = kvmalloc(SZ_256K, GFP_KERNEL);
	loff_t at = 0;
	int err;

	if (IS_ERR(desc))
		return PTR_ERR(desc);
	if (!part)
		return -ENOMEM;
	for (;;) {
		ssize_t got = kernel_read(file, part, SZ_256K, &at);

		if (got < 0)
			return got;
		if (!got)
			return vouch_digest_finish(desc, digest);
		if (fatal_signal_pending(current))
			return -EINTR;
		err = vouch_digest_add(desc, part, got);
		if (err)
			return err;
	}
}

static struct vmm *vmm_find(const struct vmm_key *key, const u8 *digest,
			    unsigned int epoch)
{
	for (size_t i = 0; i < VMM_MAX; i++) {
		struct vmm *vmm = &vmms[i];

		if (vmm->epoch != epoch)
			continue;
		if (key && !memcmp(&vmm->key, key, sizeof(*key)))
			return vmm;
		if (digest && !memcmp(vmm->digest, digest, sizeof(vmm->digest)))
			return vmm;
	}
	return NULL;
}

static struct vmm *vmm_oldest(void)
{
	struct vmm *oldest = &vmms[0];

	for (size_t i = 1; i < VMM_MAX; i++)
		if (vmms[i].used < oldest->used)
			oldest = &vmms[i];
	return oldest;
}

static bool vmm_is_known(const struct vmm_key *key)
{
	struct vmm *vmm;

	guard(mutex)(&vmm_lock);
	vmm = vmm_find(key, NULL, atomic_read(&vmm_epoch));
	if (vmm)
		vmm->used = ++vmm_clock;
	return vmm;
}

static int vmm_measure(struct file *file)
{
	char name[VOUCH_NAME_MAX + 1];
	u8 digest[VOUCH_DIGEST_SIZE];
	unsigned int epoch;
	struct vmm_key key;
	struct vmm *vmm;
	u64 number;
	int err;

	if (vmm_key_get(&key, file) && vmm_is_known(&key))
		return 0;
	snprintf(name, sizeof(name), "%pD", file);
	/* Before the lock: a user's own file system may take for ever. */
	err = vmm_digest(file, digest);
	if (err)
		return vouch_event_unmeasured(VOUCH_REC_VM_START, name, err);

	guard(mutex)(&vmm_lock);
	epoch = atomic_read(&vmm_epoch);
	vmm = vmm_find(NULL, digest, epoch);
	if (!vmm) {
		err = vouch_event_write(VOUCH_REC_VM_START, digest, name, VOUCH_NO_REF,
					&number);
		if (err || number == VOUCH_NO_REF)
			return err;
		vmm = vmm_oldest();
		memcpy(vmm->digest, digest, sizeof(digest));
		vmm->epoch = epoch;
	}
	vmm->key = key;
	vmm->used = ++vmm_clock;
	return 0;
}

/* In the ioctl of KVM_CREATE_VM: no lock of KVM's is held yet. */
static int vm_start(struct kvm *kvm, unsigned long type)
{
	struct file *file;
	int err = 0;

	vouch_hook_enter();
	if (vouch_event_armed()) {
		file = vmm_file();
		if (file) {
			err = vmm_measure(file);
			fput(file);
		} else {
			err = vouch_event_unmeasured(VOUCH_REC_VM_START, current->comm,
						     -ENOEXEC);
		}
	}
	if (!err)
		err = static_call(vouch_kvm_start_hook_original)(kvm, type);
	vouch_hook_leave();
	return err;
}

/**
 * vouch_kvm_forget() - record each executable again, in a new epoch
 *
 * Takes no lock: who holds it may be waiting for the caller's records.
 */
void vouch_kvm_forget(void)
{
	/* 0 marks an empty slot. */
	if (!atomic_inc_return(&vmm_epoch))
		atomic_inc(&vmm_epoch);
}

/**
 * vouch_kvm_coming() - KVM is there, or is about to initialise
 *
 * Context: process context, sleeps.
 * Return: 0 or a negative errno; -ENOENT when there is no KVM.
 */
int vouch_kvm_coming(void)
{
	int err = 0;

	guard(mutex)(&hook_lock);
	if (!hooked)
		err = vouch_hook_install(&vouch_kvm_start_hook);
	hooked = !err;
	return err;
}

/** vouch_kvm_going() - KVM leaves, or vouch does */
void vouch_kvm_going(void)
{
	guard(mutex)(&hook_lock);
	vouch_hook_remove(&vouch_kvm_start_hook);
	hooked = false;
}
