/* SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR MIT */
#ifndef _UAPI_VOUCH_TYPES_H
#define _UAPI_VOUCH_TYPES_H

/*
 * The fixed-width types that every boundary header uses, wherever it is
 * compiled: the kernel, user space, BPF, or card firmware without Linux.
 */
#if defined(__VMLINUX_H__)
/* BPF: the types come from BTF. */
#elif defined(__linux__)
#include <linux/types.h>
#else
#include <stdint.h>
typedef uint8_t __u8;
typedef uint16_t __u16;
typedef uint32_t __u32;
typedef uint64_t __u64;
typedef uint16_t __le16;
typedef uint32_t __le32;
typedef uint64_t __le64;
#endif

/* A struct of the boundary has exactly this size on every compiler. */
#if defined(__cplusplus)
#define VOUCH_LAYOUT(type, bytes) \
	static_assert(sizeof(struct type) == (bytes), "size of " #type)
#else
#define VOUCH_LAYOUT(type, bytes) \
	_Static_assert(sizeof(struct type) == (bytes), "size of " #type)
#endif

#endif /* _UAPI_VOUCH_TYPES_H */
