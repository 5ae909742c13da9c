/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A livepatch of the function that it is told, one body for modules of several
 * names. Only that of /proc/cmdline gets something to say.
 */

#include <linux/livepatch.h>
#include <linux/module.h>
#include <linux/seq_file.h>
#include <linux/string.h>

#define SHOW "cmdline_proc_show"

static char *object;
module_param(object, charp, 0);
MODULE_PARM_DESC(object, "module with the function; without it, the kernel");

static char *function = SHOW;
module_param(function, charp, 0);
MODULE_PARM_DESC(function, "what is patched");

static bool replace;
module_param(replace, bool, 0);
MODULE_PARM_DESC(replace, "replaces all patches that are there");

static int patched_show(struct seq_file *m, void *v)
{
	seq_puts(m, "patched by " KBUILD_MODNAME "\n");
	return 0;
}

static int patched_other(void)
{
	return 0;
}

static struct klp_func funcs[] = { { .new_func = patched_other }, { } };
static struct klp_object objs[] = { { .funcs = funcs }, { } };
static struct klp_patch patch = { .mod = THIS_MODULE, .objs = objs };

static int __init patch_init(void)
{
	funcs[0].old_name = function;
	if (!strcmp(function, SHOW))
		funcs[0].new_func = patched_show;
	objs[0].name = object;
	patch.replace = replace;
	return klp_enable_patch(&patch);
}

static void __exit patch_exit(void)
{
}

module_init(patch_init);
module_exit(patch_exit);

MODULE_DESCRIPTION("A livepatch, for a test");
MODULE_AUTHOR("The vouch authors");
MODULE_LICENSE("GPL");
MODULE_INFO(livepatch, "Y");
