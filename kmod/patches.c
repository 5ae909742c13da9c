// SPDX-License-Identifier: GPL-2.0-only
/* Livepatch modules that are loaded, and what the log says about each. */

#include <linux/cleanup.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "patches.h"

static LIST_HEAD(patches);
static u64 serial;
/* Taken under klp_mutex, so nothing that waits for the card is done under it. */
static DEFINE_MUTEX(lock);

static struct vouch_patch *patch_find(const struct module *mod)
{
	struct vouch_patch *patch;

	list_for_each_entry(patch, &patches, node)
		if (patch->mod == mod)
			return patch;
	return NULL;
}

/**
 * vouch_patch_keep() - a livepatch module is there
 * @mod: which; where it is known already nothing changes
 * @digest: of its content, or NULL
 * @number: of the record of that, or VOUCH_NO_REF
 *
 * Context: process context, sleeps.
 * Return: 0 or -ENOMEM.
 */
int vouch_patch_keep(const struct module *mod, const u8 *digest, u64 number)
{
	struct vouch_patch fresh = { .mod = mod, .number = number, .hashed = digest };
	struct vouch_patch *patch;

	guard(mutex)(&lock);
	if (patch_find(mod))
		return 0;
	patch = kmemdup(&fresh, sizeof(fresh), GFP_KERNEL);
	if (!patch)
		return -ENOMEM;
	patch->serial = ++serial;
	if (digest)
		memcpy(patch->digest, digest, sizeof(patch->digest));
	list_add_tail(&patch->node, &patches);
	return 0;
}

/**
 * vouch_patch_forget() - a module goes
 * @mod: any
 *
 * Context: process context, sleeps.
 */
void vouch_patch_forget(const struct module *mod)
{
	struct vouch_patch *patch;

	guard(mutex)(&lock);
	patch = patch_find(mod);
	if (!patch)
		return;
	list_del(&patch->node);
	kfree(patch);
}

/**
 * vouch_patch_switch() - it goes into force, or has ceased to be
 * @mod: which
 * @on: which of the two
 *
 * Context: process context, sleeps.
 * Return: whether it was in force before.
 */
bool vouch_patch_switch(const struct module *mod, bool on)
{
	struct vouch_patch *patch;
	bool was;

	guard(mutex)(&lock);
	patch = patch_find(mod);
	if (!patch)
		return false;
	was = patch->on;
	patch->on = on;
	return was;
}

/**
 * vouch_patch_find() - what is known about a livepatch module
 * @mod: which
 * @patch: returns that; where nothing is known, that it was not measured
 *
 * Context: process context, sleeps.
 */
void vouch_patch_find(const struct module *mod, struct vouch_patch *patch)
{
	const struct vouch_patch *found;

	guard(mutex)(&lock);
	found = patch_find(mod);
	if (found)
		*patch = *found;
	else
		*patch = (struct vouch_patch){ .mod = mod, .number = VOUCH_NO_REF };
}

/**
 * vouch_patch_next() - one after the other of those that are in force
 * @after: begins as 0
 * @patch: returns a copy, whose module may be gone; its record's number is lost
 *	with that, since the log that comes now may be another
 * @name: returns the module's name
 *
 * Context: process context, sleeps.
 * Return: false at the end.
 */
bool vouch_patch_next(u64 *after, struct vouch_patch *patch, char name[MODULE_NAME_LEN])
{
	struct vouch_patch *each;

	guard(mutex)(&lock);
	list_for_each_entry(each, &patches, node) {
		if (each->serial <= *after || !each->on)
			continue;
		each->number = VOUCH_NO_REF;
		*patch = *each;
		strscpy(name, each->mod->name, MODULE_NAME_LEN);
		*after = each->serial;
		return true;
	}
	return false;
}

/**
 * vouch_patch_exit() - forget them all
 *
 * Context: the module's exit function, nothing is hooked any more.
 */
void vouch_patch_exit(void)
{
	struct vouch_patch *patch, *next;

	guard(mutex)(&lock);
	list_for_each_entry_safe(patch, next, &patches, node) {
		list_del(&patch->node);
		kfree(patch);
	}
}
