// SPDX-License-Identifier: GPL-2.0-only
/*
 * Executables of processes that make VMs: hashed, and hashed again when the file
 * could have changed.
 */

#include <linux/cred.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/iversion.h>
#include <linux/magic.h>
#include <linux/mm_types.h>
#include <linux/mount.h>
#include <linux/rcupdate.h>
#include <linux/sched/signal.h>
#include <linux/shmem_fs.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "digest.h"
#include "kvm.h"

/*
 * False, and a key that fits no file, where changes are not counted: by what is
 * a user's own server or the upper half of an overlay; by tmpfs, which sees no
 * store to a page that was mapped to be read first; by any, through a mapping
 * that is writable already, as it may be in spite of the execution.
 */
static bool vmm_key_get(struct vouch_vmm_key *key, struct file *file)
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

/**
 * vouch_vmm_file() - the executable of a process
 * @mm: its memory, or NULL
 *
 * Context: any but interrupts.
 * Return: a file for the caller to put, or NULL.
 */
struct file *vouch_vmm_file(struct mm_struct *mm)
{
	guard(rcu)();
	return mm ? get_file_rcu(&mm->exe_file) : NULL;
}

/**
 * vouch_vmm_digest() - hash an executable
 * @file: it
 * @digest: VOUCH_DIGEST_SIZE bytes
 *
 * Context: process context, sleeps: for as long as @file takes to be read, or
 * until the task is killed, if the file system heeds that.
 * Return: 0 or a negative errno; -EACCES for a file that is not open for reading,
 * -EINTR for a task that is killed.
 */
int vouch_vmm_digest(struct file *file, u8 *digest)
{
	struct shash_desc *desc __free(vouch_digest) = vouch_digest_start();
	void *part __free(kvfree) = kvmalloc(SZ_256K, GFP_KERNEL);
	loff_t at = 0;
	int err;

	if (IS_ERR(desc))
		return PTR_ERR(desc);
	if (!part)
		return -ENOMEM;
	/* PR_SET_MM_EXE_FILE takes any: the kernel warns of who reads it. */
	if (!(file->f_mode & FMODE_READ) || !(file->f_mode & FMODE_CAN_READ))
		return -EACCES;
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

/* Only root decides what is in it, and what it says about itself. */
static bool vmm_is_system(const struct file *file)
{
	const struct inode *inode = file_inode(file);
	const struct super_block *sb = inode->i_sb;

	return uid_eq(inode->i_uid, GLOBAL_ROOT_UID) && !(inode->i_mode & 0022) &&
	       sb->s_user_ns == &init_user_ns && sb->s_magic != FUSE_SUPER_MAGIC &&
	       !(sb->s_iflags & SB_I_UNTRUSTED_MOUNTER) &&
	       !(file->f_path.mnt->mnt_flags & MNT_NOSUID);
}

/**
 * vouch_vmm_record() - record an executable, if its content is not known
 * @file: it
 * @name: what the record calls it
 * @read: vouch_vmm_digest(), or what gives up sooner
 *
 * Context: process context, sleeps: for as long as @read does, and for the
 * driver's time-out for each caller.
 * Return: 0 if it may make VMs, -EPERM if it must not, or the error of @read.
 */
int vouch_vmm_record(struct file *file, const char *name,
		     int (*read)(struct file *file, u8 *digest))
{
	u8 digest[VOUCH_DIGEST_SIZE];
	struct vouch_vmm_key key;
	int err;

	if (vmm_key_get(&key, file) && vouch_vmms_have(&key))
		return 0;
	/* Before the lock: a user's own file system may take for ever. */
	err = read(file, digest);
	if (err)
		return err;
	return vouch_vmms_add(vmm_is_system(file), digest, name, &key);
}
