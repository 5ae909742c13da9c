// SPDX-License-Identifier: GPL-2.0-only
/*
 * Executables of processes that make VMs: the content of each goes to the log
 * once, and is hashed again when the file could have changed.
 */

#include <linux/fs.h>
#include <linux/iversion.h>
#include <linux/mutex.h>
#include <linux/sched/signal.h>
#include <linux/shmem_fs.h>
#include <linux/sizes.h>
#include <linux/slab.h>

#include "digest.h"
#include "event.h"
#include "kvm.h"
#include "record.h"

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

/*
 * False, and a key that fits no file, where changes are not counted: by what is
 * a user's own server or the upper half of an overlay; by tmpfs, which sees no
 * store to a page that was mapped to be read first; by any, through a mapping
 * that is writable already, as it may be in spite of the execution.
 */
static bool vmm_key_get(struct vmm_key *key, struct file *file)
{
	struct inode *inode = file_inode(file);

	/* Compared as bytes. */
	memset(key, 0, sizeof(*key));
	if (!IS_I_VERSION(inode) || shmem_mapping(inode->i_mapping) ||
	    mapping_writably_mapped(inode->i_mapping) || inode_is_open_for_write(inode))
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

static int vmm_record(const u8 *digest, const char *name, const struct vmm_key *key)
{
	unsigned int epoch;
	struct vmm *vmm;
	u64 number;
	int err;

	guard(mutex)(&vmm_lock);
	epoch = atomic_read(&vmm_epoch);
	vmm = vmm_find(NULL, digest, epoch);
	if (!vmm) {
		err = vouch_event_write(VOUCH_REC_VM_START, digest, name, VOUCH_NO_REF,
					&number);
		if (err || number == VOUCH_NO_REF)
			return err;
		vmm = vmm_oldest();
		memcpy(vmm->digest, digest, sizeof(vmm->digest));
		vmm->epoch = epoch;
	}
	vmm->key = *key;
	vmm->used = ++vmm_clock;
	return 0;
}

/**
 * vouch_vmm_measure() - record an executable, if its content is not known
 * @file: it
 * @note: goes before its name
 *
 * Context: process context, sleeps: for as long as @file takes to be read, and
 * for the driver's time-out.
 * Return: 0 if it may make VMs, -EPERM if it must not.
 */
int vouch_vmm_measure(struct file *file, const char *note)
{
	char name[VOUCH_NAME_MAX + 1];
	u8 digest[VOUCH_DIGEST_SIZE];
	struct vmm_key key;
	int err;

	snprintf(name, sizeof(name), "%s%pD", note, file);
	/* One that is known needs no record, but no VM starts behind a card's back. */
	err = vouch_fail_closed ? vouch_target_check() : 0;
	if (err)
		return vouch_event_unmeasured(VOUCH_REC_VM_START, name, err);
	if (vmm_key_get(&key, file) && vmm_is_known(&key))
		return 0;
	/* Before the lock: a user's own file system may take for ever. */
	err = vmm_digest(file, digest);
	if (err)
		return vouch_event_unmeasured(VOUCH_REC_VM_START, name, err);
	return vmm_record(digest, name, &key);
}

/**
 * vouch_vmm_forget() - record each executable again, in a new epoch
 *
 * Takes no lock: who holds it may be waiting for the caller's records.
 *
 * Context: process context.
 */
void vouch_vmm_forget(void)
{
	/* 0 marks an empty slot. */
	if (!atomic_inc_return(&vmm_epoch))
		atomic_inc(&vmm_epoch);
}
