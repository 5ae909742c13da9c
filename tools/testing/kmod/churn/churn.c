// SPDX-License-Identifier: GPL-2.0-only
/*
 * Makes the kernel's allocator forget: what it hands out it takes from arrays
 * of each CPU (sheaves), and leaves the pointer there until another takes its
 * place. To kmemleak that is a reference, and what was lost looks alive.
 */

#include <linux/cpu.h>
#include <linux/init.h>
#include <linux/module.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/workqueue.h>

#define OBJECTS	512	/* more than a CPU keeps of any size */

static void churn_size(void **objects, size_t size)
{
	for (int i = 0; i < OBJECTS; i++)
		objects[i] = kmalloc(size, GFP_KERNEL);
	for (int i = 0; i < OBJECTS; i++)
		kfree(objects[i]);
}

static long churn(void *objects)
{
	for (size_t size = 8; size <= SZ_8K; size *= 2)
		churn_size(objects, size);
	churn_size(objects, 96);
	churn_size(objects, 192);
	return 0;
}

static int __init churn_init(void)
{
	void **objects __free(kfree) = kcalloc(OBJECTS, sizeof(*objects), GFP_KERNEL);
	unsigned int cpu;

	if (!objects)
		return -ENOMEM;
	cpus_read_lock();
	for_each_online_cpu(cpu)
		work_on_cpu(cpu, churn, objects);
	cpus_read_unlock();
	memset(objects, 0, OBJECTS * sizeof(*objects));
	/* There is nothing left to do. */
	return -ECANCELED;
}

module_init(churn_init);

MODULE_DESCRIPTION("Test: makes kmemleak see what is lost");
MODULE_LICENSE("GPL");
