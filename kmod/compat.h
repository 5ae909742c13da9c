/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _VOUCH_COMPAT_H
#define _VOUCH_COMPAT_H

/*
 * Where 6.12 and later kernels differ, asked of the headers themselves: a
 * distribution's kernel carries backports, so a version says little.
 */

#include <linux/kexec.h>
#include <linux/sysfs.h>
#include <linux/types.h>

/* Binary attributes became const. */
#define VOUCH_BIN_ATTR_IS_CONST						\
	__builtin_types_compatible_p(typeof(((struct bin_attribute *)0)->read), \
		ssize_t (*)(struct file *, struct kobject *,		\
			    const struct bin_attribute *, char *, loff_t, size_t))

typedef typeof(*__builtin_choose_expr(VOUCH_BIN_ATTR_IS_CONST,
				      (const struct bin_attribute *)0,
				      (struct bin_attribute *)0)) vouch_bin_attribute;

/* A kexec segment may be allocated in its final place. */
static inline struct page *vouch_kimage_cma(const struct kimage *image, unsigned long i)
{
#ifdef KEXEC_FILE_NO_CMA
	return image->segment_cma[i];
#else
	return NULL;
#endif
}

#endif /* _VOUCH_COMPAT_H */
