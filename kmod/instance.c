// SPDX-License-Identifier: GPL-2.0-only
/*
 * The instance of a guest's function: whose log it is that the driver writes
 * into. The host gives it and takes it away, at any time.
 */

#include <linux/string.h>
#include <linux/sysfs.h>
#include <linux/workqueue.h>

#include "card.h"
#include "command.h"

/**
 * vouch_instance_look - ask the card whose this function is now
 * @card: ready; a guest's function
 * @fresh: returns whether that is another instance than the last time
 *
 * Return: 0; -ENOLINK without an instance; or as any command. Context: sleeps.
 */
int vouch_instance_look(struct vouch_card *card, bool *fresh)
{
	struct vouch_log_state state = {};
	bool was = card->unassigned;
	int rc = vouch_command_log_state(card, card->function, &state);

	*fresh = false;
	if (rc && rc != -ENOLINK)
		return rc;
	if (rc)
		memset(state.instance, 0, sizeof(state.instance));
	*fresh = memcmp(card->instance, state.instance, sizeof(card->instance));
	memcpy(card->instance, state.instance, sizeof(card->instance));
	WRITE_ONCE(card->unassigned, rc == -ENOLINK);
	if (was != card->unassigned && device_is_registered(&card->dev))
		sysfs_notify(&card->dev.kobj, NULL, "state");
	return rc;
}

/**
 * vouch_instance_changed - work for when the card says so
 * @work: of a struct vouch_card
 */
void vouch_instance_changed(struct work_struct *work)
{
	vouch_target_follow(container_of(work, struct vouch_card, follow));
}
