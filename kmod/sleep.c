// SPDX-License-Identifier: GPL-2.0-only
/*
 * The host goes to sleep, and wakes: said before the first device stops and
 * after the last is back, when the card can be told. Of a kernel that has slept
 * on a disk another one, this one, puts the image in its own place.
 */

#include <linux/notifier.h>
#include <linux/suspend.h>

#include "event.h"
#include "measure.h"

static int sleep_notify(struct notifier_block *block, unsigned long step, void *data)
{
	const char *name;

	switch (step) {
	case PM_SUSPEND_PREPARE:
		name = "suspend";
		break;
	case PM_HIBERNATION_PREPARE:
		name = "hibernate";
		break;
	case PM_RESTORE_PREPARE:
		name = "restore";
		break;
	case PM_POST_RESTORE:
		vouch_event_tell(VOUCH_REC_SLEEP, NULL, "restore failed", VOUCH_NO_REF);
		return NOTIFY_DONE;
	case PM_POST_SUSPEND:
	case PM_POST_HIBERNATION:
		vouch_event_tell(VOUCH_REC_SLEEP, NULL, "resume", VOUCH_NO_REF);
		return NOTIFY_DONE;
	default:
		return NOTIFY_DONE;
	}
	vouch_state_tell();
	vouch_vmcount_tell(false);
	return notifier_from_errno(vouch_event_write(VOUCH_REC_SLEEP, NULL, name,
						     VOUCH_NO_REF, NULL));
}

static struct notifier_block notifier = { .notifier_call = sleep_notify };

/**
 * vouch_sleep_init() - follow the host's sleep
 *
 * Context: process context, sleeps.
 * Return: 0 or a negative errno.
 */
int vouch_sleep_init(void)
{
	return register_pm_notifier(&notifier);
}

/**
 * vouch_sleep_exit() - no more of that
 *
 * Context: the module's exit function.
 */
void vouch_sleep_exit(void)
{
	unregister_pm_notifier(&notifier);
}
