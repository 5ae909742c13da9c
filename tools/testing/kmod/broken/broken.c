// SPDX-License-Identifier: GPL-2.0-only
/*
 * Does one wrong thing, so that a test can see that the debug kernel notices
 * it and that the harness hears of it.
 */

#include <linux/init.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/string.h>

static char *fault = "";
module_param(fault, charp, 0444);
MODULE_PARM_DESC(fault, "leak, overrun, stale, order, sleep or warn");

static DEFINE_MUTEX(first);
static DEFINE_MUTEX(second);
static DEFINE_SPINLOCK(spin);

static void leak(void)
{
	for (int i = 0; i < 8; i++) {
		char *lost = kmalloc(1000, GFP_KERNEL);

		OPTIMIZER_HIDE_VAR(lost);
	}
}

static void overrun(void)
{
	char *bytes = kmalloc(100, GFP_KERNEL);
	int at = 100;

	if (!bytes)
		return;
	OPTIMIZER_HIDE_VAR(at);
	bytes[at] = 1;
	kfree(bytes);
}

static void stale(void)
{
	char *bytes = kmalloc(100, GFP_KERNEL);

	kfree(bytes);
	OPTIMIZER_HIDE_VAR(bytes);
	if (bytes)
		WRITE_ONCE(bytes[1], 1);
}

static void order(void)
{
	mutex_lock(&first);
	mutex_lock(&second);
	mutex_unlock(&second);
	mutex_unlock(&first);
	mutex_lock(&second);
	mutex_lock(&first);
	mutex_unlock(&first);
	mutex_unlock(&second);
}

static void sleep(void)
{
	guard(spinlock)(&spin);
	might_sleep();
}

static void warn(void)
{
	WARN_ON(1);
}

static int __init broken_init(void)
{
	static const struct {
		const char *name;
		void (*run)(void);
	} faults[] = {
		{ "leak", leak }, { "overrun", overrun }, { "stale", stale },
		{ "order", order }, { "sleep", sleep }, { "warn", warn },
	};

	for (size_t i = 0; i < ARRAY_SIZE(faults); i++) {
		if (!strcmp(fault, faults[i].name)) {
			faults[i].run();
			/* There is nothing left to do. */
			return -ECANCELED;
		}
	}
	return -EINVAL;
}

module_init(broken_init);

MODULE_DESCRIPTION("Test of what the debug kernel reports");
MODULE_LICENSE("GPL");
