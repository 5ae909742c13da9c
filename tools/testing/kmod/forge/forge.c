// SPDX-License-Identifier: GPL-2.0-only
/*
 * Forges what vouch hands to the next kernel (KHO), as something in the kernel
 * could that means harm.
 *
 * Loaded before vouch it learns from a probe where vouch's memory is, and alters
 * it after the last word of vouch's on it. Loaded without vouch it makes up its
 * own.
 */

#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/err.h>
#include <linux/kexec_handover.h>
#include <linux/kprobes.h>
#include <linux/module.h>
#include <linux/reboot.h>
#include <linux/slab.h>
#include <linux/string.h>

#define NAME	"vouch"
#define SIZE	112	/* Documentation/formats.rst */

static char *how = "epoch";
module_param(how, charp, 0);
MODULE_PARM_DESC(how, "own: put a false one in place; epoch, image, place: of vouch's");

static u8 *found;

static int watch(struct kprobe *probe, struct pt_regs *regs)
{
	if (!strcmp((const char *)regs->di, NAME))
		found = (u8 *)regs->si;
	return 0;
}

static struct kprobe probe = { .symbol_name = "kho_add_subtree", .pre_handler = watch };

/* Where nothing is preserved, and longer than anything. */
static void displace(void)
{
	void *elsewhere = kmalloc(PAGE_SIZE, GFP_KERNEL);

	if (!elsewhere)
		return;
	memset(elsewhere, 0xa5, PAGE_SIZE);
	kho_remove_subtree(found);
	if (kho_add_subtree(NAME, elsewhere, SIZE_MAX))
		pr_err("not in place\n");
}

static int strike(struct notifier_block *block, unsigned long action, void *data)
{
	if (!found || !memchr_inv(found, 0, SIZE)) {
		pr_err("nothing to alter\n");
		return NOTIFY_DONE;
	}
	if (!strcmp(how, "epoch"))
		found[48] ^= 1;
	else if (!strcmp(how, "image"))
		found[SIZE - 1] ^= 1;
	else if (!strcmp(how, "place"))
		displace();
	pr_info("altered: %s\n", how);
	return NOTIFY_DONE;
}

static struct notifier_block notifier = { .notifier_call = strike, .priority = INT_MIN };

static int make_own(void)
{
	u8 *own = kho_alloc_preserve(SIZE);

	if (IS_ERR(own))
		return PTR_ERR(own);
	memset(own, 0x5a, SIZE);
	memset(own, 0, 16);
	strscpy(own, "vouch-kho-1", 16);
	return kho_add_subtree(NAME, own, SIZE);
}

static int __init forge_init(void)
{
	int err;

	if (!strcmp(how, "own"))
		return make_own();
	err = register_kprobe(&probe);
	if (!err)
		err = register_reboot_notifier(&notifier);
	return err;
}

/* No way out: what was put in place stays. */
module_init(forge_init);

MODULE_DESCRIPTION("Forges what is handed to the next kernel, for a test");
MODULE_AUTHOR("The vouch authors");
MODULE_LICENSE("GPL");
