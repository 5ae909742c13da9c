// SPDX-License-Identifier: GPL-2.0-only
/* A module of the driver's name that has none of its tracepoints. */

#include <linux/module.h>

static int __init untraced_init(void)
{
	return 0;
}

static void __exit untraced_exit(void)
{
}

module_init(untraced_init);
module_exit(untraced_exit);

MODULE_DESCRIPTION("Test module: what an older or other vouch.ko is to eBPF");
MODULE_LICENSE("GPL");
