// SPDX-License-Identifier: GPL-2.0-only
/* A kernel that finds something wrong with itself, in two ways that taint it. */

#include <linux/bug.h>
#include <linux/module.h>
#include <linux/panic.h>

static bool plain;
module_param(plain, bool, 0);
MODULE_PARM_DESC(plain, "no warning, only the auxiliary taint");

static int __init warns_init(void)
{
	if (plain)
		add_taint(TAINT_AUX, LOCKDEP_STILL_OK);
	else
		WARN_ON(!plain);
	return 0;
}

static void __exit warns_exit(void)
{
}

module_init(warns_init);
module_exit(warns_exit);

MODULE_DESCRIPTION("Taints the kernel, for a test");
MODULE_AUTHOR("The vouch authors");
MODULE_LICENSE("GPL");
