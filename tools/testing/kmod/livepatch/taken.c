// SPDX-License-Identifier: GPL-2.0-only
/* Takes a function, as a livepatch does, so that nobody else can; and lets it be. */

#include <linux/ftrace.h>
#include <linux/module.h>
#include <linux/string.h>

static char *function;
module_param(function, charp, 0);
MODULE_PARM_DESC(function, "which");

static void notrace taken_call(unsigned long ip, unsigned long parent_ip,
			       struct ftrace_ops *ops, struct ftrace_regs *fregs)
{
}

static struct ftrace_ops ops = {
	.func = taken_call,
	.flags = FTRACE_OPS_FL_IPMODIFY,
};

static int __init taken_init(void)
{
	int err;

	if (!function)
		return -EINVAL;
	err = ftrace_set_filter(&ops, function, strlen(function), 1);
	if (err)
		return err;
	return register_ftrace_function(&ops);
}

static void __exit taken_exit(void)
{
	unregister_ftrace_function(&ops);
	ftrace_free_filter(&ops);
}

module_init(taken_init);
module_exit(taken_exit);

MODULE_DESCRIPTION("Takes a function, for a test");
MODULE_AUTHOR("The vouch authors");
MODULE_LICENSE("GPL");
