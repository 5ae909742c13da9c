// SPDX-License-Identifier: GPL-2.0-only
/*
 * The images that are loaded, and what the log says about each.
 *
 * A number means something in one log only, and a verifier looks for a load in
 * the epoch of its jump. So each attach has all of them told again, from what is
 * kept here: an image that was altered since its load does not pass by that.
 *
 * Nobody waits for the card with the lock of this file. Who writes an image's
 * record says so before and after, and learns what came between.
 */

#include <linux/cleanup.h>
#include <linux/kernel.h>
#include <linux/mutex.h>

#include "kload.h"
#include "measure.h"

/* Old and new of each kind, and some that wait to be freed. */
static struct vouch_kload loads[8];
static u64 serial, turn;
static DEFINE_MUTEX(lock);	/* protects loads, serial and turn */

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
 * vouch_kload_begin() - an image was loaded, and is going to be recorded
 * @load: what to remember; its serial number, turn and being busy are set here
 *
 * Context: process context, sleeps; under the kexec lock. vouch_kload_end()
 * follows.
 * Return: 0, or -ENOSPC where too many wait to be freed.
 */
int vouch_kload_begin(struct vouch_kload *load)
{
	struct vouch_kload *slot;

	guard(mutex)(&lock);
	slot = load_slot(load->image) ?: load_slot(NULL);
	if (!slot)
		return -ENOSPC;
	load->busy = true;
	load->serial = ++serial;
	load->turn = turn;
	*slot = *load;
	return 0;
}

/**
 * vouch_kload_next() - the next image that the log does not know
 * @load: the one before, zeros at first; returns what to record
 *
 * In the order of their loads: of each kind the last one counts.
 *
 * Context: process context, sleeps. vouch_kload_end() follows.
 * Return: false at the end.
 */
bool vouch_kload_next(struct vouch_kload *load)
{
	struct vouch_kload *next = NULL;

	guard(mutex)(&lock);
	for (size_t i = 0; i < ARRAY_SIZE(loads); i++) {
		struct vouch_kload *slot = &loads[i];

		/* One that is busy is told by its loader. */
		if (!slot->image || slot->busy || slot->number != VOUCH_NO_REF ||
		    slot->serial <= load->serial)
			continue;
		if (!next || slot->serial < next->serial)
			next = slot;
	}
	if (!next)
		return false;
	next->busy = true;
	next->turn = turn;
	*load = *next;
	return true;
}

/**
 * vouch_kload_end() - an image's record was written, or could not be
 * @load: as vouch_kload_begin() or vouch_kload_next() left it, with its record's
 *	number, and whether it is whole
 *
 * Context: process context, sleeps.
 * Return: what is to be done: with VOUCH_KLOAD_AGAIN, to write the record again
 * and come back.
 */
enum vouch_kload_end vouch_kload_end(struct vouch_kload *load)
{
	struct vouch_kload *slot;

	guard(mutex)(&lock);
	slot = load_slot(load->image);
	if (!slot || slot->serial != load->serial)
		return VOUCH_KLOAD_GONE;
	if (load->number != VOUCH_NO_REF && load->turn != turn) {
		load->turn = turn;
		return VOUCH_KLOAD_AGAIN;
	}
	slot->number = load->number;
	slot->whole = load->whole && load->number != VOUCH_NO_REF;
	slot->busy = false;
	return VOUCH_KLOAD_TOLD;
}

/**
 * vouch_kload_forget() - an image is going to be freed
 * @image: which
 * @load: returns what was recorded
 *
 * Context: process context, sleeps.
 * Return: false where nothing is known, or who writes its record is told instead.
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
	return !load->busy;
}

/**
 * vouch_kload_renew() - from now on the log knows no image
 *
 * Context: process context, sleeps; begins an attach.
 */
void vouch_kload_renew(void)
{
	guard(mutex)(&lock);
	turn++;
	for (size_t i = 0; i < ARRAY_SIZE(loads); i++) {
		loads[i].number = VOUCH_NO_REF;
		loads[i].whole = false;
	}
}
