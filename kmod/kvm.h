/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _VOUCH_KVM_H
#define _VOUCH_KVM_H

/* What the files about KVM know of one another. */

#include <linux/fs.h>
#include <linux/types.h>

struct kvm;
struct mm_struct;

/* When this is the same, the content is. */
struct vouch_vmm_key {
	dev_t device;
	u64 inode;
	u32 generation;
	u64 version;
	loff_t size;
	struct timespec64 changed;
};

/* vmm.c */
struct file *vouch_vmm_file(struct mm_struct *mm);
int vouch_vmm_digest(struct file *file, u8 *digest);
int vouch_vmm_record(struct file *file, const char *name,
		     int (*read)(struct file *file, u8 *digest));

/* vmms.c */
bool vouch_vmms_have(const struct vouch_vmm_key *key);
int vouch_vmms_add(bool system, const u8 *digest, const char *name,
		   const struct vouch_vmm_key *key);
bool vouch_vmms_take(void);
void vouch_vmms_exit(void);

/* vmcount.c */
int vouch_vmcount_making(struct kvm *kvm);
void vouch_vmcount_made(struct kvm *kvm, bool made);
int vouch_vmcount_find(struct kvm *kvm);
bool vouch_vmcount_end(struct kvm *kvm);
size_t vouch_vmcount_files(struct file **files, size_t room);
void vouch_vmcount_exit(void);

/* vmfound.c */
void vouch_vmfound_measure(int err);

#endif /* _VOUCH_KVM_H */
