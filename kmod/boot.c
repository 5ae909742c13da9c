// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a kernel says about itself when it meets the card. It is only its own
 * word: a verifier compares it with what the kernel before it announced.
 */

#include <linux/cleanup.h>
#include <linux/string.h>
#include <linux/utsname.h>

#include "card.h"
#include "digest.h"
#include "event.h"
#include "hook.h"
#include "hooks.h"
#include "measure.h"
#include "missed.h"
#include "policy.h"
#include "record.h"

#define BUILD_ID_SIZE 20

/* A card that fails now is not waited for with every record. */
static int boot_lost(u64 number)
{
	return number == VOUCH_NO_REF ? -EIO : 0;
}

static int boot_kernel(u64 *number)
{
	const u8 *id = (const u8 *)vouch_hook_lookup("vmlinux_build_id");
	int err;

	if (id && !memchr_inv(id, 0, BUILD_ID_SIZE))
		id = NULL;
	err = vouch_event_write_id(VOUCH_REC_KERNEL, init_utsname()->release, id,
				   id ? BUILD_ID_SIZE : 0, number);
	return err ?: boot_lost(*number);
}

static int boot_cmdline(void)
{
	char *const *line = (char *const *)vouch_hook_lookup("saved_command_line");
	u8 digest[VOUCH_DIGEST_SIZE];
	u64 number;
	int err;

	if (!line)
		return vouch_event_unmeasured(VOUCH_REC_CMDLINE, NULL, -ENOENT);
	err = vouch_digest_buffer(*line, strlen(*line), digest);
	if (err)
		return vouch_event_unmeasured(VOUCH_REC_CMDLINE, NULL, err);
	err = vouch_event_write(VOUCH_REC_CMDLINE, digest, NULL, VOUCH_NO_REF, &number);
	return err ?: boot_lost(number);
}

static int boot_tell(void)
{
	int err = vouch_target_check();
	u64 kernel;

	if (!err)
		err = boot_kernel(&kernel);
	if (!err)
		err = boot_cmdline();
	if (!err)
		err = vouch_policy_record();
	if (!err)
		err = vouch_state_record();
	if (!err)
		err = vouch_module_present();
	if (!err)
		err = vouch_livepatch_present();
	if (!err)
		err = vouch_hooks_report();
	if (!err)
		err = vouch_kexec_present();
	if (!err)
		vouch_kho_compare(kernel);
	return err;
}

/**
 * vouch_boot_record() - record what is running: kernel, command line, modules
 *
 * For the driver to call when the function that this machine's records go to has
 * attached, after each reset, and when its log is another one; measuring is in
 * force from here on.
 *
 * Context: process context, sleeps; vouch_record_write() works.
 * Return: 0; -ENOLINK where there is no log yet; -EIO where some of it was lost; or
 * the first error, after which the rest is left out.
 */
int vouch_boot_record(void)
{
	unsigned int lost;
	int err;

	vouch_event_arm();
	vouch_kload_renew();
	vouch_vmms_forget();
	vouch_missed_watch();
	err = boot_tell();
	lost = vouch_missed_watched();
	/* A card that is lost on the way is told anew once it is back. */
	if (err && !vouch_target_check())
		vouch_event_lost("a part of this kernel's first records");
	/* Without fail_closed, what comes after the command line is lost in silence. */
	if (!err && lost)
		err = -EIO;
	/* What it counts as unrecorded is none of these. */
	vouch_kvm_attach();
	vouch_kjump_attach();
	return err;
}

/**
 * vouch_boot_is_recorded() - has this card's log all of that since its last attach
 * @card: any; never one that another takes this kernel's records for
 *
 * Context: any. Return: whether it has.
 */
bool vouch_boot_is_recorded(struct vouch_card *card)
{
	struct device *dev __free(put_device) = vouch_target_get();

	return dev == &card->dev && READ_ONCE(card->state) == VOUCH_READY &&
	       !READ_ONCE(card->unassigned) && READ_ONCE(card->recorded);
}
