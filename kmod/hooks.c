// SPDX-License-Identifier: GPL-2.0-only
/* The hooks, all in one table, and what this kernel says about itself. */

#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/err.h>
#include <linux/kernel.h>

#include "digest.h"
#include "event.h"
#include "hook.h"
#include "hooks.h"
#include "measure.h"
#include "patches.h"
#include "record.h"

static struct vouch_hook *const hooks[] = {
#if IS_ENABLED(CONFIG_FW_LOADER)
	&vouch_firmware_hook,
#endif
#ifdef CONFIG_FW_LOADER_SYSFS
	&vouch_firmware_sysfs_hook,
#endif
	&vouch_file_read_hook,
	&vouch_file_open_hook,
	&vouch_data_load_hook,
#ifdef CONFIG_LIVEPATCH
	&vouch_patch_enable_hook,
	&vouch_patch_complete_hook,
	&vouch_patch_switch_hook,
	&vouch_patch_force_hook,
#endif
#ifdef CONFIG_BPF_SYSCALL
	&vouch_bpf_load_hook,
#endif
#ifdef CONFIG_KEXEC_CORE
	&vouch_kexec_segment_hook,
	&vouch_kexec_free_hook,
	&vouch_kjump_hook,
#ifdef CONFIG_CRASH_DUMP
	&vouch_kjump_panic_hook,
	&vouch_kjump_oops_hook,
#endif
#endif
#ifdef CONFIG_DEBUG_FS
	&vouch_probes_hook,
#endif
	/* Those of KVM come and go with it: kvm.c. */
};

static void hooks_remove(void)
{
	for (size_t i = ARRAY_SIZE(hooks); i-- > 0;)
		vouch_hook_remove(hooks[i]);
	vouch_hook_drain();
	vouch_kvm_exit();
}

/* One that cannot be placed is in the log, or with fail_closed is the end. */
static int hooks_install(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(hooks); i++) {
		int err = vouch_hook_install(hooks[i]);

		if (!err)
			continue;
		pr_err("%s: cannot be hooked: %pe\n", hooks[i]->symbol, ERR_PTR(err));
		if (vouch_fail_closed) {
			hooks_remove();
			return err;
		}
	}
	return 0;
}

/**
 * vouch_hooks_init() - begin to measure
 *
 * Nothing is recorded before vouch_boot_record().
 *
 * Context: this module's init function, before any device can be bound.
 * Return: 0 or a negative errno.
 */
int vouch_hooks_init(void)
{
	int err = vouch_digest_init();

	if (err) {
		pr_err("no SHA-384: %pe\n", ERR_PTR(err));
		return err;
	}
	err = vouch_hook_init();
	if (err)
		goto digest;
	vouch_kexec_init();
	vouch_livepatch_init();
	err = hooks_install();
	if (err)
		goto patches;
	err = vouch_module_init();
	if (err)
		goto hooks;
	err = vouch_livepatch_find();
	if (err)
		goto modules;
	err = vouch_sleep_init();
	if (err)
		goto modules;
	err = vouch_liveupdate_init();
	if (err)
		goto sleep;
	vouch_state_init();
	vouch_kho_init();
	return 0;

sleep:
	vouch_sleep_exit();
modules:
	vouch_module_exit();
hooks:
	hooks_remove();
patches:
	/* One may have been enabled while its hook was there. */
	vouch_patch_exit();
digest:
	pr_err("this kernel cannot be measured: %pe\n", ERR_PTR(err));
	vouch_digest_exit();
	return err;
}

/**
 * vouch_hooks_exit() - stop measuring
 *
 * Context: this module's exit function, after the last device is unbound.
 */
void vouch_hooks_exit(void)
{
	vouch_state_exit();
	vouch_liveupdate_exit();
	vouch_sleep_exit();
	vouch_module_exit();
	hooks_remove();
	vouch_patch_exit();
	vouch_kjump_exit();
	vouch_kho_exit();
	vouch_digest_exit();
}

static int hook_report(const struct vouch_hook *hook)
{
	char text[VOUCH_NAME_MAX + 1];

	scnprintf(text, sizeof(text), "all of %s: %pe", hook->symbol, ERR_PTR(hook->error));
	return vouch_event_write(VOUCH_REC_UNMEASURED, NULL, text, VOUCH_NO_REF, NULL);
}

/**
 * vouch_hooks_report() - record which hooks are missing
 *
 * Context: process context, sleeps.
 * Return: 0, or -EPERM if the host must not go on.
 */
int vouch_hooks_report(void)
{
	int err = 0;

	for (size_t i = 0; !err && i < ARRAY_SIZE(hooks); i++)
		if (hooks[i]->error)
			err = hook_report(hooks[i]);
#if IS_ENABLED(CONFIG_KVM)
	/* There may be no KVM yet. */
	if (!err && vouch_kvm_start_hook.error && vouch_kvm_start_hook.error != -ENOENT)
		err = hook_report(&vouch_kvm_start_hook);
	if (!err && vouch_kvm_end_hook.error && vouch_kvm_end_hook.error != -ENOENT)
		err = hook_report(&vouch_kvm_end_hook);
#endif
	return err ?: vouch_liveupdate_report();
}
