// SPDX-License-Identifier: GPL-2.0-only
/*
 * Replacing a kernel function by a wrapper that runs in the caller's context,
 * may sleep and may refuse.
 *
 * ftrace redirects the function's entry (IPMODIFY, as livepatch does). The
 * wrapper calls the original, whose entry is redirected too; there the caller
 * is this module, and that call is let through.
 */

#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/delay.h>
#include <linux/kallsyms.h>
#include <linux/kprobes.h>
#include <linux/module.h>
#include <linux/rcupdate.h>

#include "hook.h"

/* Declared for modules, but not exported to them. */
DEFINE_STATIC_CALL_NULL(hook_lookup, kallsyms_lookup_name);

#define DRAIN_POLL_MS 10

/* Wrappers that some task is in. */
static atomic_t active = ATOMIC_INIT(0);

/**
 * vouch_hook_enter() - a task is in a wrapper: the first statement of each
 *
 * A wrapper must use the result of the original after the call and before
 * vouch_hook_leave(): were the original tail-called, its caller would not be
 * this module, and it would be redirected to the wrapper for ever.
 *
 * Context: the wrapper's; does not sleep.
 */
void vouch_hook_enter(void)
{
	atomic_inc(&active);
	/* For a plain refusal from rmmod; @active is what unloading waits for. */
	__module_get(THIS_MODULE);
}

/**
 * vouch_hook_leave() - and is about to leave it: the last statement of each
 *
 * Wakes nobody: that takes a lock, and in a panic its owner may have stopped.
 *
 * Context: the wrapper's; any.
 */
void vouch_hook_leave(void)
{
	module_put(THIS_MODULE);
	atomic_dec_return_release(&active);
}

static void notrace hook_redirect(unsigned long ip, unsigned long parent_ip,
				  struct ftrace_ops *ops,
				  struct ftrace_regs *fregs)
{
	struct vouch_hook *hook = container_of(ops, struct vouch_hook, ops);

	if (!within_module(parent_ip, THIS_MODULE))
		ftrace_regs_set_instruction_pointer(fregs, (unsigned long)hook->wrapper);
}

static void notrace nothing(unsigned long ip, unsigned long parent_ip, struct ftrace_ops *ops,
			    struct ftrace_regs *fregs)
{
}

/* While this is there, ftrace is on, and nobody can switch it off. */
static struct ftrace_ops keeper = { .func = nothing, .flags = FTRACE_OPS_FL_PERMANENT };

static int keeper_install(void)
{
	int err = ftrace_set_filter_ip(&keeper, (unsigned long)vouch_hook_lookup, 0, 0);

	if (!err)
		err = register_ftrace_function(&keeper);
	if (err)
		ftrace_free_filter(&keeper);
	if (err == -EBUSY)
		pr_err("nothing can be measured: set kernel.ftrace_enabled to 1 and load this again\n");
	return err;
}

static void keeper_remove(void)
{
	unregister_ftrace_function(&keeper);
	ftrace_free_filter(&keeper);
}

/*
 * A probe that comes and goes while ftrace is off leaves 6.12's ftrace in disorder:
 * it gives up, with a warning, when its next user goes.
 */
static int lookup_find(unsigned long *address)
{
	struct kprobe probe = { .symbol_name = "kallsyms_lookup_name" };
	int err = keeper_install();

	if (err)
		return err;
	err = register_kprobe(&probe);
	if (!err) {
		*address = (unsigned long)probe.addr;
		unregister_kprobe(&probe);
	}
	keeper_remove();
	return err;
}

/**
 * vouch_hook_init() - find the kernel's symbol table
 *
 * Context: process context, sleeps.
 * Return: 0 or a negative errno; -EBUSY if ftrace is switched off.
 */
int vouch_hook_init(void)
{
	unsigned long address;
	int err = lookup_find(&address);

	if (err)
		return err;

	/* A probe sits behind the ENDBR that the function may begin with. */
	if (IS_ENABLED(CONFIG_X86_KERNEL_IBT))
		address = ALIGN_DOWN(address, CONFIG_FUNCTION_ALIGNMENT);
	static_call_update(hook_lookup, (unsigned long (*)(const char *))address);
	return 0;
}

/**
 * vouch_hook_lookup() - the address of a kernel symbol
 * @symbol: its name, or "module:name"
 *
 * Context: process context, after vouch_hook_init().
 * Return: the address, or 0.
 */
unsigned long vouch_hook_lookup(const char *symbol)
{
	return static_call(hook_lookup)(symbol);
}

/**
 * vouch_hook_install() - put a wrapper in the place of its function
 * @hook: which; its error is set
 *
 * The hook is permanent for ftrace: kernel.ftrace_enabled cannot be cleared
 * while it is there.
 *
 * Context: process context, sleeps.
 * Return: 0; -ENOENT without such a function; -EBUSY where somebody else (a
 * livepatch) has replaced it already.
 */
int vouch_hook_install(struct vouch_hook *hook)
{
	unsigned long address = hook->address ?: vouch_hook_lookup(hook->symbol);

	hook->error = -ENOENT;
	if (!address)
		return hook->error;
	__static_call_update(hook->key, hook->tramp, (void *)address);

	memset(&hook->ops, 0, sizeof(hook->ops));
	hook->ops.func = hook_redirect;
	hook->ops.flags = FTRACE_OPS_FL_IPMODIFY | FTRACE_OPS_FL_PERMANENT |
			  FTRACE_OPS_FL_DYNAMIC;
	if (!IS_ENABLED(CONFIG_DYNAMIC_FTRACE_WITH_ARGS))
		hook->ops.flags |= FTRACE_OPS_FL_SAVE_REGS;

	hook->error = ftrace_set_filter_ip(&hook->ops, address, 0, 0);
	if (!hook->error)
		hook->error = register_ftrace_function(&hook->ops);
	if (hook->error)
		ftrace_free_filter(&hook->ops);
	return hook->error;
}

/**
 * vouch_hook_remove() - let callers reach the function again
 * @hook: which; one that is not installed is left alone
 *
 * Tasks may still be in the wrapper: see vouch_hook_drain().
 *
 * Context: process context, sleeps.
 */
void vouch_hook_remove(struct vouch_hook *hook)
{
	if (!(hook->ops.flags & FTRACE_OPS_FL_ENABLED))
		return;
	if (unregister_ftrace_function(&hook->ops))
		pr_err("%s: could not be given back\n", hook->symbol);
	ftrace_free_filter(&hook->ops);
}

/**
 * vouch_hook_drain() - wait until no task runs in a wrapper
 *
 * To be called when all hooks are removed, before the module goes.
 *
 * Context: process context, sleeps for as long as the originals take.
 */
void vouch_hook_drain(void)
{
	/* A task may have been redirected and not have counted itself yet. */
	synchronize_rcu_tasks();
	while (atomic_read_acquire(&active))
		msleep(DRAIN_POLL_MS);
	/* A task may have uncounted itself and not have returned yet. */
	synchronize_rcu_tasks();
}
