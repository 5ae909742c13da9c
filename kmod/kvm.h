/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _VOUCH_KVM_H
#define _VOUCH_KVM_H

/* What the files about KVM know of one another. */

#include <linux/types.h>

struct file;
struct kvm;

/* vmm.c */
int vouch_vmm_measure(struct file *file, const char *note);
void vouch_vmm_forget(void);

/* vmcount.c */
void vouch_vmcount_start(const struct kvm *kvm);
void vouch_vmcount_find(const struct kvm *kvm);
bool vouch_vmcount_end(const struct kvm *kvm);
void vouch_vmcount_exit(void);

#endif /* _VOUCH_KVM_H */
