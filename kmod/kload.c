// SPDX-License-Identifier: GPL-2.0-only
/* The images that are loaded, and what the log says about each. */

#include <linux/cleanup.h>
#include <linux/kernel.h>
#include <linux/mutex.h>

#include "kload.h"

/* Old and new of each kind, and some that wait to be freed. */
static struct vouch_kload loads[8];
static u64 serial;
static DEFINE_MUTEX(lock);	/* protects loads and serial */

static struct vouch_kload *load_slot(const struct kimage *image)
{
	for (size_t i = 0; i < ARRAY_SIZE(loads); i++)
		if (loads[i].image == image)
			return &loads[i];
	return NULL;
}

/**
 * vouch_kload_find() - what is known about an image
 * @image: which
 * @load: returns what was recorded
 *
 * Context: process context, sleeps.
 * Return: false where nothing is known.
 */
bool vouch_kload_find(const struct kimage *image, struct vouch_kload *load)
{
	const struct vouch_kload *found;

	guard(mutex)(&lock);
	found = load_slot(image);
	if (found)
		*load = *found;
	return found;
}

/**
 * vouch_kload_keep() - remember what was recorded about an image
 * @load: its serial number is given here
 *
 * One for which there is no room is one that was not recorded.
 *
 * Context: process context, sleeps.
 */
void vouch_kload_keep(const struct vouch_kload *load)
{
	struct vouch_kload *slot;

	guard(mutex)(&lock);
	slot = load_slot(load->image) ?: load_slot(NULL);
	if (!slot)
		return;
	*slot = *load;
	slot->serial = ++serial;
}

/**
 * vouch_kload_forget() - an image is going to be freed
 * @image: which
 * @load: returns what was recorded
 *
 * Context: process context, sleeps.
 * Return: false where nothing is known.
 */
bool vouch_kload_forget(const struct kimage *image, struct vouch_kload *load)
{
	struct vouch_kload *slot;

	guard(mutex)(&lock);
	slot = load_slot(image);
	if (!slot)
		return false;
	*load = *slot;
	slot->image = NULL;
	return true;
}
