/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _VOUCH_COMPAT_H
#define _VOUCH_COMPAT_H

/*
 * Where 6.12 and later kernels differ, asked of the headers themselves: a
 * distribution's kernel carries backports, so a version says little.
 */

#include <linux/bpf.h>
#include <linux/kexec.h>
#include <linux/sysfs.h>
#include <linux/tsm.h>

/* Binary attributes became const: whatever attribute_group points to. */
#define vouch_bin_attribute typeof(**((struct attribute_group *)0)->bin_attrs)

/*
 * The load of a BPF program is told whether the kernel itself asks for it. Its
 * header has no macro for that; this one came in the same release, and
 * bpfload.c does not compile where the two part.
 */
#ifdef BPF_LOAD_ACQ
#define VOUCH_BPF_LOAD_PARAMETERS						\
	struct bpf_prog *prog, union bpf_attr *attr, struct bpf_token *token, bool kernel
#define VOUCH_BPF_LOAD_ARGUMENTS prog, attr, token, kernel
#else
#define VOUCH_BPF_LOAD_PARAMETERS						\
	struct bpf_prog *prog, union bpf_attr *attr, struct bpf_token *token
#define VOUCH_BPF_LOAD_ARGUMENTS prog, attr, token
#endif

/* The reports of configfs-tsm got names of their own when PCI's TSM came. */
#ifndef TSM_REPORT_OUTBLOB_MAX
#define TSM_REPORT_OUTBLOB_MAX	TSM_OUTBLOB_MAX
#define tsm_report_ops		tsm_ops
#define tsm_report_register	tsm_register
#define tsm_report_unregister	tsm_unregister
#endif

#ifdef CONFIG_KEXEC_CORE
/**
 * vouch_kimage_cma() - a kexec segment that was allocated in its final place
 * @image: with its segments
 * @i: which of them
 *
 * Return: its first page, or NULL where it is in the page list as ever.
 */
static inline struct page *vouch_kimage_cma(const struct kimage *image, unsigned long i)
{
#ifdef KEXEC_FILE_NO_CMA
	return image->segment_cma[i];
#else
	return NULL;
#endif
}

/* What kimage_load_segment() is told to fill; that came with the above. */
#ifdef KEXEC_FILE_NO_CMA
#define vouch_kimage_index(image, segment)	(segment)
#define vouch_kimage_segment			int
#else
#define vouch_kimage_index(image, which)	((which) - (image)->segment)
#define vouch_kimage_segment			struct kexec_segment *
#endif
#endif /* CONFIG_KEXEC_CORE */

/* What is handed over has a size since KHO's format has a property for that. */
#ifdef CONFIG_KEXEC_HANDOVER
#include <linux/kho/abi/kexec_handover.h>
#ifdef KHO_SUB_TREE_SIZE_PROP_NAME
#define VOUCH_KHO
#endif
#endif /* CONFIG_KEXEC_HANDOVER */

#endif /* _VOUCH_COMPAT_H */
