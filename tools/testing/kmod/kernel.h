/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _VOUCH_TEST_KERNEL_H
#define _VOUCH_TEST_KERNEL_H

/*
 * As much of the kernel as ring.c, listen.c and handover.c use, for tests in user space on
 * one thread. Every <linux/...> header that it includes is this one.
 */

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <linux/types.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef uint64_t dma_addr_t;

#define __iomem
#define ARRAY_SIZE(x)			(sizeof(x) / sizeof((x)[0]))
#define BITS_TO_LONGS(bits)		(((bits) + 63) / 64)
#define DECLARE_BITMAP(name, bits)	unsigned long name[BITS_TO_LONGS(bits)]
#define bitmap_zero(map, bits)		memset(map, 0, BITS_TO_LONGS(bits) * sizeof(long))
#define container_of(ptr, type, member) \
	((type *)((char *)(ptr) - offsetof(type, member)))
#define READ_ONCE(x)			__atomic_load_n(&(x), __ATOMIC_RELAXED)
#define dma_rmb()			__atomic_thread_fence(__ATOMIC_ACQUIRE)
#define barrier_data(ptr)		({ __asm__ __volatile__("" : : "r"(ptr) : "memory"); })

#define cpu_to_le16(x)	((__le16)(x))
#define cpu_to_le32(x)	((__le32)(x))
#define cpu_to_le64(x)	((__le64)(x))
#define le16_to_cpu(x)	((u16)(x))
#define le32_to_cpu(x)	((u32)(x))
#define le64_to_cpu(x)	((u64)(x))

struct test_lock { int unused; };
struct test_wait { unsigned int wakes; };
#define spinlock_t			struct test_lock
#define wait_queue_head_t		struct test_wait
struct completion { unsigned int done; };
struct device { int unused; };
struct class { int unused; };
struct pci_driver { int unused; };
struct cdev { int unused; };
struct mutex { int unused; };
struct rw_semaphore { int unused; };
struct delayed_work { int unused; };
struct work_struct { int unused; };
struct pci_dev;

static inline void __clear_bit(unsigned int bit, unsigned long *map)
{
	map[bit / 64] &= ~(1UL << bit % 64);
}

static inline const void *memchr_inv(const void *from, int byte, size_t size)
{
	for (const u8 *at = from; size; at++, size--)
		if (*at != byte)
			return at;
	return NULL;
}

static inline void test_guard_spinlock_irqsave(spinlock_t *lock)
{
	(void)lock;
}

#define guard(kind)	test_guard_##kind
#define complete(x)	((x)->done++)
#define wake_up(x)	((x)->wakes++)

extern unsigned int test_complaints;
#define dev_err_ratelimited(dev, ...) \
	((void)(dev), test_complaints++, (void)snprintf(NULL, 0, __VA_ARGS__))

static inline void writel(u32 value, void *to)
{
	memcpy(to, &value, sizeof(value));
}

/* Of those who use them. */
u64 ktime_get_raw_ns(void);
extern unsigned long jiffies;

#define NSEC_PER_MSEC			1000000ULL
#define msecs_to_jiffies(ms)		((unsigned long)(ms))
#define time_before(a, b)		((long)((a) - (b)) < 0)

#define TP_PROTO(...)	__VA_ARGS__
#define TRACE_EVENT(name, proto, ...)	void trace_##name(proto);

#endif /* _VOUCH_TEST_KERNEL_H */
